//! MAREC and Alexandria: `patent-document` XML of EP, US, WO and JP, in which all offices have one form.
//!
//! Source of the format: the IRF's `patent-document.dtd` v1.4, and files of Alexandria's earlier versions.

use crate::claims;
use crate::codes;
use crate::datasets::numbered_claims;
use crate::date::parse_date;
use crate::description;
use crate::document_id::DocumentId;
use crate::fault::Fault;
use crate::languages::Languages;
use crate::number::PatentNumber;
use crate::patent::{Citation, Claim, Paragraph, Party, Patent, Priority};
use crate::uspto::v4::parties::party;
use crate::xml::{Event, Tag, Xml, block_text, line_text};

/// The forms in which names come, best first: as printed, with an address; as printed; and DOCDB's.
const NAME_FORMS: [&str; 3] = ["original", "intermediate", "epo"];

/// Reads one document.
pub(crate) fn read<'a>(xml: &mut Xml<'a>, root: &Tag<'a>) -> Result<Patent, Fault> {
    let attribute = |name| root.attribute(name).unwrap_or_default();
    let serial = [attribute("doc-number"), attribute("docnumber")].concat();
    let number = PatentNumber::new(&attribute("country"), &serial, &attribute("kind"));
    if number.serial.is_empty() {
        return Err(xml.fault("has no publication number"));
    }
    let mut patent = Patent {
        patent_type: codes::patent_type(&number),
        number,
        language: language(root),
        publication_date: parse_date(&attribute("date")),
        family: Some(attribute("family-id").into_owned()).filter(|family| !family.is_empty()),
        ..Patent::default()
    };
    let mut languages = Languages::default();
    xml.children(root, |xml, child| {
        let language = language(child).or_else(|| patent.language.clone()).unwrap_or_default();
        match child.name() {
            "bibliographic-data" => bibliography(xml, child, &mut patent, &mut languages)?,
            "abstract" => languages.of(&language).abstract_text = block_text(xml, child)?,
            "description" => languages.of(&language).description = paragraphs(xml, child)?,
            "claims" => languages.add_claims(&language, claim_list(xml, child)?),
            _ => {}
        }
        Ok(())
    })?;
    languages.settle(&mut patent);
    patent.priority_date = patent.earliest_date();
    Ok(patent)
}

/// "XX" is a language that is not known.
fn language(tag: &Tag<'_>) -> Option<String> {
    tag.attribute("lang").map(|language| language.to_lowercase()).filter(|language| language != "xx")
}

fn bibliography<'a>(
    xml: &mut Xml<'a>,
    data: &Tag<'a>,
    patent: &mut Patent,
    languages: &mut Languages,
) -> Result<(), Fault> {
    while let Some(event) = xml.next(data)? {
        let Event::Start(tag) = event else { continue };
        match tag.name() {
            "application-reference" => {
                if let Some(id) = DocumentId::within(xml, &tag)? {
                    id.name_application(patent);
                }
            }
            "priority-claim" => {
                if let Some(DocumentId { country, number, date, .. }) = DocumentId::within(xml, &tag)? {
                    patent.priorities.push(Priority {
                        country: country.into_owned(),
                        number: number.into_owned(),
                        date,
                    });
                }
            }
            // The same symbol may come for the core and for the advanced level.
            "classification-ipcr" | "main-classification" | "further-classification" => {
                codes::add_ipc(&mut patent.ipc, codes::symbol(&xml.value(&tag)?));
            }
            "classification-cpc" => {
                let (symbol, first) = (codes::symbol(&xml.value(&tag)?), patent.cpc.is_empty());
                codes::add_cpc(&mut patent.cpc, symbol, true, first);
            }
            "classification-national" => national(xml, &tag, patent)?,
            "invention-title" => {
                languages.of(&language(&tag).unwrap_or_default()).title = line_text(xml, &tag)?;
            }
            "patcit" | "nplcit" => patent.citations.extend(citation(xml, &tag)?),
            "applicants" => patent.applicants = people(xml, &tag)?,
            "inventors" => patent.inventors = people(xml, &tag)?,
            "assignees" => patent.assignees = people(xml, &tag)?,
            "publication-reference" | "classification-ecla" | "agents" | "correspondence-address" => {
                xml.skip(&tag)?;
            }
            // Others hold these: the loop goes on within.
            _ => {}
        }
    }
    Ok(())
}

