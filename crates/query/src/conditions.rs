//! Conditions as clauses on the documents of the keyword index.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Bound;

use priorart_corpus::PatentNumber;
use priorart_index::{Keyword, Reader, simple_family};
use tantivy::query::{AllQuery, EmptyQuery, RangeQuery, TermQuery, TermSetQuery};
use tantivy::schema::{Field, IndexRecordOption, Term};

use crate::ast::{ClassField, Condition, DateField, DateRange, NameField, Pattern, TextFields};
use crate::clause::Clause;
use crate::cpc::LazyScheme;
use crate::error::QueryError;
use crate::patterns::{self, Analysis};
use crate::spans::Spans;

/// Makes clauses of conditions.
pub(crate) struct Conditions<'a> {
    reader: &'a Reader,
    scheme: &'a LazyScheme,
    /// What could not be looked for as it was asked.
    pub(crate) warnings: RefCell<BTreeSet<String>>,
}

impl<'a> Conditions<'a> {
    pub(crate) fn new(reader: &'a Reader, scheme: &'a LazyScheme) -> Self {
        Self { reader, scheme, warnings: RefCell::default() }
    }

    fn keyword(&self) -> &'a Keyword {
        self.reader.keyword()
    }

    /// All conditions together; `None` where there are none.
    pub(crate) fn all_of(&self, conditions: &[Condition]) -> Result<Option<Clause>, QueryError> {
        Ok(if conditions.is_empty() { None } else { Some(Clause::all(self.each(conditions)?)) })
    }

    fn each(&self, conditions: &[Condition]) -> Result<Vec<Clause>, QueryError> {
        conditions.iter().map(|condition| self.clause(condition)).collect()
    }

    fn clause(&self, condition: &Condition) -> Result<Clause, QueryError> {
        let fields = self.keyword().fields();
        Ok(match condition {
            Condition::Text(fields, pattern) => self.text(*fields, pattern)?,
            Condition::Class { field, symbol, exact } => self.class(*field, symbol, *exact)?,
            Condition::Name(field, name) => {
                let field = match field {
                    NameField::Assignee => fields.assignee,
                    NameField::Inventor => fields.inventor,
                    NameField::Examiner => fields.examiner,
                };
                self.pattern(field, &Pattern::Phrase(name.clone()), Analysis::Names)?
            }
            Condition::Country(country) => term(fields.country, country),
            Condition::Kind(kind) => kinds(fields.kind, kind),
            Condition::Number(number) => self.number(number),
            Condition::Application(number) => term(fields.application, number),
            Condition::Priority(number) => term(fields.priority, number),
            Condition::Family(name) => self.family(name)?,
            Condition::Uspc(class) => term(fields.uspc, class),
            Condition::Cites(number) => term(fields.cited, &number.to_string()),
            Condition::CitedBy(number) => self.cited_by(number)?,
            Condition::Date(field, range) => dates(date_field(self.keyword(), *field), *range),
            Condition::And(all) => Clause::all(self.each(all)?),
            Condition::Or(all) => Clause::any(self.each(all)?),
            Condition::Xor(one, other) => Clause::Xor(Box::new([self.clause(one)?, self.clause(other)?])),
            Condition::Not(condition) => Clause::not(self.clause(condition)?),
        })
    }

    fn text(&self, fields: TextFields, pattern: &Pattern) -> Result<Clause, QueryError> {
        let fields = text_fields(self.keyword(), fields).into_iter();
        let each = fields.map(|field| self.pattern(field, pattern, Analysis::Text));
        Ok(Clause::any(each.collect::<Result<_, _>>()?))
    }

    /// A pattern in one field.
    fn pattern(&self, field: Field, pattern: &Pattern, analysis: Analysis) -> Result<Clause, QueryError> {
        Ok(match patterns::spans(self.keyword(), field, pattern, analysis)? {
            Spans::Terms(terms) => any_term(field, terms),
            spans => Clause::Places(field, spans),
        })
    }

    /// What lies below a class by its form is indexed with it; below a subgroup, the scheme's dots say. The CPC
    /// has the IPC's groups under the same symbols in the same order, so that its scheme serves for both.
    fn class(&self, field: ClassField, symbol: &str, exact: bool) -> Result<Clause, QueryError> {
        let fields = self.keyword().fields();
        let (classes, name) = match field {
            ClassField::Cpc => (fields.cpc, "cpc"),
            ClassField::Ipc => (fields.ipc, "ipc"),
        };
        let is_group = symbol.len() > 4;
        if exact && !symbol.contains('/') && is_group {
            return Ok(term(classes, &format!("{symbol}/00")));
        }
        if exact || !symbol.contains('/') {
            return Ok(term(classes, symbol));
        }
        let Some(scheme) = self.scheme.get()? else {
            self.warn(format!(
                "{name}:{symbol} takes that symbol alone: what lies below it is said by the scheme, which \
                 `priorart cpc import FILE` takes in"
            ));
            return Ok(term(classes, symbol));
        };
        let below: Vec<String> = scheme.below(symbol).map(|entry| entry.symbol.to_owned()).collect();
        if below.is_empty() {
            self.warn(format!(
                "{name}:{symbol} is not in the scheme that was taken in: it takes that symbol alone"
            ));
            return Ok(term(classes, symbol));
        }
        Ok(any_term(classes, below))
    }

    fn warn(&self, warning: String) {
        self.warnings.borrow_mut().insert(warning);
    }

    fn number(&self, number: &PatentNumber) -> Clause {
        let fields = self.keyword().fields();
        let field = if number.kind.is_empty() { fields.serial } else { fields.number };
        term(field, &number.to_string())
    }

    /// A family by its name, or by the number of a member that is in the index.
    fn family(&self, name: &str) -> Result<Clause, QueryError> {
        let field = self.keyword().fields().family;
        let mut names = vec![name.to_owned()];
        if let Some(number) = PatentNumber::parse(name) {
            for id in self.reader.find(&number)? {
                names.extend(simple_family(&self.reader.patent(id)?));
            }
        }
        Ok(any_term(field, names))
    }

    /// What a patent of the index cites, each with its kind and without.
    fn cited_by(&self, number: &PatentNumber) -> Result<Clause, QueryError> {
        let citing = self.reader.find(number)?;
        if citing.is_empty() {
            self.warn(format!("citing:{number} finds nothing: {number} is not in the index"));
        }
        let mut cited = Vec::new();
        for id in citing {
            let citations = self.reader.patent(id)?.citations;
            cited.extend(citations.into_iter().filter_map(|citation| citation.number));
        }
        Ok(Clause::any(cited.iter().map(|number| self.number(number)).collect()))
    }
}

