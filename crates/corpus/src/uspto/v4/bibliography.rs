//! The front page: number, title, dates, and what the other readers find on it.

use std::borrow::Cow;

use super::{citations, parties, relations};
use crate::document_id::DocumentId;
use crate::fault::Fault;
use crate::patent::Patent;
use crate::uspto::{classes, patent_type};
use crate::xml::{Tag, Xml, line_text};

/// Reads the bibliographic data; only the publication number is indispensable.
pub(crate) fn read<'a>(xml: &mut Xml<'a>, data: &Tag<'a>, patent: &mut Patent) -> Result<(), Fault> {
    let Ids { publication, stated_type } = fields(xml, data, patent)?;
    let publication = publication.ok_or_else(|| xml.fault("has no publication reference"))?;
    patent.number = publication.publication().ok_or_else(|| xml.fault("has no publication number"))?;
    patent.publication_date = publication.date;
    patent.patent_type = patent_type(stated_type.as_deref(), &patent.number);
    patent.priority_date = patent.earliest_date();
    Ok(())
}

/// What the patent is, by the office and by the number.
#[derive(Default)]
pub(super) struct Ids<'a> {
    publication: Option<DocumentId<'a>>,
    stated_type: Option<String>,
}

/// Reads what needs nothing but its own element.
pub(super) fn fields<'a>(xml: &mut Xml<'a>, data: &Tag<'a>, patent: &mut Patent) -> Result<Ids<'a>, Fault> {
    let mut ids = Ids::default();
    xml.children(data, |xml, child| {
        match child.name() {
            "publication-reference" => ids.publication = DocumentId::within(xml, child)?,
            "application-reference" => {
                ids.stated_type = child.attribute("appl-type").map(Cow::into_owned);
                if let Some(id) = DocumentId::within(xml, child)? {
                    patent.filing_date = id.date;
                    patent.application_number =
                        Some(id.number.into_owned()).filter(|number| !number.is_empty());
                }
            }
            "invention-title" => patent.title = line_text(xml, child)?,
            "classifications-cpc" => patent.cpc = classes::cpc(xml, child)?,
            "classifications-ipcr" | "classification-ipc" => classes::ipc(xml, child, &mut patent.ipc)?,
            "classification-national" => patent.uspc = classes::uspc(xml, child)?,
            "classification-locarno" => patent.locarno = classes::locarno(xml, child)?,
            "references-cited" | "us-references-cited" => {
                patent.citations.extend(citations::read(xml, child)?);
            }
            "priority-claims" => patent.priorities = relations::priorities(xml, child)?,
            "us-related-documents" => patent.related = relations::related(xml, child)?,
            "pct-or-regional-filing-data" => {
                relations::filing(xml, child, patent.pct.get_or_insert_default())?;
            }
            "pct-or-regional-publishing-data" => {
                relations::publishing(xml, child, patent.pct.get_or_insert_default())?;
            }
            "us-parties" | "parties" => parties::read(xml, child, patent)?,
            "assignees" => patent.assignees = parties::listed(xml, child)?,
            "examiners" => patent.examiners = parties::listed(xml, child)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patent::PatentType;

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
        Xml::root(xml, |xml, data| {
            let mut patent = Patent::default();
            read(xml, data, &mut patent).map(|()| patent)
        })
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