fn national<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, patent: &mut Patent) -> Result<(), Fault> {
    let is_us = tag.attribute("country").is_none_or(|country| country == "US");
    xml.children(tag, |xml, child| {
        if is_us {
            patent.uspc.extend(codes::national(&xml.value(child)?));
        }
        Ok(())
    })
}

/// The phase and the category are attributes of the citation, or of its `source`.
fn citation<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Citation>, Fault> {
    let attribute = |tag: &Tag<'a>, name: &str| tag.attribute(name).map(std::borrow::Cow::into_owned);
    let (mut phase, mut category) = (attribute(tag, "source"), attribute(tag, "category"));
    let mut citation = Citation::default();
    while let Some(event) = xml.next(tag)? {
        let Event::Start(child) = event else { continue };
        match child.name() {
            "document-id" => {
                let id = DocumentId::read(xml, &child)?;
                citation.number = id.publication();
                (citation.name, citation.date) = (id.name, id.date);
            }
            "text" => citation.text = line_text(xml, &child)?,
            "source" => {
                phase = phase.or_else(|| attribute(&child, "name"));
                category = category.or_else(|| attribute(&child, "category"));
            }
            _ => {}
        }
    }
    citation.by = phase.as_deref().and_then(codes::cited_by);
    citation.category = category.filter(|category| !category.is_empty());
    Ok((citation.number.is_some() || !citation.text.is_empty()).then_some(citation))
}

/// The names of the best form that there is.
fn people<'a>(xml: &mut Xml<'a>, list: &Tag<'a>) -> Result<Vec<Party>, Fault> {
    let mut found = Vec::new();
    xml.children(list, |xml, tag| {
        let form = tag.attribute("format").unwrap_or_default();
        let rank = NAME_FORMS.iter().position(|known| form == *known).unwrap_or(0);
        // Some names are escaped twice.
        let party = party(xml, tag)?.map(|party| Party { name: party.name.replace("&amp;", "&"), ..party });
        found.extend(party.map(|party| (rank, party)));
        Ok(())
    })?;
    let best = found.iter().map(|(rank, _)| *rank).min();
    Ok(found.into_iter().filter(|(rank, _)| Some(*rank) == best).map(|(_, party)| party).collect())
}

/// Some files have all claims in one element, each beginning with its number.
fn claim_list<'a>(xml: &mut Xml<'a>, list: &Tag<'a>) -> Result<Vec<Claim>, Fault> {
    let found = claims::read(xml, list)?;
    if let [only] = found.as_slice() {
        let several = numbered_claims(&only.text);
        if several.len() > 1 {
            return Ok(several);
        }
    }
    Ok(found)
}

