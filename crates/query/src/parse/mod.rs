//! The query language: words, phrases, wildcards, fields, operators and brackets.
//!
//! ```text
//! query   = chain*                   a word by itself is free; every other chain is a condition
//! chain   = both (("OR" | "XOR") both)*
//! both    = unary ("AND" unary | "NOT" unary | "NOT" place same)*
//! unary   = ("NOT" | "-")* same
//! same    = with ("SAME" with)*
//! with    = near ("WITH" near)*
//! near    = atom (("NEAR" | "ADJ") atom)*
//! atom    = (word | phrase | "(" chain+ ")") suffix?  |  field (word | phrase | "(" chain+ ")")
//! ```

mod atoms;
mod chains;
mod values;

use std::collections::HashMap;
use std::ops::Range;

use priorart_corpus::PatentNumber;

use crate::ast::{Condition, Part, Pattern, Query, TextFields};
use crate::error::ParseError;
use crate::fields::Field;
use crate::lexer::{Token, TokenKind, tokens};
use crate::place;

/// Brackets may nest this deep; nobody writes more, and each level takes stack.
const DEEPEST: usize = 100;

/// Operands between which operators may stand; each is a look into the index.
const MOST_OPERANDS: usize = 2000;

/// Warnings about one query; nobody reads more.
const MOST_WARNINGS: usize = 5;

/// Reads a query in the language of `docs/query-language.md`.
///
/// ```
/// let query = priorart_query::parse("graphene anode \"solid electrolyte\" -lead cpc:H01M4 pd<2015")?;
/// assert_eq!(query.text(), "graphene anode solid electrolyte");
/// assert_eq!(query.conditions().count(), 4);
/// # Ok::<(), priorart_query::ParseError>(())
/// ```
pub fn parse(query: &str) -> Result<Query, ParseError> {
    parse_with(query, &[])
}

/// Reads a query in which `S1`, `S2` and so on stand for earlier ones.
pub fn parse_with(query: &str, sets: &[Condition]) -> Result<Query, ParseError> {
    // "NOT 1" could be a number of Norway's.
    let has_operator = query.split_whitespace().any(|word| matches!(word, "AND" | "OR" | "XOR" | "NOT"));
    if let Some(number) = PatentNumber::parse(query.trim()).filter(|_| !has_operator) {
        return Ok(Query { number: Some(number), ..Query::default() });
    }
    let tokens = tokens(query)?;
    let mut parser = Parser {
        tokens: &tokens,
        suffixes: suffixes(&tokens),
        sets,
        at: 0,
        depth: 0,
        end: query.len(),
        warnings: Vec::new(),
        is_row_of_nots: false,
    };
    parser.warn_of_small_letters();
    let mut parts = Vec::new();
    while parser.peek().is_some() {
        parser.part(&mut parts)?;
    }
    let warnings = parser.warnings;
    let parsed = Query { parts, number: None, warnings };
    if parsed.conditions().map(Condition::size).sum::<usize>() > MOST_OPERANDS {
        let message = format!("the query has more than {MOST_OPERANDS} conditions");
        return Err(ParseError::new(0..query.len(), message, "ask for less at a time"));
    }
    Ok(parsed)
}

/// The suffix behind the bracket that closes each that opens, by the places of the tokens.
fn suffixes(tokens: &[Token]) -> HashMap<usize, usize> {
    let (mut open, mut found) = (Vec::new(), HashMap::new());
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open => open.push(at),
            TokenKind::Close => {
                let suffix = tokens.get(at + 1).filter(|next| matches!(next.kind, TokenKind::Suffix(_)));
                if let Some(opened) = open.pop().filter(|_| suffix.is_some()) {
                    found.insert(opened, at + 1);
                }
            }
            _ => {}
        }
    }
    found
}

/// The fields that hold where none is written; empty for the whole text.
type Scope<'a> = &'a [Field];

