//! Priority claims, related documents and the international phase.

use super::tree::{Node, at, child, children, date, value};
use crate::patent::{Pct, Priority, Related};

/// Foreign and international priority claims.
pub(crate) fn priorities(data: Node<'_, '_>) -> Vec<Priority> {
    let claims = child(data, "priority-claims").into_iter().flat_map(|node| children(node, "priority-claim"));
    claims
        .map(|claim| Priority {
            country: value(claim, "country").unwrap_or_default(),
            number: value(claim, "doc-number").unwrap_or_default(),
            date: date(claim, "date"),
        })
        .collect()
}

/// Parents, provisionals and earlier publications, each with the relation by the source's own name.
pub(crate) fn related(data: Node<'_, '_>) -> Vec<Related> {
    let relations = child(data, "us-related-documents").into_iter().flat_map(|node| node.children());
    relations.filter(roxmltree::Node::is_element).flat_map(|relation| documents(relation)).collect()
}

/// A relation names its parent in `relation/parent-doc`, or else a document directly. Only the parent is
/// taken: the child is the patent itself, or one that lies between.
fn documents<'a, 'i>(relation: Node<'a, 'i>) -> Vec<Related> {
    let name = relation.tag_name().name();
    let parent = at(relation, &["relation", "parent-doc"]);
    let ids: Vec<Node<'a, 'i>> = match parent {
        Some(parent) => children(parent, "document-id").collect(),
        None => relation.descendants().filter(|node| node.has_tag_name("document-id")).collect(),
    };
    ids.into_iter().map(|id| document(name, id)).collect()
}

fn document(relation: &str, id: Node<'_, '_>) -> Related {
    Related {
        relation: relation.to_owned(),
        country: value(id, "country").unwrap_or_default(),
        number: value(id, "doc-number").unwrap_or_default(),
        kind: value(id, "kind").unwrap_or_default(),
        date: date(id, "date"),
    }
}

/// Whether a related document's date is one that the patent can claim. An earlier publication of the same
/// application is none, nor is what a correction or a re-examination refers to.
pub(crate) fn gives_priority(related: &Related) -> bool {
    matches!(
        related.relation.as_str(),
        "continuation"
            | "continuation-in-part"
            | "division"
            | "continuing-reissue"
            | "reissue"
            | "us-divisional-reissue"
            | "us-provisional-application"
            | "addition"
            | "substitution"
    )
}

/// "WO2000/029629A2"; some files repeat the office within the number.
fn publication(id: Node<'_, '_>) -> String {
    let part = |name| value(id, name).unwrap_or_default();
    let (country, number) = (part("country"), part("doc-number"));
    let bare = number.strip_prefix(&country).unwrap_or(&number).trim();
    format!("{country}{bare}{}", part("kind"))
}

/// The international phase, where there was one.
pub(crate) fn pct(data: Node<'_, '_>) -> Option<Pct> {
    let filing = child(data, "pct-or-regional-filing-data");
    let publishing = child(data, "pct-or-regional-publishing-data");
    let filed = filing.and_then(|node| child(node, "document-id"));
    let published = publishing.and_then(|node| child(node, "document-id"));
    filing.or(publishing)?;
    Some(Pct {
        application: filed.and_then(|id| value(id, "doc-number")),
        filing_date: filed.and_then(|id| date(id, "date")),
        publication: published.map(publication),
        publication_date: published.and_then(|id| date(id, "date")),
        national_date: filing
            .and_then(|node| child(node, "us-371c124-date").or_else(|| child(node, "us-371c12-date")))
            .and_then(|node| date(node, "date")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(xml: &str, read: fn(Node<'_, '_>) -> T) -> T {
        read(roxmltree::Document::parse(&format!("<data>{xml}</data>")).unwrap().root_element())
    }

    #[track_caller]
    fn check(xml: &str, expected: &[(&str, &str, &str)]) {
        let found = read(&format!("<us-related-documents>{xml}</us-related-documents>"), related);
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
    fn an_earlier_publication_gives_no_priority() {
        let of = |relation: &str| Related { relation: relation.into(), ..Related::default() };
        assert!(gives_priority(&of("continuation")) && gives_priority(&of("us-provisional-application")));
        assert!(!gives_priority(&of("related-publication")) && !gives_priority(&of("correction")));
    }

    #[test]
    fn priorities_are_as_printed() {
        let found = read(
            "<priority-claims><priority-claim sequence=\"01\" kind=\"national\"><country>JP</country>\
             <doc-number>2001-000001</doc-number><date>20010323</date></priority-claim></priority-claims>",
            priorities,
        );
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
        assert_eq!(read(&xml, pct), Some(expected));
        assert_eq!(read("", pct), None);
    }
}
