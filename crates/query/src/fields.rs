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

/// Name, what people call it who do not know the name, and field.
const FIELDS: [(&str, &[&str], Field); 14] = [
    ("ti", &["title"], Field::Text(TextField::Title)),
    ("ab", &["abstract"], Field::Text(TextField::Abstract)),
    ("cl", &["claim", "claims"], Field::Text(TextField::Claims)),
    ("desc", &["description"], Field::Text(TextField::Description)),
    ("cpc", &["class"], Field::Class(ClassField::Cpc)),
    ("ipc", &[], Field::Class(ClassField::Ipc)),
    ("pa", &["assignee", "applicant", "owner"], Field::Name(NameField::Assignee)),
    ("in", &["inventor", "author"], Field::Name(NameField::Inventor)),
    ("cc", &["country"], Field::Country),
    ("kind", &[], Field::Kind),
    ("pn", &["number"], Field::Number),
    ("pd", &["date", "published"], Field::Date(DateField::Publication)),
    ("ad", &["filed"], Field::Date(DateField::Filing)),
    ("pr", &["priority"], Field::Date(DateField::Priority)),
];

/// The field of a name, in upper or lower case.
pub(crate) fn by_name(name: &str) -> Option<Field> {
    let is_it = |known: &str| known.eq_ignore_ascii_case(name);
    FIELDS.into_iter().find(|(known, ..)| is_it(known)).map(|(.., field)| field)
}

/// What to write instead of a name that is none: the field whose name is a letter away, or that people call
/// so or nearly so; else all there are.
pub(crate) fn advice(name: &str) -> String {
    const AS_TEXT: &str = "a blank after the colon makes it text";
    let name = name.to_ascii_lowercase();
    let away = |known: &str| strsim::damerau_levenshtein(known, &name);
    let near = FIELDS.into_iter().filter_map(|(short, long, _)| {
        let long = long.iter().map(|known| away(known)).min().filter(|letters| *letters <= 2);
        let short_away = Some(away(short)).filter(|letters| *letters <= 1);
        Some((long.into_iter().chain(short_away).min()?, short))
    });
    match near.min() {
        Some((_, field)) => format!("did you mean {field}:? {AS_TEXT}"),
        None => format!("the fields are {}; {AS_TEXT}", FIELDS.map(|(short, ..)| short).join(" ")),
    }
}

impl Field {
    /// The condition that a value makes; `None` if it is no value of this field.
    pub(crate) fn condition(self, operator: &str, value: &str, quoted: bool) -> Option<Condition> {
        match self {
            Self::Text(_) | Self::Name(_) if !has_words(value) => None,
            Self::Text(field) if quoted => Some(Condition::Phrase(field, value.to_owned())),
            Self::Text(field) => Some(Condition::Word(field, value.to_owned())),
            Self::Class(field) => symbol(value).map(|symbol| Condition::Class(field, symbol)),
            Self::Name(field) => Some(Condition::Name(field, value.to_owned())),
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
    let value: String = value.to_ascii_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
    let value = value.strip_suffix("/00").unwrap_or(&value).trim_end_matches('/');
    let (head, subgroup) = value.split_once('/').map_or((value, None), |(head, sub)| (head, Some(sub)));
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
