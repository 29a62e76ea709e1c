//! Priority claims, related documents and the international phase.

use super::text::inline_text;
use super::tree::{Node, at, child, children, date, value};
use crate::patent::{Pct, Priority, Related};

/// Foreign and international priority claims.
pub(crate) fn priorities(data: Node<'_, '_>) -> Vec<Priority> {
    let claims = child(data, "priority-claims")
        .into_iter()
        .flat_map(|node| children(node, "priority-claim"));
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
    let relations = child(data, "us-related-documents")
        .into_iter()
        .flat_map(|node| node.children());
    relations
        .filter(roxmltree::Node::is_element)
        .flat_map(|relation| documents(relation))
        .collect()
}

/// A relation names its parent in `relation/parent-doc`, or else a document directly. Only the parent is
/// taken: the child is the patent itself, or one that lies between.
fn documents<'a, 'i>(relation: Node<'a, 'i>) -> Vec<Related> {
    let name = relation.tag_name().name();
    let parent = at(relation, &["relation", "parent-doc"]);
    let ids: Vec<Node<'a, 'i>> = match parent {
        Some(parent) => children(parent, "document-id").collect(),
        None => relation
            .descendants()
            .filter(|node| node.has_tag_name("document-id"))
            .collect(),
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
        publication: published.map(|id| {
            ["country", "doc-number", "kind"]
                .iter()
                .filter_map(|part| child(id, part))
                .map(inline_text)
                .collect()
        }),
        publication_date: published.and_then(|id| date(id, "date")),
        national_date: filing
            .and_then(|node| child(node, "us-371c124-date").or_else(|| child(node, "us-371c12-date")))
            .and_then(|node| date(node, "date")),
    })
}
