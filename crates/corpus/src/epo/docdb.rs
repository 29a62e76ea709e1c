//! DOCDB exchange documents: bibliographic data of patents of a hundred offices, with families and citations,
//! and abstracts; no claims, no description.
//!
//! Source of the format: the EPO's "DOCDB XML User Documentation" and `exchange-documents-v2.5.9.xsd`. Numbers
//! come in several formats; those of `docdb` are taken, names as they were printed (`docdba`).

use crate::codes;
use crate::date::parse_date;
use crate::document_id::DocumentId;
use crate::fault::Fault;
use crate::languages::Languages;
use crate::number::PatentNumber;
use crate::patent::{Citation, CpcSymbol, Party, Patent, Priority};
use crate::xml::{Event, Tag, Xml, block_text, line_text};

/// Reads one `exchange-document`.
pub(crate) fn read<'a>(xml: &mut Xml<'a>, root: &Tag<'a>) -> Result<Patent, Fault> {
    let attribute = |name| root.attribute(name).unwrap_or_default();
    let number = PatentNumber::new(&attribute("country"), &attribute("doc-number"), &attribute("kind"));
    if number.serial.is_empty() {
        return Err(xml.fault("has no publication number"));
    }
    if attribute("status") == "D" {
        return Err(xml.fault(format!("says that {number} was deleted from DOCDB; nothing is deleted here")));
    }
    let mut patent = Patent {
        patent_type: codes::patent_type(&number),
        number,
        publication_date: parse_date(&attribute("date-publ")),
        family: Some(attribute("family-id").into_owned()).filter(|family| !family.is_empty()),
        ..Patent::default()
    };
    let mut languages = Languages::default();
    xml.children(root, |xml, child| match child.name() {
        "bibliographic-data" => bibliography(xml, child, &mut patent, &mut languages),
        "abstract" => {
            let known = languages.of(&child.attribute("lang").unwrap_or_default());
            if known.abstract_text.is_empty() {
                known.abstract_text = block_text(xml, child)?;
            }
            Ok(())
        }
        "patent-family" => family(xml, child, &mut patent),
        _ => Ok(()),
    })?;
    languages.settle(&mut patent);
    patent.priority_date = patent.earliest_date();
    Ok(patent)
}

fn bibliography<'a>(
    xml: &mut Xml<'a>,
    data: &Tag<'a>,
    patent: &mut Patent,
    languages: &mut Languages,
) -> Result<(), Fault> {
    xml.children(data, |xml, child| {
        match child.name() {
            "language-of-publication" => patent.language = Some(line_text(xml, child)?.to_lowercase()),
            "classification-ipc" | "classifications-ipcr" => ipc(xml, child, &mut patent.ipc)?,
            "patent-classifications" => cpc(xml, child, &mut patent.cpc)?,
            "application-reference" if is_docdb(child) => {
                if let Some(id) = DocumentId::within(xml, child)? {
                    id.name_application(patent);
                }
            }
            "priority-claims" => patent.priorities = priorities(xml, child)?,
            "parties" => parties(xml, child, patent)?,
            "invention-title" => {
                let known = languages.of(&child.attribute("lang").unwrap_or_default());
                if known.title.is_empty() {
                    known.title = line_text(xml, child)?;
                }
            }
            "references-cited" => patent.citations = citations(xml, child)?,
            _ => {}
        }
        Ok(())
    })
}

fn is_docdb(tag: &Tag<'_>) -> bool {
    tag.attribute("data-format").is_none_or(|format| format == "docdb")
}

/// `classifications-ipcr/classification-ipcr/text`, or `classification-ipc/main-classification`.
fn ipc<'a>(xml: &mut Xml<'a>, list: &Tag<'a>, symbols: &mut Vec<String>) -> Result<(), Fault> {
    while let Some(event) = xml.next(list)? {
        let Event::Start(tag) = event else { continue };
        if matches!(tag.name(), "text" | "main-classification" | "further-classification") {
            codes::add_ipc(symbols, codes::symbol(&xml.value(&tag)?));
        }
    }
    Ok(())
}

/// Several offices may give the same symbol.
fn cpc<'a>(xml: &mut Xml<'a>, list: &Tag<'a>, symbols: &mut Vec<CpcSymbol>) -> Result<(), Fault> {
    xml.children(list, |xml, classification| {
        let (mut is_cpc, mut symbol, mut first, mut inventive) = (false, None, false, true);
        xml.children(classification, |xml, child| {
            match child.name() {
                "classification-scheme" => {
                    is_cpc = child.attribute("scheme").is_some_and(|scheme| scheme.starts_with("CPC"));
                }
                "classification-symbol" => symbol = codes::symbol(&xml.value(child)?),
                "symbol-position" => first = xml.value(child)?.trim() == "F",
                "classification-value" => inventive = xml.value(child)?.trim() != "A",
                _ => {}
            }
            Ok(())
        })?;
        codes::add_cpc(symbols, symbol.filter(|_| is_cpc), inventive, first);
        Ok(())
    })
}

