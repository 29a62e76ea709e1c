//! What the patent cites: patents and other literature, and who cited it.

use super::bibliography::document_number;
use super::text::inline_text;
use super::tree::{Node, child, children, date, value};
use crate::patent::{Citation, CitedBy};

/// Reads `references-cited/citation` (until v4.2) or `us-references-cited/us-citation` (from v4.3).
pub(crate) fn read(data: Node<'_, '_>) -> Vec<Citation> {
    let old = child(data, "references-cited")
        .into_iter()
        .flat_map(|list| children(list, "citation"));
    let new = child(data, "us-references-cited")
        .into_iter()
        .flat_map(|list| children(list, "us-citation"));
    old.chain(new).filter_map(citation).collect()
}

fn citation(node: Node<'_, '_>) -> Option<Citation> {
    let by = value(node, "category").map(|category| cited_by(&category));
    if let Some(id) = child(node, "patcit").and_then(|cited| child(cited, "document-id")) {
        let number = document_number(id);
        let text = if number.is_some() {
            String::new()
        } else {
            inline_text(id)
        };
        return Some(Citation {
            number,
            text,
            date: date(id, "date"),
            name: value(id, "name"),
            by,
        });
    }
    let text = inline_text(child(node, "nplcit")?);
    Some(Citation {
        text,
        by,
        ..Citation::default()
    })
}

fn cited_by(category: &str) -> CitedBy {
    match category.trim_start_matches("cited by ").trim() {
        "examiner" => CitedBy::Examiner,
        "applicant" => CitedBy::Applicant,
        "third party" => CitedBy::ThirdParty,
        _ => CitedBy::Other,
    }
}
