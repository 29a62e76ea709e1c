//! A query as one types it.

use std::fmt;

use priorart_corpus::PatentNumber;

use crate::ast::{
    ClassField, Condition, DateField, DateRange, NameField, Part, Pattern, Query, TextFields, Unit,
};
use crate::place::has_wildcards;

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(number) = &self.number {
            return write!(f, "{number}");
        }
        let parts: Vec<String> = self.parts.iter().map(ToString::to_string).collect();
        let parts = parts.join(" ");
        // A mark, which is left out, keeps words from being read as one number.
        let mark = if PatentNumber::parse(&parts).is_some() { " &" } else { "" };
        write!(f, "{parts}{mark}")
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            // A word by itself would be free.
            Self::Condition(Condition::Text(TextFields::FULL, Pattern::Word(word))) => {
                write!(f, "full:{word}")
            }
            Self::Condition(condition) => write!(f, "{condition}"),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(TextFields::FULL, pattern @ Pattern::Word(word)) => {
                write!(f, "{}{pattern}", if has_wildcards(word) { "full:" } else { "" })
            }
            Self::Text(TextFields::FULL, pattern) => write!(f, "{pattern}"),
            Self::Text(fields, pattern) => write!(f, "{fields}:{pattern}"),
            Self::Class { field, symbol, exact } => {
                let name = if *field == ClassField::Cpc { "cpc" } else { "ipc" };
                write!(f, "{name}{}{symbol}", if *exact { "=" } else { ":" })
            }
            Self::Name(field, name) => write!(f, "{}:\"{name}\"", name_field(*field)),
            Self::Country(country) => write!(f, "cc:{country}"),
            Self::Kind(kind) => write!(f, "kind:{kind}"),
            Self::Number(number) => write!(f, "pn:{number}"),
            Self::Application(number) => write!(f, "an:{number}"),
            Self::Priority(number) => write!(f, "pr:{number}"),
            Self::Family(name) => write!(f, "fam:{name}"),
            Self::Uspc(class) => write!(f, "uspc:{class}"),
            Self::Cites(number) => write!(f, "cited:{number}"),
            Self::CitedBy(number) => write!(f, "citing:{number}"),
            Self::Date(field, range) => write!(f, "{}:{range}", date_field(*field)),
            Self::And(all) => joined(f, all, " AND "),
            Self::Or(all) => joined(f, all, " OR "),
            Self::Xor(one, other) => write!(f, "({one} XOR {other})"),
            Self::Not(condition) => write!(f, "NOT {condition}"),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Phrase(phrase) => write!(f, "\"{phrase}\""),
            Self::Or(all) => joined(f, all, " OR "),
            Self::Near { left, right, distance, ordered } => {
                write!(f, "({left} {}{distance} {right})", if *ordered { "ADJ" } else { "NEAR" })
            }
            Self::Together { left, right, unit, reach } => {
                let name = if *unit == Unit::Sentence { "WITH" } else { "SAME" };
                let reach = if *reach == 1 { String::new() } else { reach.to_string() };
                write!(f, "({left} {name}{reach} {right})")
            }
        }
    }
}

impl fmt::Display for TextFields {
    /// The names that the query language has, between commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let single = [
            ("ti", Self::TITLE),
            ("ab", Self::ABSTRACT),
            ("cl", Self::CLAIMS),
            ("ic", Self::INDEPENDENT),
            ("desc", Self::DESCRIPTION),
        ];
        let named = single.iter().filter(|(_, field)| self.contain(*field)).map(|(name, _)| *name);
        f.write_str(&named.collect::<Vec<_>>().join(","))
    }
}

impl fmt::Display for DateRange {
    /// `20100101..20141231`, open where a bound is missing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |day: Option<u64>| day.map(|day| format!("{day:08}")).unwrap_or_default();
        write!(f, "{}..{}", day(self.first), day(self.last))
    }
}

fn joined(f: &mut fmt::Formatter<'_>, all: &[impl fmt::Display], operator: &str) -> fmt::Result {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    write!(f, "({})", all.join(operator))
}

fn name_field(field: NameField) -> &'static str {
    match field {
        NameField::Assignee => "pa",
        NameField::Inventor => "in",
        NameField::Examiner => "ex",
    }
}

fn date_field(field: DateField) -> &'static str {
    match field {
        DateField::Publication => "pd",
        DateField::Filing => "ad",
        DateField::Priority => "pr",
    }
}
