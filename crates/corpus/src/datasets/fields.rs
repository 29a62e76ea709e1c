//! One record of a data set as named values, whatever the spelling of the names.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::date::parse_date;
use crate::fault::Fault;

/// A JSON object, or a row of a table under its header, whose names are compared without case, blanks and
/// underscores: `Publication Number`, `publication_number` and `publicationNumber` are one name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    values: Vec<(String, Value)>,
}

impl Fields {
    /// Reads a JSON object.
    pub(crate) fn read(document: &[u8]) -> Result<Self, Fault> {
        match value(document)? {
            Value::Object(object) => Ok(Self::of(object)),
            _ => Err(Fault::new("is no JSON object")),
        }
    }

    /// Takes over an object's members.
    pub(crate) fn of(object: Map<String, Value>) -> Self {
        Self { values: object.into_iter().map(|(name, value)| (folded(&name), value)).collect() }
    }

    /// Whether there is such a field, even if it is empty.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The value of the first of the names (written in small letters and digits alone) that has one.
    pub(crate) fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().filter_map(|name| self.get(name)).find_map(plain)
    }

    /// The same, empty where there is none.
    pub(crate) fn text_or_empty(&self, names: &[&str]) -> String {
        self.text(names).unwrap_or_default()
    }

    /// The same, as a day.
    pub(crate) fn date(&self, names: &[&str]) -> Option<Date> {
        parse_date(&self.text(names)?)
    }

    /// Whether the field says true.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(value)) => *value,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// The texts of a list, or of a text whose parts `separator` parts.
    pub(crate) fn list(&self, name: &str, separator: &str) -> Vec<String> {
        match self.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(plain).collect(),
            Some(Value::String(text)) => text
                .split(separator)
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The objects of a list; an object alone is a list of one.
    pub(crate) fn objects(&self, name: &str) -> Vec<Self> {
        match self.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(object).collect(),
            Some(value) => object(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The object of that name, empty where there is none.
    pub(crate) fn object(&self, name: &str) -> Self {
        self.get(name).and_then(object).unwrap_or_default()
    }

    /// The names of the fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, _)| name.as_str())
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// Reads any JSON value; bytes that are not UTF-8 are replaced.
pub(crate) fn value(document: &[u8]) -> Result<Value, Fault> {
    let text = String::from_utf8_lossy(document);
    let text = text.trim_start_matches('\u{feff}');
    serde_json::from_str(text).map_err(|error| malformed(text, &error))
}

/// Why a text is not the JSON that it should be, and where.
pub(crate) fn malformed(text: &str, error: &serde_json::Error) -> Fault {
    let line: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or(&message);
    let offset = (line + error.column()) as u64;
    Fault { offset, message: format!("is not valid JSON: {reason}") }
}

/// A name in the form in which names are compared.
pub(crate) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn object(value: &Value) -> Option<Fields> {
    value.as_object().map(|object| Fields::of(object.clone()))
}

/// A text or a number as text; `None` for blanks, `null` and what has parts.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_blanks() {
        for name in ["Publication Number", "publication_number", "PublicationNumber"] {
            let fields = Fields::read(format!("{{\"{name}\": \" US1 \"}}").as_bytes()).unwrap();
            assert_eq!(fields.text(&["publicationnumber"]).as_deref(), Some("US1"));
        }
    }

    #[test]
    fn values_are_read_as_they_come() {
        let fields =
            Fields::read(br#"{"n": 7, "d": 20150106, "e": "", "z": null, "l": ["a", ""], "s": "a;;b"}"#)
                .unwrap();
        assert_eq!(fields.text(&["z", "e", "n"]).as_deref(), Some("7"));
        assert_eq!(fields.date(&["d"]), Some(jiff::civil::date(2015, 1, 6)));
        assert_eq!(fields.list("l", ";;"), ["a"]);
        assert_eq!(fields.list("s", ";;"), ["a", "b"]);
    }

    #[test]
    fn a_fault_has_its_place() {
        let fault = Fields::read(b"{\"a\": 1,\n\"b\" 2}").unwrap_err();
        assert_eq!((fault.offset, fault.message.as_str()), (14, "is not valid JSON: expected `:`"));
        assert_eq!(Fields::read(b"[1]").unwrap_err().message, "is no JSON object");
    }
}
