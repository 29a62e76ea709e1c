//! What the patent cites: patents and other literature, and who cited it.

use crate::document_id::DocumentId;
use crate::fault::Fault;
use crate::patent::{Citation, CitedBy};
use crate::xml::{Tag, Xml, line_text};

/// Reads `references-cited/citation` (until v4.2) or `us-references-cited/us-citation` (from v4.3).
pub(crate) fn read<'a>(xml: &mut Xml<'a>, list: &Tag<'a>) -> Result<Vec<Citation>, Fault> {
    let mut citations = Vec::new();
    xml.children(list, |xml, child| {
        if matches!(child.name(), "citation" | "us-citation") {
            citations.extend(citation(xml, child)?);
        }
        Ok(())
    })?;
    Ok(citations)
}

fn citation<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Citation>, Fault> {
    let (mut cited, mut by) = (None, None);
    xml.children(tag, |xml, child| {
        match child.name() {
            "patcit" => cited = patent(xml, child)?,
            "nplcit" => cited = Some(Citation { text: line_text(xml, child)?, ..Citation::default() }),
            "category" => by = Some(cited_by(&xml.value(child)?)),
            _ => {}
        }
        Ok(())
    })?;
    Ok(cited.map(|cited| Citation { by, ..cited }))
}

fn patent<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Citation>, Fault> {
    let mut cited = None;
    xml.children(tag, |xml, child| {
        if child.name() == "document-id" {
            let id = DocumentId::read(xml, child)?;
            let number = id.publication();
            let text = if number.is_some() { String::new() } else { id.to_string() };
            cited = Some(Citation { number, text, date: id.date, name: id.name, ..Citation::default() });
        }
        Ok(())
    })?;
    Ok(cited)
}

fn cited_by(category: &str) -> CitedBy {
    match category.trim().trim_start_matches("cited by ") {
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
        let patent = Citation {
            number: Some("USD402478S".parse().unwrap()),
            date: Some(jiff::civil::date(1998, 12, 1)),
            name: Some("Doe et al.".into()),
            by,
            ..Citation::default()
        };
        let book = Citation { text: "Doe, On Pans, 1999.".into(), by, ..Citation::default() };
        let found = Xml::root(&xml, |xml, data| {
            let mut found = Vec::new();
            xml.children(data, |xml, list| {
                found = read(xml, list)?;
                Ok(())
            })?;
            Ok(found)
        });
        assert_eq!(found.unwrap(), [patent, book]);
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