fn priorities<'a>(xml: &mut Xml<'a>, claims: &Tag<'a>) -> Result<Vec<Priority>, Fault> {
    let mut found = Vec::new();
    xml.children(claims, |xml, claim| {
        if is_docdb(claim)
            && let Some(DocumentId { country, number, date, .. }) = DocumentId::within(xml, claim)?
        {
            found.push(Priority { country: country.into_owned(), number: number.into_owned(), date });
        }
        Ok(())
    })?;
    Ok(found)
}

fn parties<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, patent: &mut Patent) -> Result<(), Fault> {
    xml.children(tag, |xml, list| {
        match list.name() {
            "applicants" => patent.applicants = people(xml, list)?,
            "inventors" => patent.inventors = people(xml, list)?,
            _ => {}
        }
        Ok(())
    })
}

/// Each party comes in DOCDB's form, with its country, and as printed; its sequence joins the two.
fn people<'a>(xml: &mut Xml<'a>, list: &Tag<'a>) -> Result<Vec<Party>, Fault> {
    let mut found: Vec<(String, Party)> = Vec::new();
    xml.children(list, |xml, tag| {
        let sequence = tag.attribute("sequence").unwrap_or_default().into_owned();
        let party = person(xml, tag)?;
        match found.iter_mut().find(|(known, _)| *known == sequence && !sequence.is_empty()) {
            Some((_, known)) if !party.name.is_empty() => {
                known.name = party.name;
                known.country = known.country.take().or(party.country);
            }
            Some(_) => {}
            None => found.push((sequence, party)),
        }
        Ok(())
    })?;
    Ok(found.into_iter().map(|(_, party)| party).filter(|party| !party.name.is_empty()).collect())
}

fn person<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Party, Fault> {
    let mut party = Party::default();
    while let Some(event) = xml.next(tag)? {
        let Event::Start(child) = event else { continue };
        match child.name() {
            "name" => party.name = line_text(xml, &child)?,
            "country" => party.country = Some(line_text(xml, &child)?),
            _ => {}
        }
    }
    Ok(party)
}

