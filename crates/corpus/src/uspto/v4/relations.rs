//! Priority claims, related documents and the international phase.

use crate::date::parse_date;
use crate::document_id::DocumentId;
use crate::fault::Fault;
use crate::patent::{Date, Pct, Priority, Related};
use crate::xml::{Event, Tag, Xml};

/// Reads `priority-claims`, foreign and international ones.
pub(crate) fn priorities<'a>(xml: &mut Xml<'a>, claims: &Tag<'a>) -> Result<Vec<Priority>, Fault> {
    let mut priorities = Vec::new();
    xml.children(claims, |xml, child| {
        if child.name() == "priority-claim" {
            let DocumentId { country, number, date, .. } = DocumentId::read(xml, child)?;
            priorities.push(Priority { country: country.into_owned(), number: number.into_owned(), date });
        }
        Ok(())
    })?;
    Ok(priorities)
}

/// Reads `us-related-documents`: parents, provisionals and earlier publications, each with the relation by the
/// source's own name.
pub(crate) fn related<'a>(xml: &mut Xml<'a>, documents: &Tag<'a>) -> Result<Vec<Related>, Fault> {
    let mut related = Vec::new();
    xml.children(documents, |xml, relation| {
        let ids = documents_of(xml, relation)?;
        related.extend(ids.into_iter().map(|id| document(relation.name(), id)));
        Ok(())
    })?;
    Ok(related)
}

/// A relation names its parent in `relation/parent-doc`, or else a document directly. Only the parent is
/// taken: the child is the patent itself, or one that lies between.
fn documents_of<'a>(xml: &mut Xml<'a>, relation: &Tag<'a>) -> Result<Vec<DocumentId<'a>>, Fault> {
    let mut documents = Vec::new();
    while let Some(event) = xml.next(relation)? {
        let Event::Start(child) = event else { continue };
        match child.name() {
            "parent-doc" => documents.extend(DocumentId::within(xml, &child)?),
            "document-id" => documents.push(DocumentId::read(xml, &child)?),
            "child-doc" => xml.skip(&child)?,
            _ => {}
        }
    }
    Ok(documents)
}

fn document(relation: &str, id: DocumentId<'_>) -> Related {
    Related {
        relation: relation.to_owned(),
        country: id.country.into_owned(),
        number: id.number.into_owned(),
        kind: id.kind.into_owned(),
        date: id.date,
    }
}

/// "WO2000/029629A2"; some files repeat the office within the number.
fn publication(id: &DocumentId<'_>) -> String {
    let bare = id.number.strip_prefix(&*id.country).unwrap_or(&id.number).trim();
    format!("{}{bare}{}", id.country, id.kind)
}

/// Reads `pct-or-regional-filing-data`, where the international phase began.
pub(crate) fn filing<'a>(xml: &mut Xml<'a>, data: &Tag<'a>, pct: &mut Pct) -> Result<(), Fault> {
    xml.children(data, |xml, child| {
        match child.name() {
            "document-id" => {
                let id = DocumentId::read(xml, child)?;
                pct.application = Some(id.number.into_owned()).filter(|number| !number.is_empty());
                pct.filing_date = id.date;
            }
            "us-371c124-date" => pct.national_date = date_within(xml, child)?,
            "us-371c12-date" if pct.national_date.is_none() => pct.national_date = date_within(xml, child)?,
            _ => {}
        }
        Ok(())
    })
}

/// Reads `pct-or-regional-publishing-data`, what the international office published.
pub(crate) fn publishing<'a>(xml: &mut Xml<'a>, data: &Tag<'a>, pct: &mut Pct) -> Result<(), Fault> {
    if let Some(id) = DocumentId::within(xml, data)? {
        pct.publication = Some(publication(&id));
        pct.publication_date = id.date;
    }
    Ok(())
}

fn date_within<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Date>, Fault> {
    let mut date = None;
    xml.children(tag, |xml, child| {
        if child.name() == "date" {
            date = parse_date(&xml.value(child)?);
        }
        Ok(())
    })?;
    Ok(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patent::Patent;

    fn read(xml: &str) -> Patent {
        super::super::read_fields(&format!("<data>{xml}</data>"))
    }

    #[track_caller]
    fn check(xml: &str, expected: &[(&str, &str, &str)]) {
        let found = read(&format!("<us-related-documents>{xml}</us-related-documents>")).related;
        let found: Vec<_> = found
            .iter()
            .map(|one| {
                let date = one.date.map(|date| date.to_string()).unwrap_or_default();
                (one.relation.as_str(), one.number.as_str(), date)
            })
            .collect();
        let found: Vec<_> = found.iter().map(|(a, b, c)| (*a, *b, c.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_relation_is_to_its_parent() {
        check(
            "<division><relation><parent-doc><document-id><country>US</country><doc-number>10111222</doc-number>\
             <date>20010203</date></document-id><parent-grant-document><document-id><country>US</country>\
             <doc-number>6000001</doc-number></document-id></parent-grant-document></parent-doc><child-doc>\
             <document-id><country>US</country><doc-number>11333444</doc-number></document-id></child-doc>\
             </relation></division>",
            &[("division", "10111222", "2001-02-03")],
        );
        check(
            "<us-provisional-application><document-id><country>US</country><doc-number>60123456</doc-number>\
             <date>20000102</date></document-id></us-provisional-application><related-publication><document-id>\
             <country>US</country><doc-number>20020000001</doc-number><kind>A1</kind><date>20020103</date>\
             </document-id></related-publication>",
            &[
                ("us-provisional-application", "60123456", "2000-01-02"),
                ("related-publication", "20020000001", "2002-01-03"),
            ],
        );
    }

    #[test]
    fn priorities_are_as_printed() {
        let found = read(
            "<priority-claims><priority-claim sequence=\"01\" kind=\"national\"><country>JP</country>\
             <doc-number>2001-000001</doc-number><date>20010323</date></priority-claim></priority-claims>",
        )
        .priorities;
        let expected = Priority {
            country: "JP".into(),
            number: "2001-000001".into(),
            date: Some(jiff::civil::date(2001, 3, 23)),
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn the_international_phase_has_two_numbers_and_three_dates() {
        let id = |number: &str, kind: &str, date: &str| {
            format!(
                "<document-id><country>WO</country><doc-number>{number}</doc-number><kind>{kind}</kind>\
                 <date>{date}</date></document-id>"
            )
        };
        let xml = format!(
            "<pct-or-regional-filing-data>{}<us-371c124-date><date>20020702</date></us-371c124-date>\
             </pct-or-regional-filing-data><pct-or-regional-publishing-data>{}</pct-or-regional-publishing-data>",
            id("PCT/AU99/00001", "", "19991022"),
            id("WO00/00002", "A", "20000525")
        );
        let expected = Pct {
            application: Some("PCT/AU99/00001".into()),
            filing_date: Some(jiff::civil::date(1999, 10, 22)),
            publication: Some("WO00/00002A".into()),
            publication_date: Some(jiff::civil::date(2000, 5, 25)),
            national_date: Some(jiff::civil::date(2002, 7, 2)),
        };
        assert_eq!(read(&xml).pct, Some(expected));
        assert_eq!(read("").pct, None);
    }
}
