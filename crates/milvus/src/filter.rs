//! Conditions as filters of Milvus.

use std::cell::RefCell;
use std::collections::BTreeSet;

use priorart_corpus::PatentNumber;
use priorart_index::simple_family;
use priorart_query::{
    ClassField, Condition, DateField, DateRange, Engine, NameField, Pattern, QueryError, TextFields,
};

use crate::engine::Session;
use crate::pattern;
use crate::schema::{
    APPLICATION, ASSIGNEES, CITED, COUNTRY, CPC, EXAMINERS, FAMILY, FILED, INVENTORS, IPC, KIND, PATENT,
    PRIORITIES, PRIORITY_DATE, PUBLISHED, SERIAL, USPC, YEAR, YEARS,
};
use crate::text::{name_pattern, nothing, one_of, quoted};

/// What Milvus is called in messages.
pub(crate) const ENGINE: &str = "Milvus";

/// Bytes of both sides of an XOR, each of which is written twice.
const LONGEST_SIDES: usize = 1 << 20;

/// Makes filters of conditions.
pub(crate) struct Filters<'a> {
    session: &'a Session<'a>,
    /// What words are looked for under.
    base: String,
    /// What could not be looked for as it was asked.
    pub(crate) warnings: RefCell<BTreeSet<String>>,
}

impl<'a> Filters<'a> {
    pub(crate) fn new(session: &'a Session<'a>) -> Self {
        Self { session, base: String::new(), warnings: RefCell::default() }
    }

    /// All conditions together; empty where there are none. Words that are required are looked up first, and
    /// what has them becomes a list of patents, so that those words are looked for under the other conditions.
    pub(crate) fn all_of(&mut self, conditions: &[Condition]) -> Result<String, QueryError> {
        let (texts, others): (Vec<_>, Vec<_>) = conditions.iter().partition(|one| has_text(one));
        let mut filters = Vec::new();
        for condition in others.into_iter().chain(texts) {
            filters.push(self.filter(condition)?);
            self.base = all(&filters);
        }
        Ok(all(&filters))
    }

    fn filter(&self, condition: &Condition) -> Result<String, QueryError> {
        let each = |all: &[Condition]| all.iter().map(|one| self.filter(one)).collect::<Result<Vec<_>, _>>();
        Ok(match condition {
            Condition::Text(fields, pattern) => self.text(*fields, pattern)?,
            Condition::Class { field, symbol, exact } => self.class(*field, symbol, *exact),
            Condition::Name(field, name) => self.name(*field, name)?,
            Condition::Country(country) => equal(COUNTRY, country),
            Condition::Kind(kind) => kinds(kind),
            Condition::Number(number) => by_number(number),
            Condition::Application(number) => equal(APPLICATION, number),
            Condition::Priority(number) => listed(PRIORITIES, number),
            Condition::Family(name) => self.family(name)?,
            Condition::Uspc(class) => listed(USPC, class),
            Condition::Cites(number) => listed(CITED, &number.to_string()),
            Condition::CitedBy(number) => self.cited_by(number)?,
            Condition::Date(field, range) => dates(*field, *range),
            Condition::And(conditions) => all(&each(conditions)?),
            Condition::Or(conditions) => any(&each(conditions)?),
            Condition::Xor(one, other) => {
                let (one, other) = (self.filter(one)?, self.filter(other)?);
                if one.len() + other.len() > LONGEST_SIDES {
                    return Err(unsupported("check so many XOR in one".to_owned(), "use fewer of them"));
                }
                format!("(({one}) and not ({other})) or (({other}) and not ({one}))")
            }
            Condition::Not(condition) => format!("not ({})", self.filter(condition)?),
        })
    }

    fn text(&self, fields: TextFields, pattern: &Pattern) -> Result<String, QueryError> {
        Ok(match pattern {
            Pattern::Or(alternatives) => {
                let each = alternatives.iter().map(|one| self.text(fields, one));
                any(&each.collect::<Result<Vec<_>, _>>()?)
            }
            pattern => one_of(PATENT, pattern::patents_with(self.session, fields, pattern, &self.base)?),
        })
    }

    fn class(&self, field: ClassField, symbol: &str, exact: bool) -> String {
        let (name, list) = match field {
            ClassField::Cpc => ("cpc", CPC),
            ClassField::Ipc => ("ipc", IPC),
        };
        let is_group = symbol.len() > 4;
        if exact && !symbol.contains('/') && is_group {
            return listed(list, &format!("{symbol}/00"));
        }
        if !exact && symbol.contains('/') {
            self.warn(format!(
                "{name}:{symbol} takes that symbol alone: Milvus knows no scheme that says what lies below it"
            ));
        }
        listed(list, symbol)
    }

    fn name(&self, field: NameField, name: &str) -> Result<String, QueryError> {
        if let Some(word) = Pattern::Phrase(name.to_owned()).wildcard() {
            return Err(unsupported(format!("look for names with wildcards ({word})"), "write the word out"));
        }
        if !self.session.milvus.server.features.infix() {
            let what = "look for names: this server is older than Milvus 2.4".to_owned();
            return Err(unsupported(what, "leave that condition out"));
        }
        let field = match field {
            NameField::Assignee => ASSIGNEES,
            NameField::Inventor => INVENTORS,
            NameField::Examiner => EXAMINERS,
        };
        Ok(name_pattern(name).map_or_else(nothing, |pattern| format!("{field} like {}", quoted(&pattern))))
    }