/// Numbers stand in an attribute ("0001", "p0001") or before the text (`[0001] The …`).
fn paragraphs<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Vec<Paragraph>, Fault> {
    let mut found = description::read(xml, tag)?;
    for paragraph in &mut found {
        if let Some((number, text)) = paragraph.text.strip_prefix('[').and_then(|rest| rest.split_once(']'))
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            paragraph.number = Some(number.to_owned());
            paragraph.text = text.trim_start().to_owned();
        } else if let Some(number) = &mut paragraph.number {
            *number = number.trim_start_matches('p').to_owned();
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patent::CitedBy;

    fn document(attributes: &str, body: &str) -> Patent {
        let xml = format!("<patent-document {attributes}>{body}</patent-document>");
        Xml::root(&xml, read).unwrap()
    }

    const WO: &str =
        "country=\"WO\" doc-number=\"2003000220\" kind=\"A2\" lang=\"DE\" date=\"20030103\" family-id=\"7\"";

    #[test]
    fn a_number_is_enough() {
        let patent = document(WO, "");
        assert_eq!(
            (patent.number.to_string().as_str(), patent.family.as_deref()),
            ("WO2003000220A2", Some("7"))
        );
        let patent = document(
            "country=\"JP\" docnumber=\"2005518157\" lang=\"JA\"",
            "<description><p>発明</p></description>",
        );
        assert_eq!(
            (patent.number.to_string().as_str(), patent.language.as_deref()),
            ("JP2005518157", Some("ja"))
        );
        assert_eq!(patent.description.len(), 1);
    }

    #[test]
    fn names_are_of_the_best_form() {
        let patent = document(
            WO,
            "<bibliographic-data><parties><applicants><applicant format=\"epo\"><addressbook><name>PAN AG</name>\
             </addressbook></applicant><applicant format=\"intermediate\"><addressbook><name>Pan &amp;amp; Lid AG\
             </name></addressbook></applicant></applicants></parties></bibliographic-data>",
        );
        let names: Vec<_> = patent.applicants.iter().map(|party| party.name.as_str()).collect();
        assert_eq!(names, ["Pan & Lid AG"]);
    }

    #[test]
    fn citations_of_both_generations() {
        let id =
            "<document-id><country>US</country><doc-number>5139825</doc-number><kind>A</kind></document-id>";
        let patent = document(
            WO,
            &format!(
                "<bibliographic-data><citations><patent-citations><patcit source=\"SEA\" category=\"AD\">{id}</patcit>\
                 <patcit>{id}<sources><source category=\"X\" name=\"SEA\"/></sources></patcit></patent-citations>\
                 <non-patent-citations><nplcit><text>Pans</text></nplcit></non-patent-citations></citations>\
                 </bibliographic-data>"
            ),
        );
        let found: Vec<_> = patent.citations.iter().map(|citation| citation.category.as_deref()).collect();
        assert_eq!(found, [Some("AD"), Some("X"), None]);
        assert_eq!(patent.citations[1].by, Some(CitedBy::Examiner));
    }

    #[test]
    fn claims_may_all_be_in_one() {
        let patent = document(
            WO,
            "<claims lang=\"EN\"><claim num=\"0001\"><claim-text/><claim-text>I CLAIM;</claim-text><claim-text>1. A pan.\
             </claim-text><claim-text>2. The pan of Claim 1.</claim-text></claim></claims>",
        );
        let found: Vec<_> =
            patent.claims.iter().map(|claim| (claim.text.as_str(), claim.depends_on.len())).collect();
        assert_eq!(found, [("A pan.", 0), ("The pan of Claim 1.", 1)]);
    }

    #[test]
    fn paragraphs_have_their_numbers() {
        let patent = document(
            WO,
            "<description lang=\"EN\"><p>[0001] Of pans.</p><p num=\"p0002\">Of lids.</p><p num=\"0003\">Of pots.</p>\
             </description>",
        );
        let found: Vec<_> =
            patent.description.iter().map(|p| (p.number.as_deref().unwrap_or(""), p.text.as_str())).collect();
        assert_eq!(found, [("0001", "Of pans."), ("0002", "Of lids."), ("0003", "Of pots.")]);
    }

    #[test]
    fn classes_of_several_schemes() {
        let patent = document(
            "country=\"US\" doc-number=\"20030000393\" kind=\"A1\"",
            "<bibliographic-data><technical-data><classification-ipc><edition>7</edition><main-classification>\
             A23F   3/00</main-classification></classification-ipc><classifications-ipcr><classification-ipcr>\
             A47J  31/40        20060101C I20051008RMEP        </classification-ipcr></classifications-ipcr>\
             <classification-national country=\"US\"><main-classification>099279</main-classification>\
             </classification-national></technical-data></bibliographic-data>",
        );
        assert_eq!(
            (patent.ipc, patent.uspc),
            (vec!["A23F3/00".into(), "A47J31/40".into()], vec!["99/279".into()])
        );
    }
}
