//! Operators of other systems, which would otherwise be searched for as words.

use std::ops::Range;

use crate::error::ParseError;

/// Between two terms, with a number after them or not; XOR never takes one.
const OPERATORS: [&str; 5] = ["NEAR", "ADJ", "SAME", "WITH", "XOR"];

/// Refuses a word that is an operator that this language lacks, and a word or phrase with wildcards.
pub(crate) fn refuse(value: &str, quoted: bool, span: &Range<usize>) -> Result<(), ParseError> {
    if let Some(operator) = operator(value).filter(|_| !quoted) {
        let message = format!("{operator} is not supported yet");
        let help = "write a \"phrase\", or AND, OR and NOT; a word in small letters is looked for";
        return Err(ParseError::new(span.clone(), message, help));
    }
    if value.split_whitespace().any(has_wildcard) {
        let message = "wildcards are not supported yet";
        let help = "write the word out; its inflections are found by themselves";
        return Err(ParseError::new(span.clone(), message, help));
    }
    Ok(())
}

/// `NEAR`, `NEAR5`, `NEAR/5`, and `near/5`, which is no word either.
fn operator(word: &str) -> Option<&'static str> {
    let name = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let has_distance = name.ends_with('/') && name.len() < word.len();
    let name = name.trim_end_matches('/');
    let is_it = |operator: &&str| name == *operator || has_distance && name.eq_ignore_ascii_case(operator);
    OPERATORS.into_iter().find(is_it)
}

/// A question mark at the end of a word ends a question.
fn has_wildcard(word: &str) -> bool {
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '*');
    inner.contains(char::is_alphanumeric) && inner.contains(['*', '?'])
}
