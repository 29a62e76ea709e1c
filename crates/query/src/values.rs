//! What a field's value means.

use priorart_corpus::PatentNumber;

use crate::ast::{ClassField, Condition, NameField, Pattern};
use crate::dates;
use crate::fields::Field;
use crate::lexer::is_bare;

/// A value as it was typed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) text: &'a str,
    pub(crate) quoted: bool,
    /// What stood between the field and the value.
    pub(crate) operator: &'a str,
}

impl Field {
    /// The condition that a value makes; `None` if it is no value of this field.
    pub(crate) fn condition(self, value: Value<'_>) -> Option<Condition> {
        let text = value.text;
        match self {
            Self::Text(_) | Self::Name(_) | Self::AnyName if !has_words(text) => None,
            Self::Text(fields) if value.quoted || !is_bare(text) => {
                Some(Condition::Text(fields, Pattern::Phrase(text.into())))
            }
            Self::Text(fields) => Some(Condition::Text(fields, Pattern::Word(wildcards(text)))),
            Self::Class(field) => class(field, value),
            Self::AnyClass => {
                let both = [class(ClassField::Cpc, value)?, class(ClassField::Ipc, value)?];
                Some(Condition::Or(both.into()))
            }
            Self::Name(field) => Some(Condition::Name(field, wildcards(text))),
            Self::AnyName => {
                let name = wildcards(text);
                let either = [NameField::Inventor, NameField::Assignee];
                Some(Condition::Or(either.map(|field| Condition::Name(field, name.clone())).into()))
            }
            Self::Date(field) => {
                dates::range(value.operator, text).map(|range| Condition::Date(field, range))
            }
            Self::Priority => dates::range(value.operator, text)
                .map(|range| Condition::Date(crate::ast::DateField::Priority, range))
                .or_else(|| application(text).map(Condition::Priority)),
            Self::Country => letters(text, 2).map(Condition::Country),
            Self::Kind => kind(text).map(Condition::Kind),
            Self::Number => PatentNumber::parse(text).map(Condition::Number),
            Self::Application => application(text).map(Condition::Application),
            Self::Family => family(text).map(Condition::Family),
            Self::Uspc => uspc(text).map(Condition::Uspc),
            Self::Cited => PatentNumber::parse(text).map(Condition::Cites),
            Self::Citing => PatentNumber::parse(text).map(Condition::CitedBy),
            Self::Unknown => None,
        }
    }
}

/// PPUBS cuts words off with `$`, and `$3` stands for up to three letters.
pub(crate) fn wildcards(word: &str) -> String {
    let Some((head, tail)) = word.split_once('$').filter(|(head, _)| head.ends_with(char::is_alphanumeric))
    else {
        return word.to_owned();
    };
    let count = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
    let rest = wildcards(&tail[count..]);
    match tail[..count].parse::<usize>() {
        Ok(letters @ 1..=9) => format!("{head}{}{rest}", "#".repeat(letters)),
        _ => format!("{head}*{rest}"),
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

/// Office and digits; without an office it is the United States'.
pub(crate) fn application(value: &str) -> Option<String> {
    let bare: String = value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
    let office = bare.get(..2).filter(|office| office.bytes().all(|byte| byte.is_ascii_uppercase()));
    let number = office.map_or(bare.as_str(), |_| &bare[2..]);
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '/' | ',' | '-' | '.');
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    let fits = number.chars().all(is_number) && digits.len() >= 4;
    fits.then(|| format!("{}{digits}", office.unwrap_or("US")))
}

/// An identifier, or a publication number in its normal form.
fn family(value: &str) -> Option<String> {
    let number = PatentNumber::parse(value).filter(|_| value.starts_with(char::is_alphabetic));
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_');
    let name = (!value.is_empty() && value.chars().all(is_name)).then(|| value.to_owned());
    number.map(|number| number.to_string()).or(name)
}

fn uspc(value: &str) -> Option<String> {
    let value: String = value.to_ascii_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
    let fits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    value.split('/').all(fits).then_some(value)
}

/// `=` asks for the symbol itself. Other systems end in `/low` or a wildcard what takes all below.
fn class(field: ClassField, value: Value<'_>) -> Option<Condition> {
    let text = value.text.to_ascii_uppercase();
    let open = ["/LOW", "/*", "/$", "*", "$"].into_iter().find_map(|end| text.strip_suffix(end));
    let symbol = symbol(open.unwrap_or(&text))?;
    let is_group = symbol.len() > 4;
    if open.is_some() && symbol.contains('/') && !text.ends_with("/LOW") {
        return None;
    }
    let exact = value.operator == "=" && is_group && open.is_none();
    Some(Condition::Class { field, symbol, exact })
}

/// A class in the form it is indexed in. A main group is written without "/00", for it holds its subgroups.
pub(crate) fn symbol(value: &str) -> Option<String> {
    let value: String = value.to_ascii_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
    let value = value.strip_suffix("/00").unwrap_or(&value).trim_end_matches('/');
    let (head, subgroup) = value.split_once('/').map_or((value, None), |(head, sub)| (head, Some(sub)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bytes = head.as_bytes();
    let is_form = match bytes.len() {
        1 | 3 | 4 => subgroup.is_none(),
        5..=8 => digits(head.get(4..)?) && subgroup.is_none_or(digits),
        _ => false,
    };
    let is_letter = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_uppercase);
    let is_digit = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_digit);
    (head.is_ascii() && is_form && is_letter(0) && is_digit(1) && is_digit(2) && is_letter(3))
        .then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_wildcards() {
        assert_eq!(wildcards("graph$"), "graph*");
        assert_eq!(wildcards("pump$2"), "pump##");
        assert_eq!(wildcards("col$1r$"), "col#r*");
        assert_eq!(wildcards("$5"), "$5");
    }

    #[test]
    fn applications_are_office_and_digits() {
        assert_eq!(application("US 12/345,678").as_deref(), Some("US12345678"));
        assert_eq!(application("13000001").as_deref(), Some("US13000001"));
        assert_eq!(application("JP2001-123456").as_deref(), Some("JP2001123456"));
        assert_eq!(application("soon"), None);
    }

    #[test]
    fn classes_are_open_or_exact() {
        let show = |operator, text| match class(ClassField::Cpc, Value { text, quoted: false, operator }) {
            Some(Condition::Class { symbol, exact, .. }) => format!("{symbol} {exact}"),
            _ => "none".to_owned(),
        };
        assert_eq!(show(":", "h01m4/13"), "H01M4/13 false");
        assert_eq!(show("=", "H01M4/13"), "H01M4/13 true");
        assert_eq!(show("=", "H01M4/00"), "H01M4 true");
        assert_eq!(show("=", "H01M4/13/low"), "H01M4/13 false");
        assert_eq!(show("=", "H01M"), "H01M false");
        assert_eq!(show(":", "H01M4/$"), "H01M4 false");
        assert_eq!(show(":", "H01M*"), "H01M false");
        assert_eq!(show(":", "H01M4/1*"), "none");
    }
}