    /// A family by its name, or by the number of a member that is in the collection.
    fn family(&self, name: &str) -> Result<String, QueryError> {
        let mut names = vec![name.to_owned()];
        if let Some(number) = PatentNumber::parse(name) {
            for id in self.session.find(&number)? {
                names.extend(simple_family(&self.session.patent(id)?));
            }
        }
        Ok(one_of(FAMILY, names))
    }

    fn cited_by(&self, number: &PatentNumber) -> Result<String, QueryError> {
        let citing = self.session.find(number)?;
        if citing.is_empty() {
            self.warn(format!("citing:{number} finds nothing: {number} is not in the collection"));
        }
        let mut cited = Vec::new();
        for id in citing {
            let citations = self.session.patent(id)?.citations;
            cited.extend(
                citations.into_iter().filter_map(|citation| citation.number).map(|one| by_number(&one)),
            );
        }
        Ok(any(&cited))
    }

    fn warn(&self, warning: String) {
        self.warnings.borrow_mut().insert(warning);
    }
}

/// What Milvus has no means of.
pub(crate) fn unsupported(what: String, instead: &str) -> QueryError {
    QueryError::Unsupported { engine: ENGINE, what, instead: instead.to_owned() }
}

fn has_text(condition: &Condition) -> bool {
    match condition {
        Condition::Text(..) => true,
        Condition::And(all) | Condition::Or(all) => all.iter().any(has_text),
        Condition::Xor(one, other) => has_text(one) || has_text(other),
        Condition::Not(one) => has_text(one),
        _ => false,
    }
}

/// Filters joined by `and`; empty where there are none.
pub(crate) fn all<T: AsRef<str>>(filters: &[T]) -> String {
    joined(filters, " and ")
}

fn any(filters: &[String]) -> String {
    if filters.is_empty() { nothing() } else { joined(filters, " or ") }
}

fn joined<T: AsRef<str>>(filters: &[T], operator: &str) -> String {
    let filters = filters.iter().map(AsRef::as_ref).filter(|filter| !filter.is_empty());
    filters.map(|filter| format!("({filter})")).collect::<Vec<_>>().join(operator)
}

fn equal(field: &str, text: &str) -> String {
    format!("{field} == {}", quoted(text))
}

fn listed(list: &str, text: &str) -> String {
    format!("array_contains({list}, {})", quoted(text))
}

/// A letter alone stands for all its codes.
fn kinds(kind: &str) -> String {
    if kind.len() > 1 {
        return equal(KIND, kind);
    }
    one_of(KIND, (0..10).map(|digit| format!("{kind}{digit}")).chain([kind.to_owned()]))
}

/// Without a kind, any.
pub(crate) fn by_number(number: &PatentNumber) -> String {
    equal(if number.kind.is_empty() { SERIAL } else { PATENT }, &number.to_string())
}

/// Days from first to last. Of a publication date the years are listed, for it is by them that Milvus passes
/// over whole partitions.
fn dates(field: DateField, range: DateRange) -> String {
    let name = match field {
        DateField::Publication => PUBLISHED,
        DateField::Filing => FILED,
        DateField::Priority => PRIORITY_DATE,
    };
    let mut filters = Vec::new();
    if field == DateField::Publication {
        filters.extend(years(range));
    }
    match (range.first, range.last) {
        (None, None) => return String::new(),
        (Some(first), _) => filters.push(format!("{name} >= {first}")),
        // A patent without a date is at none.
        (None, _) => filters.push(format!("{name} > 0")),
    }
    filters.extend(range.last.map(|last| format!("{name} <= {last}")));
    all(&filters)
}

fn years(range: DateRange) -> Option<String> {
    let year = |day: Option<u64>| day.map(|day| ((day / 10_000) as i64).clamp(*YEARS.start(), *YEARS.end()));
    let (first, last) = (year(range.first), year(range.last));
    let (first, last) = (first.unwrap_or(*YEARS.start()), last.unwrap_or(*YEARS.end()));
    if (first, last) == (*YEARS.start(), *YEARS.end()) {
        return None;
    }
    let years: Vec<String> = (first..=last).map(|year| year.to_string()).collect();
    Some(format!("{YEAR} in [{}]", years.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(field: DateField, first: Option<u64>, last: Option<u64>, expected: &str) {
        assert_eq!(dates(field, DateRange { first, last }), expected);
    }

    #[test]
    fn dates_name_the_years_that_they_reach_into() {
        let (published, filed) = (DateField::Publication, DateField::Filing);
        let within = "(year in [2014, 2015]) and (published >= 20140501) and (published <= 20150106)";
        check(published, Some(20_140_501), Some(20_150_106), within);
        let old = "(year in [1970]) and (published > 0) and (published <= 19700101)";
        check(published, None, Some(19_700_101), old);
        check(filed, None, Some(20_150_106), "(filed > 0) and (filed <= 20150106)");
        check(published, Some(19_000_101), None, "(published >= 19000101)");
        check(published, None, None, "");
    }

    #[test]
    fn kinds_and_numbers() {
        assert_eq!(kinds("B2"), r#"kind == "B2""#);
        assert!(kinds("B").starts_with(r#"kind in ["B0", "B1","#));
        let number = |text| by_number(&PatentNumber::parse(text).unwrap());
        assert_eq!(number("US8926509B2"), r#"patent == "US8926509B2""#);
        assert_eq!(number("US8926509"), r#"serial == "US8926509""#);
    }
}
