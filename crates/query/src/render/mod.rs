//! Hits in the forms that other programs read.

mod chart;
mod csv;
mod html;
mod json;
mod references;

pub use self::chart::{chart_csv, chart_html};
pub use self::csv::csv;
pub use self::html::html;
pub use self::json::{json, json_lines};
pub use self::references::{bibtex, ris};

/// The columns of CSV and the members of JSON that may be asked for, those first that CSV has unasked.
pub const FIELDS: [&str; 17] = [
    "rank",
    "number",
    "title",
    "date",
    "assignee",
    "score",
    "keyword_rank",
    "semantic_rank",
    "place",
    "passage",
    "inventors",
    "class",
    "class_title",
    "family",
    "known",
    "passages",
    "explain",
];

/// Refuses names that are no fields, and says which there are.
///
/// # Errors
/// The message for the user.
pub fn check_fields(names: &[String]) -> Result<(), String> {
    match names.iter().find(|name| !FIELDS.contains(&name.as_str())) {
        Some(name) => Err(format!("there is no field {name}; the fields are {}", FIELDS.join(" "))),
        None => Ok(()),
    }
}
