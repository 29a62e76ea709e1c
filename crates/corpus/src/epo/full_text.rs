//! EP full text: `ep-patent-document` v1.0 to v1.5.1, applications (A1, A2) and specifications (B1, B2).
//!
//! Source of the format: the EPO's DTDs `ep-patent-document-v1-0` to `-v1-5-1`. The front page is `SDOBI`, with
//! the tags of WIPO ST.36's forerunner ST.32; the body is like that of the USPTO's XML.

use super::sdobi;
use crate::fault::Fault;
use crate::languages::Languages;
use crate::number::PatentNumber;
use crate::patent::{Citation, CitedBy, Patent};
use crate::xml::{Event, Tag, Xml, block_text};
use crate::{claims, date, description, document_id};

/// Reads one document.
pub(crate) fn read<'a>(xml: &mut Xml<'a>, root: &Tag<'a>) -> Result<Patent, Fault> {
    let attribute = |name| root.attribute(name).unwrap_or_default();
    let number = PatentNumber::new(&attribute("country"), &attribute("doc-number"), &attribute("kind"));
    if number.serial.is_empty() {
        return Err(xml.fault("has no publication number"));
    }
    let mut patent = Patent {
        number,
        language: Some(attribute("lang").to_lowercase()).filter(|language| !language.is_empty()),
        publication_date: date::parse_date(&attribute("date-publ")),
        ..Patent::default()
    };
    let mut languages = Languages::default();
    xml.children(root, |xml, child| {
        let language = child.attribute("lang").unwrap_or_default();
        match child.name() {
            "SDOBI" => sdobi::read(xml, child, &mut patent, &mut languages)?,
            "abstract" => languages.of(&language).abstract_text = block_text(xml, child)?,
            "description" => languages.of(&language).description = description::read(xml, child)?,
            "claims" => languages.add_claims(&language, claims::read(xml, child)?),
            "ep-reference-list" => patent.citations.extend(references(xml, child)?),
            _ => {}
        }
        Ok(())
    })?;
    languages.settle(&mut patent);
    Ok(patent)
}

/// What the description cites, as the office lists it. A document without a kind code is an application.
fn references<'a>(xml: &mut Xml<'a>, list: &Tag<'a>) -> Result<Vec<Citation>, Fault> {
    let mut found = Vec::new();
    let by = Some(CitedBy::Applicant);
    while let Some(event) = xml.next(list)? {
        let Event::Start(tag) = event else { continue };
        match tag.name() {
            "patcit" => {
                let id = document_id::DocumentId::within(xml, &tag)?;
                let number = id.and_then(|id| id.publication()).filter(|number| !number.kind.is_empty());
                if number.is_some() {
                    found.push(Citation { number, by, ..Citation::default() });
                }
            }
            "nplcit" => found.push(Citation { text: joined(xml, &tag)?, by, ..Citation::default() }),
            _ => {}
        }
    }
    Ok(found)
}

/// The parts of a reference to literature, each in an element of its own.
fn joined<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<String, Fault> {
    let mut parts: Vec<String> = Vec::new();
    while let Some(event) = xml.next(tag)? {
        if let Event::Text(text) = event {
            let words: Vec<&str> = text.split_whitespace().collect();
            parts.extend((!words.is_empty()).then(|| words.join(" ")));
        }
    }
    Ok(parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(body: &str) -> Patent {
        let xml = format!(
            "<ep-patent-document lang=\"de\" country=\"EP\" doc-number=\"0874807\" kind=\"B2\" \
             date-publ=\"20060802\">{body}</ep-patent-document>"
        );
        Xml::root(&xml, read).unwrap()
    }

    #[test]
    fn claims_are_chosen_by_language_and_all_are_kept() {
        let claims = |language: &str, text: &str| {
            format!(
                "<claims lang=\"{language}\"><claim num=\"0001\"><claim-text>{text}</claim-text></claim></claims>"
            )
        };
        let all = [("de", "Pfanne"), ("en", "Pan"), ("fr", "Poêle"), ("en", "Pan for GB")];
        let patent = document(&all.map(|(language, text)| claims(language, text)).concat());
        assert_eq!(patent.number.to_string(), "EP874807B2");
        assert_eq!((patent.claims.len(), patent.claims[0].text.as_str()), (1, "Pan"));
        let others: Vec<_> = patent
            .translations
            .iter()
            .map(|other| (other.language.as_str(), other.claims[0].text.as_str()))
            .collect();
        assert_eq!(others, [("en", "Pan for GB"), ("de", "Pfanne"), ("fr", "Poêle")]);
    }

    #[test]
    fn what_the_description_cites_is_by_the_applicant() {
        let patent = document(
            "<ep-reference-list><ul><li><patcit dnum=\"GB693448A\"><document-id><country>GB</country>\
             <doc-number>693448</doc-number><kind>A</kind></document-id></patcit><crossref>[0006]</crossref></li>\
             <li><patcit dnum-type=\"L\"><document-id><country>CN</country><doc-number>201810358967</doc-number>\
             </document-id></patcit></li><li><nplcit><article><author><name>DOE</name></author><atl>Pans</atl>\
             </article></nplcit></li></ul></ep-reference-list>",
        );
        let found: Vec<_> = patent
            .citations
            .iter()
            .map(|citation| (citation.number.as_ref().map(ToString::to_string), citation.text.as_str()))
            .collect();
        assert_eq!(found, [(Some("GB693448A".to_owned()), ""), (None, "DOE, Pans")]);
    }
}
