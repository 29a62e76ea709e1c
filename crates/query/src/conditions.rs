//! Conditions as queries of the keyword index.

use std::ops::Bound;

use priorart_index::Keyword;
use tantivy::query::{AllQuery, BooleanQuery, EmptyQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Term};

use crate::ast::{ClassField, Condition, DateField, DateRange, NameField, TextField};
use crate::words::terms_in;

type Boxed = Box<dyn Query>;

/// All conditions together; `None` where there are none.
pub(crate) fn all_of(keyword: &Keyword, conditions: &[Condition]) -> tantivy::Result<Option<Boxed>> {
    let queries =
        conditions.iter().map(|condition| query(keyword, condition)).collect::<Result<Vec<_>, _>>()?;
    Ok((!queries.is_empty()).then(|| intersection(queries)))
}

fn query(keyword: &Keyword, condition: &Condition) -> tantivy::Result<Boxed> {
    let fields = keyword.fields();
    let each =
        |all: &[Condition]| all.iter().map(|condition| query(keyword, condition)).collect::<Result<_, _>>();
    Ok(match condition {
        // A word may be several terms: "lithium-ion".
        Condition::Word(field, text) | Condition::Phrase(field, text) => phrase(keyword, *field, text)?,
        Condition::Class(ClassField::Cpc, symbol) => term(fields.cpc, symbol),
        Condition::Class(ClassField::Ipc, symbol) => term(fields.ipc, symbol),
        Condition::Name(NameField::Assignee, name) => one_phrase(keyword, fields.assignee, name)?,
        Condition::Name(NameField::Inventor, name) => one_phrase(keyword, fields.inventor, name)?,
        Condition::Country(country) => term(fields.country, country),
        Condition::Kind(kind) => kinds(fields.kind, kind),
        Condition::Number(number) if number.kind.is_empty() => term(fields.serial, &number.to_string()),
        Condition::Number(number) => term(fields.number, &number.to_string()),
        Condition::Date(field, range) => dates(date_field(keyword, *field), *range),
        Condition::And(all) => intersection(each(all)?),
        Condition::Or(all) => Box::new(BooleanQuery::union(each(all)?)),
        Condition::Not(condition) => not(query(keyword, condition)?),
    })
}

fn intersection(queries: Vec<Boxed>) -> Boxed {
    Box::new(BooleanQuery::intersection(queries))
}

/// A query of exclusions alone would match nothing.
fn not(query: Boxed) -> Boxed {
    Box::new(BooleanQuery::new(vec![(Occur::Must, Box::new(AllQuery)), (Occur::MustNot, query)]))
}

fn term(field: Field, text: &str) -> Boxed {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

/// A letter alone stands for all its codes.
fn kinds(field: Field, kind: &str) -> Boxed {
    if kind.len() > 1 {
        return term(field, kind);
    }
    let codes = (0..10).map(|digit| format!("{kind}{digit}")).chain([kind.to_owned()]);
    Box::new(BooleanQuery::union(codes.map(|code| term(field, &code)).collect()))
}

/// The fields that a text is looked for in.
fn text_fields(keyword: &Keyword, field: TextField) -> Vec<Field> {
    let fields = keyword.fields();
    match field {
        TextField::Any => vec![fields.title, fields.abstract_text, fields.claims, fields.description],
        TextField::Title => vec![fields.title],
        TextField::Abstract => vec![fields.abstract_text],
        TextField::Claims => vec![fields.claims],
        TextField::Description => vec![fields.description],
    }
}

fn phrase(keyword: &Keyword, field: TextField, text: &str) -> tantivy::Result<Boxed> {
    let fields = text_fields(keyword, field);
    let each = fields.into_iter().map(|field| one_phrase(keyword, field, text)).collect::<Result<_, _>>()?;
    Ok(Box::new(BooleanQuery::union(each)))
}

fn one_phrase(keyword: &Keyword, field: Field, text: &str) -> tantivy::Result<Boxed> {
    let terms = terms_in(keyword, field, text)?;
    Ok(match terms.as_slice() {
        [] => Box::new(EmptyQuery),
        [(_, only)] => Box::new(TermQuery::new(only.clone(), IndexRecordOption::Basic)),
        _ => Box::new(PhraseQuery::new_with_offset(terms)),
    })
}

fn date_field(keyword: &Keyword, field: DateField) -> Field {
    let fields = keyword.fields();
    match field {
        DateField::Publication => fields.pub_date,
        DateField::Filing => fields.file_date,
        DateField::Priority => fields.priority_date,
    }
}

fn dates(field: Field, range: DateRange) -> Boxed {
    let term = |day| Term::from_field_u64(field, day);
    let bound = |day: Option<u64>| day.map_or(Bound::Unbounded, |day| Bound::Included(term(day)));
    match (range.first, range.last) {
        // A range without bounds names no field.
        (None, None) => Box::new(AllQuery),
        (first, last) => Box::new(RangeQuery::new(bound(first), bound(last))),
    }
}
