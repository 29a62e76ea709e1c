//! The front page: number, title, dates, and what the other readers find on it.

use super::tree::{Node, at, child, date, raw_value, value};
use super::{Fault, citations, classes, parties, relations};
use crate::number::PatentNumber;
use crate::patent::{Date, Patent, PatentType};

/// Reads the bibliographic data; only the publication number is indispensable.
pub(crate) fn read(data: Node<'_, '_>) -> Result<Patent, Fault> {
    let publication = at(data, &["publication-reference", "document-id"])
        .ok_or_else(|| Fault::new("has no publication reference"))?;
    let number = document_number(publication).ok_or_else(|| Fault::new("has no publication number"))?;
    let application = at(data, &["application-reference", "document-id"]);
    let mut patent = Patent {
        patent_type: patent_type(data, &number),
        number,
        title: value(data, "invention-title").unwrap_or_default(),
        publication_date: date(publication, "date"),
        filing_date: application.and_then(|id| date(id, "date")),
        application_number: application.and_then(|id| value(id, "doc-number")),
        cpc: classes::cpc(data),
        ipc: classes::ipc(data),
        uspc: classes::uspc(data),
        locarno: classes::locarno(data),
        citations: citations::read(data),
        priorities: relations::priorities(data),
        related: relations::related(data),
        pct: relations::pct(data),
        ..Patent::default()
    };
    parties::read(data, &mut patent);
    patent.priority_date = earliest(&patent);
    Ok(patent)
}

/// A `document-id` as a number; `None` if it has none.
pub(crate) fn document_number(id: Node<'_, '_>) -> Option<PatentNumber> {
    let part = |name| raw_value(id, name).map(str::trim).unwrap_or_default();
    let country = if part("country").is_empty() { "US" } else { part("country") };
    let number = PatentNumber::new(country, part("doc-number"), part("kind"));
    (!number.serial.is_empty()).then_some(number)
}

fn patent_type(data: Node<'_, '_>, number: &PatentNumber) -> PatentType {
    let stated = child(data, "application-reference").and_then(|node| node.attribute("appl-type"));
    match (stated, number.kind.chars().next()) {
        (Some("utility"), _) | (None, Some('A' | 'B')) => PatentType::Utility,
        (Some("design"), _) | (None, Some('S')) => PatentType::Design,
        (Some("plant"), _) | (None, Some('P')) => PatentType::Plant,
        (Some("reissue"), _) | (None, Some('E')) => PatentType::Reissue,
        (Some("SIR" | "sir"), _) | (None, Some('H')) => PatentType::Sir,
        _ => PatentType::Other,
    }
}

/// The earliest date that the patent can claim: its own filing, its priorities, its parents, its PCT filing.
fn earliest(patent: &Patent) -> Option<Date> {
    let priorities = patent.priorities.iter().filter_map(|priority| priority.date);
    let parents =
        patent.related.iter().filter(|related| relations::gives_priority(related)).filter_map(|r| r.date);
    let pct = patent.pct.as_ref().and_then(|pct| pct.filing_date);
    priorities.chain(parents).chain(pct).chain(patent.filing_date).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front(extra: &str) -> String {
        format!(
            "<data><publication-reference><document-id><country>US</country><doc-number>RE045317</doc-number>\
             <kind>E1</kind><date>20150106</date></document-id></publication-reference>\
             <application-reference appl-type=\"reissue\"><document-id><country>US</country>\
             <doc-number>12134151</doc-number><date>20080605</date></document-id></application-reference>\
             <invention-title>A <i>non-stick</i> pan</invention-title>{extra}</data>"
        )
    }

    fn patent(xml: &str) -> Result<Patent, Fault> {
        read(roxmltree::Document::parse(xml).unwrap().root_element())
    }

    #[test]
    fn the_front_page_is_read() {
        let patent = patent(&front("")).unwrap();
        assert_eq!(patent.number.to_string(), "USRE45317E1");
        assert_eq!(patent.patent_type, PatentType::Reissue);
        assert_eq!(patent.title, "A non-stick pan");
        assert_eq!(patent.application_number.as_deref(), Some("12134151"));
        assert_eq!(patent.publication_date, Some(jiff::civil::date(2015, 1, 6)));
        assert_eq!(patent.priority_date, Some(jiff::civil::date(2008, 6, 5)));
    }

    #[test]
    fn the_earliest_date_wins() {
        let parent = |relation: &str, date: &str| {
            format!(
                "<us-related-documents><{relation}><document-id><country>US</country><doc-number>1</doc-number>\
                 <date>{date}</date></document-id></{relation}></us-related-documents>"
            )
        };
        let dated = |extra: &str| patent(&front(extra)).unwrap().priority_date.unwrap().to_string();
        assert_eq!(dated(&parent("us-provisional-application", "20070824")), "2007-08-24");
        assert_eq!(dated(&parent("related-publication", "20070824")), "2008-06-05");
        assert_eq!(
            dated(
                "<priority-claims><priority-claim><country>JP</country><doc-number>2</doc-number>\
                 <date>20060102</date></priority-claim></priority-claims>"
            ),
            "2006-01-02"
        );
    }

    #[test]
    fn without_a_number_it_is_no_patent() {
        assert_eq!(patent("<data/>").unwrap_err().message, "has no publication reference");
        let xml = "<data><publication-reference><document-id/></publication-reference></data>";
        assert_eq!(patent(xml).unwrap_err().message, "has no publication number");
    }
}
