//! A query as a row of tokens.

use std::ops::Range;

use crate::dates;
use crate::error::ParseError;
use crate::fields;

/// A piece of a query and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    Word(String),
    Phrase(String),
    Open,
    Close,
    And,
    Or,
    /// `NOT`, or a minus before what it negates.
    Not,
    /// `ti:`, `pd<`: a name as it was typed and an operator; its value is the next token, which touches it.
    Field {
        name: String,
        operator: &'static str,
    },
}

/// Operators between a field and its value, the longer ones first.
const OPERATORS: [&str; 5] = ["<=", ">=", "<", ">", "="];

/// Bytes after which a bracket within a word is a group: the longest that is looked through for its end.
const LONGEST_INNER: usize = 100;

pub(crate) fn tokens(query: &str) -> Result<Vec<Token>, ParseError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(start) = query[at..].find(|c: char| !c.is_whitespace()).map(|skip| at + skip) {
        if let Some(error) = parted_date(query, start, tokens.last()) {
            return Err(error);
        }
        let is_value = is_value(start, &tokens);
        let token = token(query, start, is_value)?;
        at = token.span.end;
        if is_value || !is_punctuation(&token) {
            tokens.push(token);
        }
    }
    Ok(tokens)
}

/// `pd < 2015` and `pd <2015` would be words; `Pd < 5%` is palladium.
fn parted_date(query: &str, start: usize, before: Option<&Token>) -> Option<ParseError> {
    let rest = &query[start..];
    let operator = OPERATORS.into_iter().find(|operator| rest.starts_with(operator))?;
    let name = before.filter(|before| before.span.end < start)?;
    let TokenKind::Word(word) = &name.kind else {
        return None;
    };
    let date = run(rest[operator.len()..].trim_start());
    let is_date = dates::range(operator, date).is_some();
    (is_date && is_date_field(word)).then(|| {
        let help = format!("write it without blanks: {word}{operator}{date}");
        ParseError::new(
            name.span.start..start + operator.len(),
            "a blank parts the field from its date",
            help,
        )
    })
}

fn is_date_field(name: &str) -> bool {
    ["pd", "ad", "pr"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A dash or an ampersand by itself: nothing to look for.
fn is_punctuation(token: &Token) -> bool {
    matches!(&token.kind, TokenKind::Word(word) if !word.contains(char::is_alphanumeric))
}

fn token(query: &str, start: usize, is_value: bool) -> Result<Token, ParseError> {
    let rest = &query[start..];
    let single = |kind| Token { kind, span: start..start + 1 };
    match rest.as_bytes()[0] {
        b'(' => Ok(single(TokenKind::Open)),
        b')' => Ok(single(TokenKind::Close)),
        b'"' => phrase(query, start),
        b'-' if negates(rest) => Ok(single(TokenKind::Not)),
        _ => Ok(word(query, start, is_value)),
    }
}

/// A minus negates what it touches; one by itself is a dash.
fn negates(rest: &str) -> bool {
    rest[1..].starts_with(|c: char| c.is_alphanumeric() || c == '"' || c == '(')
}

/// Whether what begins at `start` is the value of the field before it.
fn is_value(start: usize, before: &[Token]) -> bool {
    before.last().is_some_and(|last| last.span.end == start && matches!(last.kind, TokenKind::Field { .. }))
}

fn phrase(query: &str, start: usize) -> Result<Token, ParseError> {
    let rest = &query[start + 1..];
    let end = rest.find('"').ok_or_else(|| {
        ParseError::new(start..query.len(), "the quotation mark is never closed", "close it, or leave it out")
    })?;
    Ok(Token { kind: TokenKind::Phrase(rest[..end].to_owned()), span: start..start + end + 2 })
}

/// A run without blanks, brackets or quotation marks: an operator, a field, or a word, which may go on
/// through brackets that touch it.
fn word(query: &str, start: usize, is_value: bool) -> Token {
    let rest = &query[start..];
    let text = run(rest);
    if let Some((name, operator)) = field(text).filter(|_| !is_value) {
        let span = start..start + name.len() + operator.len();
        return Token { kind: TokenKind::Field { name: name.to_owned(), operator }, span };
    }
    let (kind, length) = match text {
        "AND" if !is_value => (TokenKind::And, text.len()),
        "OR" if !is_value => (TokenKind::Or, text.len()),
        "NOT" if !is_value => (TokenKind::Not, text.len()),
        _ => {
            let whole = with_brackets(rest, text.len());
            (TokenKind::Word(whole.to_owned()), whole.len())
        }
    };
    Token { kind, span: start..start + length }
}

fn run(rest: &str) -> &str {
    let end = rest.find(|c: char| c.is_whitespace() || "()\"".contains(c));
    &rest[..end.unwrap_or(rest.len())]
}

/// The word at the beginning of `rest`, of which `length` bytes are known, with the brackets that touch it:
/// `poly(vinyl chloride)` is one name, and no group.
fn with_brackets(rest: &str, mut length: usize) -> &str {
    while let Some(inner) = inner(&rest[length..]) {
        length += inner + run(&rest[length + inner..]).len();
    }
    &rest[..length]
}

/// The length of the brackets that `rest` begins with, if what they hold is part of a word.
fn inner(rest: &str) -> Option<usize> {
    let mut depth = 0;
    let opens_or_closes = rest.starts_with('(').then(|| rest.match_indices(['(', ')', '"']))?;
    for (at, mark) in opens_or_closes.take_while(|(at, _)| *at < LONGEST_INNER) {
        match mark {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => return None,
        }
        if depth == 0 {
            let is_group = rest[1..at].split_whitespace().any(|word| matches!(word, "AND" | "OR" | "NOT"));
            return (!is_group).then_some(at + 1);
        }
    }
    None
}

/// Splits off a name of letters and the operator that follows it.
fn field(text: &str) -> Option<(&str, &'static str)> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).filter(|&end| end > 0)?;
    let (name, rest) = text.split_at(end);
    if rest.starts_with(':') && !rest.starts_with("://") {
        return Some((name, ":"));
    }
    let operator = OPERATORS.into_iter().find(|operator| rest.starts_with(operator))?;
    // `x<5` and `a=2` are text. `cpc=H01M` is not: it is another system's way to write a field.
    let is_foreign = operator == "=" && fields::by_name(name).is_some();
    (is_foreign || is_date_field(name)).then_some((name, operator))
}
