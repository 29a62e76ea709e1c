//! A patent as a document of the keyword index.

use priorart_corpus::{Date, Patent};
use tantivy::TantivyDocument;
use tantivy::schema::Field;

use super::Fields;
use super::terms::PatentTerms;
use crate::PatentId;

/// Makes the document of a patent.
pub(super) fn document(fields: &Fields, id: PatentId, patent: &Patent) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    document.add_u64(fields.id, id.into());
    let terms = PatentTerms::of(patent);
    add_number(&mut document, fields, patent, &terms);
    add_text(&mut document, fields, patent);
    add_all(&mut document, fields.assignee, &terms.assignees);
    add_all(&mut document, fields.inventor, &terms.inventors);
    add_all(&mut document, fields.examiner, &terms.examiners);
    add_all(&mut document, fields.owner, &terms.owner);
    add_all(&mut document, fields.cpc, &terms.cpc);
    add_all(&mut document, fields.ipc, &terms.ipc);
    add_all(&mut document, fields.subclass, &terms.subclasses);
    add_all(&mut document, fields.cited, &terms.cited);
    add_family(&mut document, fields, &terms);
    add_all(&mut document, fields.uspc, &terms.uspc);
    add_date(&mut document, fields.pub_date, patent.publication_date);
    add_date(&mut document, fields.file_date, patent.filing_date);
    add_date(&mut document, fields.priority_date, patent.priority_date);
    document
}

fn add_number(document: &mut TantivyDocument, fields: &Fields, patent: &Patent, terms: &PatentTerms) {
    document.add_text(fields.number, patent.number.to_string());
    document.add_text(fields.serial, &terms.serial);
    document.add_text(fields.country, &patent.number.country);
    document.add_text(fields.kind, &patent.number.kind);
}

fn add_family(document: &mut TantivyDocument, fields: &Fields, terms: &PatentTerms) {
    add_all(document, fields.family, &terms.family);
    add_all(document, fields.application, &terms.application);
    add_all(document, fields.priority, &terms.priorities);
    add_all(document, fields.applications, &terms.applications);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_numbers_in_order() {
        assert_eq!(day_number(Date::constant(2015, 1, 6)), 20_150_106);
    }
}