fn citations<'a>(xml: &mut Xml<'a>, list: &Tag<'a>) -> Result<Vec<Citation>, Fault> {
    let mut found = Vec::new();
    xml.children(list, |xml, tag| {
        let by = codes::cited_by(&tag.attribute("cited-phase").unwrap_or_default());
        let mut citation = Citation { by, ..Citation::default() };
        xml.children(tag, |xml, child| {
            match child.name() {
                "patcit" => {
                    if let Some(id) = DocumentId::within(xml, child)? {
                        citation.number = id.publication();
                        (citation.name, citation.date) = (id.name, id.date);
                    }
                }
                "nplcit" => citation.text = literature(xml, child)?,
                "category" => citation.category = Some(line_text(xml, child)?),
                _ => {}
            }
            Ok(())
        })?;
        if citation.number.is_some() || !citation.text.is_empty() {
            found.push(citation);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The reference as one text; its parts, which follow, repeat it.
fn literature<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<String, Fault> {
    let mut text = String::new();
    xml.children(tag, |xml, child| {
        if child.name() == "text" {
            text = line_text(xml, child)?;
        }
        Ok(())
    })?;
    Ok(text)
}

fn family<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, patent: &mut Patent) -> Result<(), Fault> {
    while let Some(event) = xml.next(tag)? {
        let Event::Start(child) = event else { continue };
        if child.name() == "publication-reference" && is_docdb(&child) {
            let member = DocumentId::within(xml, &child)?.and_then(|id| id.publication());
            patent.family_members.extend(member.filter(|member| *member != patent.number));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(body: &str) -> Patent {
        let xml = format!(
            "<exch:exchange-document country=\"EP\" doc-number=\"1000000\" kind=\"A1\" date-publ=\"20000102\" \
             family-id=\"123\">{body}</exch:exchange-document>"
        );
        Xml::root(&xml, read).unwrap()
    }

    fn id(country: &str, number: &str, kind: &str, date: &str) -> String {
        format!(
            "<document-id><country>{country}</country><doc-number>{number}</doc-number><kind>{kind}</kind>\
             <date>{date}</date></document-id>"
        )
    }

    #[test]
    fn numbers_are_those_of_docdb() {
        let patent = document(&format!(
            "<exch:bibliographic-data><exch:application-reference data-format=\"docdb\">{}\
             </exch:application-reference><exch:application-reference data-format=\"epodoc\"><document-id>\
             <doc-number>EP1</doc-number></document-id></exch:application-reference><exch:priority-claims>\
             <exch:priority-claim data-format=\"docdb\">{}</exch:priority-claim><exch:priority-claim \
             data-format=\"original\"><document-id><doc-number>2</doc-number></document-id></exch:priority-claim>\
             </exch:priority-claims></exch:bibliographic-data>",
            id("EP", "99100001", "A", "19990102"),
            id("DE", "19800002", "A", "19980103")
        ));
        assert_eq!(patent.number.to_string(), "EP1000000A1");
        assert_eq!(
            (patent.application_number.as_deref(), patent.family.as_deref()),
            (Some("EP99100001"), Some("123"))
        );
        assert_eq!((patent.priorities.len(), patent.priority_date), (1, Some(jiff::civil::date(1998, 1, 3))));
    }

    #[test]
    fn a_deletion_is_no_patent() {
        let xml = "<exchange-document country=\"EP\" doc-number=\"1000000\" kind=\"A1\" status=\"D\"/>";
        let fault = Xml::root(xml, read).unwrap_err();
        assert!(fault.message.contains("EP1000000A1 was deleted"), "{}", fault.message);
    }

    #[test]
    fn names_are_as_printed_with_their_country() {
        let patent = document(
            "<exch:bibliographic-data><exch:parties><exch:inventors><exch:inventor sequence=\"1\" \
             data-format=\"docdb\"><exch:inventor-name><name>EULER LEONHARD</name></exch:inventor-name><residence>\
             <country>CH</country></residence></exch:inventor><exch:inventor sequence=\"1\" data-format=\"docdba\">\
             <exch:inventor-name><name>EULER, Leonhard</name></exch:inventor-name></exch:inventor></exch:inventors>\
             </exch:parties></exch:bibliographic-data>",
        );
        let expected = Party { name: "EULER, Leonhard".into(), country: Some("CH".into()), city: None };
        assert_eq!(patent.inventors, [expected]);
    }

    #[test]
    fn classes_come_once_and_citations_with_their_category() {
        let symbol = |office: &str| {
            format!(
                "<patent-classification><classification-scheme office=\"EP\" scheme=\"CPCI\"/>\
                 <classification-symbol>A47J  37/10        </classification-symbol><symbol-position>F\
                 </symbol-position><classification-value>I</classification-value><generating-office>{office}\
                 </generating-office></patent-classification>"
            )
        };
        let patent = document(&format!(
            "<exch:bibliographic-data><exch:patent-classifications>{}{}</exch:patent-classifications>\
             <exch:references-cited><exch:citation cited-phase=\"SEA\"><patcit>{}</patcit><rel-passage><category>Y\
             </category></rel-passage><category>XY</category></exch:citation><exch:citation cited-phase=\"APP\">\
             <nplcit><text>Pans</text><article><atl>Pans</atl></article></nplcit></exch:citation>\
             </exch:references-cited></exch:bibliographic-data>",
            symbol("EP"),
            symbol("US"),
            id("US", "2004003741", "A1", "20040108")
        ));
        assert_eq!(patent.cpc, [CpcSymbol { symbol: "A47J37/10".into(), inventive: true, first: true }]);
        let found: Vec<_> = patent
            .citations
            .iter()
            .map(|cited| {
                (
                    cited.number.as_ref().map(ToString::to_string),
                    cited.text.as_str(),
                    cited.category.as_deref(),
                )
            })
            .collect();
        assert_eq!(found, [(Some("US20040003741A1".into()), "", Some("XY")), (None, "Pans", None)]);
    }

    #[test]
    fn a_family_lists_its_publications() {
        let patent = document(&format!(
            "<patent-family><family-member><publication-reference data-format=\"docdb\">{}</publication-reference>\
             <publication-reference data-format=\"epodoc\">{}</publication-reference></family-member>\
             <family-member><publication-reference data-format=\"docdb\">{}</publication-reference></family-member>\
             </patent-family>",
            id("US", "7000001", "B2", "20060102"),
            id("US", "7000001", "", ""),
            id("EP", "1000000", "A1", "20000102")
        ));
        assert_eq!(patent.family_members, ["US7000001B2".parse().unwrap()]);
    }
}