struct Parser<'a> {
    tokens: &'a [Token],
    suffixes: HashMap<usize, usize>,
    sets: &'a [Condition],
    at: usize,
    depth: usize,
    /// Where the query ends.
    end: usize,
    warnings: Vec<String>,
    /// Whether the last chain was joined by nothing but `NOT`.
    is_row_of_nots: bool,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let taken = self.peek().is_some_and(|token| token.kind == *kind);
        self.at += usize::from(taken);
        taken
    }

    /// The bytes from a token on to what was read last.
    fn span_from(&self, first: usize) -> Range<usize> {
        let start = self.tokens.get(first).map_or(self.end, |token| token.span.start);
        start..self.at.checked_sub(1).map_or(start, |last| self.tokens[last].span.end.max(start))
    }

    /// A chain outside of brackets. A word by itself is free, and so is one that `NOT` follows.
    fn part(&mut self, parts: &mut Vec<Part>) -> Result<(), ParseError> {
        let first = self.at;
        let is_bare = self.is_bare(first);
        let (condition, operators) = self.chain(&[])?;
        if operators > 0 {
            self.warn_of_neighbours(first, parts, &condition);
        }
        let all = match condition {
            // What is left out is nothing.
            Condition::And(all) if all.is_empty() || self.is_row_of_nots => all,
            condition => vec![condition],
        };
        for condition in all {
            parts.push(match condition {
                Condition::Text(TextFields::FULL, Pattern::Word(word))
                    if is_bare && self.is_free(first, parts, &word) =>
                {
                    Part::Words(word)
                }
                condition => Part::Condition(condition),
            });
        }
        Ok(())
    }

    /// Whether the token is a word that no field stands before or behind, and no set.
    fn is_bare(&self, at: usize) -> bool {
        let is_suffix = |token: &Token| matches!(token.kind, TokenKind::Suffix(_));
        match self.tokens.get(at).map(|token| &token.kind) {
            Some(TokenKind::Word(word)) => {
                self.set(word).is_none() && !self.tokens.get(at + 1).is_some_and(is_suffix)
            }
            // Brackets around one word.
            Some(TokenKind::Open) => !self.suffixes.contains_key(&at),
            Some(TokenKind::Not) => true,
            _ => false,
        }
    }

    /// Whether a free word is text: one with wildcards is a condition. The question mark at the end of a row
    /// of words ends a question.
    fn is_free(&self, first: usize, parts: &[Part], word: &str) -> bool {
        let ends_row = first + 1 == self.tokens.len() && matches!(parts.last(), Some(Part::Words(_)));
        let word = if ends_row { word.trim_end_matches('?') } else { word };
        !place::has_wildcards(word)
    }

    /// `siemens.as. and pump`: an operator, in the systems that such fields are copied from.
    fn warn_of_small_letters(&mut self) {
        let tokens = self.tokens;
        let kind = |at: usize| tokens.get(at).map(|token| &token.kind);
        let is_word = |at| matches!(kind(at), Some(TokenKind::Word(_)));
        let ends_field =
            |at| matches!(kind(at), Some(TokenKind::Suffix(_))) || at > 0 && is_value(tokens, at);
        let begins_field = |at| {
            matches!(kind(at), Some(TokenKind::Field { .. }))
                || is_word(at) && matches!(kind(at + 1), Some(TokenKind::Suffix(_)))
        };
        let found = tokens.iter().enumerate().find_map(|(at, token)| match &token.kind {
            TokenKind::Word(word) if ["and", "or", "not", "xor"].contains(&word.as_str()) => {
                let is_operator = at > 0 && (ends_field(at - 1) || begins_field(at + 1));
                is_operator.then(|| (word, word.to_uppercase()))
            }
            _ => None,
        });
        if let Some((word, operator)) = found {
            self.warn(format!("{word} is a word here: operators are written in capitals, {operator}"));
        }
    }

    fn warn_of_neighbours(&mut self, first: usize, parts: &[Part], condition: &Condition) {
        let is_word = |token: &&Token| matches!(token.kind, TokenKind::Word(_));
        let stands_alone = first == 0 && self.peek().is_none();
        let touches_word = matches!(parts.last(), Some(Part::Words(_))) && is_word(&&self.tokens[first]);
        let word_follows = self.peek().as_ref().is_some_and(is_word) && is_word(&&self.tokens[self.at - 1]);
        if !stands_alone && (touches_word || word_follows) {
            self.warn(format!(
                "an operator binds tighter than words that stand side by side: read as {condition} beside the \
                 other words; brackets say it otherwise"
            ));
        }
    }

    fn warn(&mut self, warning: String) {
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(warning);
        }
    }
}

/// Whether a token is a value that touches its field.
fn is_value(tokens: &[Token], at: usize) -> bool {
    let field = &tokens[at - 1];
    matches!(field.kind, TokenKind::Field { .. }) && field.span.end == tokens[at].span.start
}

/// What is left out of a query stands for nothing.
fn is_nothing(condition: &Condition) -> bool {
    matches!(condition, Condition::And(all) if all.is_empty())
}

/// What was left out is not counted.
fn one_or(mut all: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    all.retain(|condition| !is_nothing(condition));
    if all.len() == 1 { all.remove(0) } else { several(all) }
}

/// One of several fields; where all were left out, nothing.
fn any_of(all: Vec<Condition>) -> Condition {
    if all.is_empty() { Condition::And(all) } else { Condition::Or(all) }
}
