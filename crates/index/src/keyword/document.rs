//! A patent as a document of the keyword index.

use std::collections::BTreeSet;

use priorart_corpus::{Date, Patent, PatentNumber};
use tantivy::TantivyDocument;
use tantivy::schema::Field;

use super::{Fields, family};
use crate::PatentId;

/// Makes the document of a patent.
pub(super) fn document(fields: &Fields, id: PatentId, patent: &Patent) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    document.add_u64(fields.id, id.into());
    add_number(&mut document, fields, &patent.number);
    add_text(&mut document, fields, patent);
    let names = |document: &mut TantivyDocument, field, parties: &mut dyn Iterator<Item = &String>| {
        add_all(document, field, parties.collect::<BTreeSet<_>>());
    };
    let owners = patent.assignees.iter().chain(&patent.applicants).map(|party| &party.name);
    names(&mut document, fields.assignee, &mut owners.into_iter());
    names(&mut document, fields.inventor, &mut patent.inventors.iter().map(|party| &party.name));
    names(&mut document, fields.examiner, &mut patent.examiners.iter().map(|party| &party.name));
    let owner = patent.assignees.iter().chain(&patent.applicants).next();
    add_all(&mut document, fields.owner, owner.map(|party| &party.name));
    add_classes(&mut document, fields, patent);
    let cited = patent.citations.iter().filter_map(|citation| citation.number.as_ref());
    add_all(&mut document, fields.cited, cited.flat_map(|number| [number.to_string(), serial(number)]));
    add_family(&mut document, fields, patent);
    add_all(
        &mut document,
        fields.uspc,
        patent.uspc.iter().flat_map(|symbol| with_class(symbol)).collect::<BTreeSet<_>>(),
    );
    add_date(&mut document, fields.pub_date, patent.publication_date);
    add_date(&mut document, fields.file_date, patent.filing_date);
    add_date(&mut document, fields.priority_date, patent.priority_date);
    document
}

/// Country and serial: what is looked up where the kind is not known.
pub(super) fn serial(number: &PatentNumber) -> String {
    format!("{}{}", number.country, number.serial)
}

fn add_number(document: &mut TantivyDocument, fields: &Fields, number: &PatentNumber) {
    document.add_text(fields.number, number.to_string());
    document.add_text(fields.serial, serial(number));
    document.add_text(fields.country, &number.country);
    document.add_text(fields.kind, &number.kind);
}

fn add_family(document: &mut TantivyDocument, fields: &Fields, patent: &Patent) {
    add_all(document, fields.family, family::simple_family(patent));
    add_all(document, fields.application, family::own(patent));
    add_all(document, fields.priority, family::claimed(patent));
    add_all(document, fields.applications, family::applications(patent));
}

/// Claims and paragraphs are values of their own, each with an end, so that no phrase reaches from one into
/// the next.
fn add_text(document: &mut TantivyDocument, fields: &Fields, patent: &Patent) {
    document.add_text(fields.title, &patent.title);
    document.add_text(fields.abstract_text, &patent.abstract_text);
    add_all(document, fields.claims, patent.claims.iter().map(|claim| &claim.text));
    let independent = patent.claims.iter().filter(|claim| claim.is_independent());
    add_all(document, fields.independent, independent.map(|claim| &claim.text));
    add_all(document, fields.description, patent.description.iter().map(|paragraph| &paragraph.text));
}

fn add_classes(document: &mut TantivyDocument, fields: &Fields, patent: &Patent) {
    let cpc = patent.cpc.iter().map(|symbol| symbol.symbol.as_str());
    add_all(document, fields.cpc, cpc.flat_map(with_ancestors).collect::<BTreeSet<_>>());
    let ipc = patent.ipc.iter().map(String::as_str);
    add_all(document, fields.ipc, ipc.flat_map(with_ancestors).collect::<BTreeSet<_>>());
    add_all(document, fields.subclass, subclasses(patent));
}

fn subclasses(patent: &Patent) -> BTreeSet<&str> {
    let cpc: BTreeSet<&str> = patent.cpc.iter().filter_map(|one| one.symbol.get(..4)).collect();
    if cpc.is_empty() { patent.ipc.iter().filter_map(|symbol| symbol.get(..4)).collect() } else { cpc }
}

fn add_all(document: &mut TantivyDocument, field: Field, values: impl IntoIterator<Item = impl AsRef<str>>) {
    for value in values {
        document.add_text(field, value.as_ref());
    }
}

fn add_date(document: &mut TantivyDocument, field: Field, date: Option<Date>) {
    if let Some(date) = date {
        document.add_u64(field, day_number(date));
    }
}

/// A date as yyyymmdd, which is how the date fields hold it.
pub fn day_number(date: Date) -> u64 {
    let [year, month, day] =
        [date.year().into(), date.month().into(), date.day().into()].map(i64::unsigned_abs);
    year * 10_000 + month * 100 + day
}

/// A CPC or IPC symbol and what it lies under by its form: section, class, subclass, main group.
fn with_ancestors(symbol: &str) -> Vec<&str> {
    let ends = [Some(1), Some(3), Some(4), symbol.find('/'), Some(symbol.len())];
    let mut found: Vec<_> = ends.into_iter().flatten().filter_map(|end| symbol.get(..end)).collect();
    found.retain(|ancestor| !ancestor.is_empty());
    found.dedup();
    found
}

/// A symbol of the USPC and the class before its slash.
fn with_class(symbol: &str) -> [&str; 2] {
    [symbol, symbol.split('/').next().unwrap_or(symbol)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(symbol: &str, expected: &[&str]) {
        assert_eq!(with_ancestors(symbol), expected);
    }

    #[test]
    fn symbols_lie_under_their_ancestors() {
        check("H01M4/13", &["H", "H01", "H01M", "H01M4", "H01M4/13"]);
        check("H01M", &["H", "H01", "H01M"]);
        check("H", &["H"]);
        check("", &[]);
        check("é", &["é"]);
    }

    #[test]
    fn dates_are_numbers_in_order() {
        assert_eq!(day_number(Date::constant(2015, 1, 6)), 20_150_106);
    }
}
