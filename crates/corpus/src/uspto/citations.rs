//! What the patent cites: patents and other literature, and who cited it.

use super::bibliography::document_number;
use super::text::inline_text;
use super::tree::{Node, child, children, date, value};
use crate::patent::{Citation, CitedBy};

/// Reads `references-cited/citation` (until v4.2) or `us-references-cited/us-citation` (from v4.3).
pub(crate) fn read(data: Node<'_, '_>) -> Vec<Citation> {
    let old = child(data, "references-cited").into_iter().flat_map(|list| children(list, "citation"));
    let new = child(data, "us-references-cited").into_iter().flat_map(|list| children(list, "us-citation"));
    old.chain(new).filter_map(citation).collect()
}

fn citation(node: Node<'_, '_>) -> Option<Citation> {
    let by = value(node, "category").map(|category| cited_by(&category));
    if let Some(id) = child(node, "patcit").and_then(|cited| child(cited, "document-id")) {
        let number = document_number(id);
        let text = if number.is_some() { String::new() } else { inline_text(id) };
        return Some(Citation { number, text, date: date(id, "date"), name: value(id, "name"), by });
    }
    let text = inline_text(child(node, "nplcit")?);
    Some(Citation { text, by, ..Citation::default() })
}

fn cited_by(category: &str) -> CitedBy {
    match category.trim_start_matches("cited by ").trim() {
        "examiner" => CitedBy::Examiner,
        "applicant" => CitedBy::Applicant,
        "third party" => CitedBy::ThirdParty,
        _ => CitedBy::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATENT: &str = "<patcit num=\"1\"><document-id><country>US</country><doc-number>D402478</doc-number>\
        <kind>S</kind><name>Doe et al.</name><date>19981200</date></document-id></patcit>";
    const BOOK: &str = "<nplcit num=\"2\"><othercit>Doe, <i>On Pans</i>, 1999.</othercit></nplcit>";

    #[track_caller]
    fn check(list: &str, item: &str, category: &str, by: Option<CitedBy>) {
        let xml = format!(
            "<data><{list}><{item}>{PATENT}{category}</{item}><{item}>{BOOK}{category}</{item}></{list}></data>"
        );
        let document = roxmltree::Document::parse(&xml).unwrap();
        let patent = Citation {
            number: Some("USD402478S".parse().unwrap()),
            date: Some(jiff::civil::date(1998, 12, 1)),
            name: Some("Doe et al.".into()),
            by,
            ..Citation::default()
        };
        let book = Citation { text: "Doe, On Pans, 1999.".into(), by, ..Citation::default() };
        assert_eq!(read(document.root_element()), [patent, book]);
    }

    #[test]
    fn both_generations_are_read() {
        let old = ("references-cited", "citation");
        let new = ("us-references-cited", "us-citation");
        let category = |who: &str| format!("<category>cited by {who}</category>");
        check(old.0, old.1, &category("examiner"), Some(CitedBy::Examiner));
        check(old.0, old.1, &category("other"), Some(CitedBy::Other));
        check(new.0, new.1, &category("applicant"), Some(CitedBy::Applicant));
        check(new.0, new.1, &category("third party"), Some(CitedBy::ThirdParty));
        check(new.0, new.1, "", None);
    }
}