fn term(field: Field, text: &str) -> Clause {
    Clause::query(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn any_term(field: Field, mut terms: Vec<String>) -> Clause {
    match terms.len() {
        0 => Clause::query(EmptyQuery),
        1 => term(field, &terms.remove(0)),
        _ => Clause::query(TermSetQuery::new(terms.iter().map(|text| Term::from_field_text(field, text)))),
    }
}

/// A letter alone stands for all its codes.
fn kinds(field: Field, kind: &str) -> Clause {
    if kind.len() > 1 {
        return term(field, kind);
    }
    let codes = (0..10).map(|digit| format!("{kind}{digit}")).chain([kind.to_owned()]);
    any_term(field, codes.collect())
}

/// The fields that a text is looked for in.
fn text_fields(keyword: &Keyword, wanted: TextFields) -> Vec<Field> {
    let fields = keyword.fields();
    let all = [
        (TextFields::TITLE, fields.title),
        (TextFields::ABSTRACT, fields.abstract_text),
        (TextFields::CLAIMS, fields.claims),
        (TextFields::INDEPENDENT, fields.independent),
        (TextFields::DESCRIPTION, fields.description),
    ];
    all.into_iter().filter(|(one, _)| wanted.contain(*one)).map(|(_, field)| field).collect()
}

fn date_field(keyword: &Keyword, field: DateField) -> Field {
    let fields = keyword.fields();
    match field {
        DateField::Publication => fields.pub_date,
        DateField::Filing => fields.file_date,
        DateField::Priority => fields.priority_date,
    }
}

fn dates(field: Field, range: DateRange) -> Clause {
    let term = |day| Term::from_field_u64(field, day);
    let bound = |day: Option<u64>| day.map_or(Bound::Unbounded, |day| Bound::Included(term(day)));
    match (range.first, range.last) {
        // A range without bounds names no field.
        (None, None) => Clause::query(AllQuery),
        (first, last) => Clause::query(RangeQuery::new(bound(first), bound(last))),
    }
}
