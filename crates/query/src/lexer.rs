//! A query as a row of tokens.

use std::ops::Range;

use crate::error::ParseError;

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
    /// `ti:`, `pd<`: a name in lower case and an operator; its value is the next token, which touches it.
    Field {
        name: String,
        operator: &'static str,
    },
}

/// Operators between a field and its value, the longer ones first.
const OPERATORS: [&str; 5] = ["<=", ">=", "<", ">", "="];

pub(crate) fn tokens(query: &str) -> Result<Vec<Token>, ParseError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(start) = query[at..]
        .find(|c: char| !c.is_whitespace())
        .map(|skip| at + skip)
    {
        let token = token(query, start, &tokens)?;
        at = token.span.end;
        tokens.push(token);
    }
    Ok(tokens)
}

fn token(query: &str, start: usize, before: &[Token]) -> Result<Token, ParseError> {
    let rest = &query[start..];
    let single = |kind| Token {
        kind,
        span: start..start + 1,
    };
    match rest.as_bytes()[0] {
        b'(' => Ok(single(TokenKind::Open)),
        b')' => Ok(single(TokenKind::Close)),
        b'"' => phrase(query, start),
        b'-' if negates(rest) => Ok(single(TokenKind::Not)),
        _ => Ok(word(query, start, is_value(start, before))),
    }
}

/// A minus negates what it touches; one by itself is a dash.
fn negates(rest: &str) -> bool {
    rest[1..].starts_with(|c: char| c.is_alphanumeric() || c == '"' || c == '(')
}

/// Whether what begins at `start` is the value of the field before it.
fn is_value(start: usize, before: &[Token]) -> bool {
    before
        .last()
        .is_some_and(|last| last.span.end == start && matches!(last.kind, TokenKind::Field { .. }))
}

fn phrase(query: &str, start: usize) -> Result<Token, ParseError> {
    let rest = &query[start + 1..];
    let end = rest.find('"').ok_or_else(|| {
        ParseError::new(
            start..query.len(),
            "the quotation mark is never closed",
            "close it, or leave it out",
        )
    })?;
    Ok(Token {
        kind: TokenKind::Phrase(rest[..end].to_owned()),
        span: start..start + end + 2,
    })
}

/// A run without blanks, brackets or quotation marks: an operator, a field, or a word.
fn word(query: &str, start: usize, is_value: bool) -> Token {
    let rest = &query[start..];
    let length = rest
        .find(|c: char| c.is_whitespace() || "()\"".contains(c))
        .unwrap_or(rest.len());
    let text = &rest[..length];
    if let Some((name, operator)) = field(text).filter(|_| !is_value) {
        let span = start..start + name.len() + operator.len();
        return Token {
            kind: TokenKind::Field {
                name: name.to_lowercase(),
                operator,
            },
            span,
        };
    }
    let kind = match text {
        "AND" if !is_value => TokenKind::And,
        "OR" if !is_value => TokenKind::Or,
        "NOT" if !is_value => TokenKind::Not,
        _ => TokenKind::Word(text.to_owned()),
    };
    Token {
        kind,
        span: start..start + length,
    }
}

/// Splits off a name of letters and the operator that follows it.
fn field(text: &str) -> Option<(&str, &'static str)> {
    let end = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .filter(|&end| end > 0)?;
    let (name, rest) = text.split_at(end);
    if rest.starts_with(':') && !rest.starts_with("://") {
        return Some((name, ":"));
    }
    let operator = OPERATORS
        .into_iter()
        .find(|operator| rest.starts_with(operator))?;
    // `x<5` is text; only dates are compared.
    matches!(name.to_ascii_lowercase().as_str(), "pd" | "ad" | "pr").then_some((name, operator))
}
