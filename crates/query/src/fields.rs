//! The fields of the query language: names, values, examples.

use priorart_corpus::PatentNumber;

use crate::ast::{ClassField, Condition, DateField, NameField, TextField};
use crate::dates;

/// A field by what its values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Text(TextField),
    Class(ClassField),
    Name(NameField),
    Date(DateField),
    Country,
    Kind,
    Number,
}

const FIELDS: [(&str, Field); 14] = [
    ("ti", Field::Text(TextField::Title)),
    ("ab", Field::Text(TextField::Abstract)),
    ("cl", Field::Text(TextField::Claims)),
    ("desc", Field::Text(TextField::Description)),
    ("cpc", Field::Class(ClassField::Cpc)),
    ("ipc", Field::Class(ClassField::Ipc)),
    ("pa", Field::Name(NameField::Assignee)),
    ("in", Field::Name(NameField::Inventor)),
    ("cc", Field::Country),
    ("kind", Field::Kind),
    ("pn", Field::Number),
    ("pd", Field::Date(DateField::Publication)),
    ("ad", Field::Date(DateField::Filing)),
    ("pr", Field::Date(DateField::Priority)),
];

/// Names longer than this before a colon are words of a text.
const LONGEST_TYPO: usize = 5;

pub(crate) fn by_name(name: &str) -> Option<Field> {
    FIELDS
        .into_iter()
        .find(|(known, _)| *known == name)
        .map(|(_, field)| field)
}

/// The field that a name is a slip of: one letter off.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    let names = FIELDS.into_iter().map(|(known, _)| known);
    let near = names
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .min()?;
    (name.len() <= LONGEST_TYPO && near.0 == 1).then_some(near.1)
}

impl Field {
    /// The condition that a value makes; `None` if it is no value of this field.
    pub(crate) fn condition(self, operator: &str, value: &str, quoted: bool) -> Option<Condition> {
        match self {
            Self::Text(field) if quoted => Some(Condition::Phrase(field, value.to_owned())),
            Self::Text(field) => Some(Condition::Word(field, value.to_owned())),
            Self::Class(field) => symbol(value).map(|symbol| Condition::Class(field, symbol)),
            Self::Name(field) => has_words(value).then(|| Condition::Name(field, value.to_owned())),
            Self::Date(field) => dates::range(operator, value).map(|range| Condition::Date(field, range)),
            Self::Country => letters(value, 2).map(Condition::Country),
            Self::Kind => kind(value).map(Condition::Kind),
            Self::Number => PatentNumber::parse(value).map(Condition::Number),
        }
    }

    /// How a value is written.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Text(TextField::Any) => "graphene",
            Self::Text(TextField::Title) => "ti:graphene",
            Self::Text(TextField::Abstract) => "ab:graphene",
            Self::Text(TextField::Claims) => "cl:graphene",
            Self::Text(TextField::Description) => "desc:graphene",
            Self::Class(ClassField::Cpc) => "cpc:H01M, cpc:H01M4 or cpc:H01M4/13",
            Self::Class(ClassField::Ipc) => "ipc:H01M, ipc:H01M4 or ipc:H01M4/13",
            Self::Name(NameField::Assignee) => "pa:siemens or pa:\"general electric\"",
            Self::Name(NameField::Inventor) => "in:lovelace or in:\"ada lovelace\"",
            Self::Date(DateField::Publication) => "pd<2015-01-01, pd:2010..2015 or pd=2014",
            Self::Date(DateField::Filing) => "ad<2015-01-01, ad:2010..2015 or ad=2014",
            Self::Date(DateField::Priority) => "pr<2015-01-01, pr:2010..2015 or pr=2014",
            Self::Country => "cc:US",
            Self::Kind => "kind:B2 or kind:B",
            Self::Number => "pn:US8926509B2",
        }
    }
}

fn has_words(value: &str) -> bool {
    value.contains(char::is_alphanumeric)
}

fn letters(value: &str, count: usize) -> Option<String> {
    let fits = value.len() == count && value.bytes().all(|byte| byte.is_ascii_alphabetic());
    fits.then(|| value.to_ascii_uppercase())
}

fn kind(value: &str) -> Option<String> {
    let value = value.to_ascii_uppercase();
    let fits = match value.as_bytes() {
        [letter] => letter.is_ascii_uppercase(),
        [letter, digit] => letter.is_ascii_uppercase() && digit.is_ascii_digit(),
        _ => false,
    };
    fits.then_some(value)
}

/// A class in the form it is indexed in. A main group is written without "/00", for it holds its subgroups.
fn symbol(value: &str) -> Option<String> {
    let value: String = value
        .to_ascii_uppercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let value = value.strip_suffix("/00").unwrap_or(&value).trim_end_matches('/');
    let (head, subgroup) = value
        .split_once('/')
        .map_or((value, None), |(head, sub)| (head, Some(sub)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bytes = head.as_bytes();
    let is_form = match bytes.len() {
        1 | 3 | 4 => subgroup.is_none(),
        5..=8 => digits(&head[4..]) && subgroup.is_none_or(digits),
        _ => false,
    };
    let is_letter = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_uppercase);
    let is_digit = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_digit);
    (head.is_ascii() && is_form && is_letter(0) && is_digit(1) && is_digit(2) && is_letter(3))
        .then(|| value.to_owned())
}
