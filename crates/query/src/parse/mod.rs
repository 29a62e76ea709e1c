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

mod values;

use std::collections::HashMap;
use std::ops::Range;

use priorart_corpus::PatentNumber;

use crate::ast::{Condition, Part, Pattern, Query, TextFields};
use crate::error::ParseError;
use crate::fields::Field;
use crate::lexer::{Token, TokenKind, tokens};
use crate::place;
use crate::values::Value;

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
                Condition::Text(TextFields::FULL, Pattern::Word(word)) if is_bare && self.is_free(&word) => {
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
    fn is_free(&self, word: &str) -> bool {
        let is_word = |at: usize| self.tokens.get(at).is_some_and(|t| matches!(t.kind, TokenKind::Word(_)));
        let is_last = self.at == self.tokens.len() && self.at >= 2 && is_word(self.at - 2);
        let word = if is_last { word.trim_end_matches('?') } else { word };
        !place::has_wildcards(word)
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

    /// The condition and how many AND, OR and XOR it consists of.
    fn chain(&mut self, scope: Scope<'_>) -> Result<(Condition, usize), ParseError> {
        let (first, mut ands) = self.both(scope)?;
        let mut condition = first;
        let (mut ors, mut xors) = (0, 0);
        loop {
            if self.take(&TokenKind::Or) {
                let (next, more) = self.both(scope)?;
                ands += more;
                condition = match condition {
                    one if is_nothing(&next) => one,
                    one if is_nothing(&one) => next,
                    Condition::Or(mut all) if ors > 0 => {
                        all.push(next);
                        Condition::Or(all)
                    }
                    one => Condition::Or(vec![one, next]),
                };
                ors += 1;
            } else if self.take(&TokenKind::Xor) {
                let (next, more) = self.both(scope)?;
                ands += more;
                condition = match condition {
                    one if is_nothing(&next) => one,
                    one if is_nothing(&one) => next,
                    one => Condition::Xor(Box::new(one), Box::new(next)),
                };
                (xors, ors) = (xors + 1, 0);
                if xors > DEEPEST {
                    let help = format!("write {DEEPEST} at most");
                    return Err(ParseError::new(self.span_from(self.at - 1), "there are too many XOR", help));
                }
            } else {
                break;
            }
        }
        self.is_row_of_nots &= ors + xors == 0;
        if ors + xors > 0 && ands > 0 {
            self.warn(format!("AND binds tighter than OR and XOR: read as {condition}"));
        } else if xors > 1 || (ors > 0 && xors > 0) {
            self.warn(format!("OR and XOR are taken from left to right: read as {condition}"));
        }
        Ok((condition, ands + ors + xors))
    }

    /// The condition and how many AND it consists of; `NOT` between two does not count.
    fn both(&mut self, scope: Scope<'_>) -> Result<(Condition, usize), ParseError> {
        let first = self.at;
        let mut all = vec![self.unary(scope)?];
        let mut ands = 0;
        loop {
            if self.take(&TokenKind::And) {
                all.push(self.unary(scope)?);
                ands += 1;
            } else if self.peek().is_some_and(|token| token.kind == TokenKind::Not) {
                if let Some(TokenKind::Proximity(operator)) = self.tokens.get(self.at + 1).map(|t| &t.kind) {
                    let left = all.last().cloned().map(|left| (left, self.span_from(first)));
                    self.at += 2;
                    let right = self.operand(scope)?;
                    let joined = left.map(|left| place::join(left, *operator, right)).transpose()?;
                    all.extend(joined.map(|joined| Condition::Not(Box::new(joined))));
                    ands += 1;
                } else {
                    all.push(self.unary(scope)?);
                }
            } else {
                break;
            }
        }
        self.is_row_of_nots = ands == 0 && all.len() > 1;
        Ok((one_or(all, Condition::And), ands))
    }

    fn unary(&mut self, scope: Scope<'_>) -> Result<Condition, ParseError> {
        let mut negated = false;
        while self.take(&TokenKind::Not) || self.take(&TokenKind::Minus) {
            negated = !negated;
        }
        let condition = self.places(scope)?;
        Ok(if negated && !is_nothing(&condition) { Condition::Not(Box::new(condition)) } else { condition })
    }

    /// `SAME`, `WITH`, and `NEAR` with `ADJ`: each binds tighter than the one before.
    fn places(&mut self, scope: Scope<'_>) -> Result<Condition, ParseError> {
        let first = self.at;
        let mut row = vec![self.operand(scope)?];
        let mut operators = Vec::new();
        while let Some(TokenKind::Proximity(operator)) = self.peek().map(|token| &token.kind) {
            self.at += 1;
            operators.push(*operator);
            row.push(self.operand(scope)?);
            if operators.len() > place::MOST_OPERATORS {
                let help = format!("join {} words at most", place::MOST_OPERATORS + 1);
                return Err(ParseError::new(self.span_from(first), "too much is joined by places", help));
            }
        }
        let is_mixed = place::is_mixed(&operators);
        let condition = place::fold(row, &operators)?;
        if is_mixed {
            self.warn(format!(
                "NEAR and ADJ bind tighter than WITH, and WITH tighter than SAME: read as {condition}"
            ));
        }
        Ok(condition)
    }

    fn operand(&mut self, scope: Scope<'_>) -> Result<place::Operand, ParseError> {
        let first = self.at;
        let condition = self.atom(scope)?;
        Ok((condition, self.span_from(first)))
    }

    fn atom(&mut self, scope: Scope<'_>) -> Result<Condition, ParseError> {
        let Some(token) = self.peek() else {
            return Err(self.missing(self.end..self.end));
        };
        match &token.kind {
            TokenKind::Open => {
                let suffix = self.suffixes.get(&self.at).map(|at| &self.tokens[*at]);
                let inner = suffix.map(|suffix| self.named(suffix)).transpose()?;
                let group = self.group(inner.as_deref().unwrap_or(scope), &token.span)?;
                self.at += usize::from(suffix.is_some());
                Ok(group)
            }
            TokenKind::Field { names, operator } => {
                self.at += 1;
                self.field(names, operator, &token.span)
            }
            TokenKind::Word(text) => self.literal(scope, text, false, token),
            TokenKind::Phrase(text) => self.literal(scope, text, true, token),
            _ => Err(self.missing(token.span.clone())),
        }
    }

    /// A word or a phrase, with the names of fields behind it or not.
    fn literal(
        &mut self,
        scope: Scope<'_>,
        text: &'a str,
        quoted: bool,
        token: &Token,
    ) -> Result<Condition, ParseError> {
        self.at += 1;
        if let Some(suffix) = self.peek().filter(|next| matches!(next.kind, TokenKind::Suffix(_))) {
            self.at += 1;
            let fields = self.named(suffix)?;
            return self.values(&fields, Value { text, quoted, operator: "=" }, &token.span);
        }
        if let Some(set) = self.set(text).filter(|_| !quoted && scope.is_empty()) {
            return Ok(set);
        }
        self.values(scope, Value { text, quoted, operator: ":" }, &token.span)
    }

    /// What was found as `S3` before.
    fn set(&self, word: &str) -> Option<Condition> {
        let number: usize = word.strip_prefix('S')?.parse().ok()?;
        self.sets.get(number.checked_sub(1)?).cloned()
    }

    fn missing(&self, span: Range<usize>) -> ParseError {
        let what = self.tokens.get(self.at).map(|token| &token.kind);
        let (message, help) = match what {
            Some(TokenKind::Close) => ("the bracket closes nothing", "open it before, or leave it out"),
            _ => ("something is missing here", "write words on both sides of an operator, and after NOT"),
        };
        ParseError::new(span, message, help)
    }

    /// What stands side by side within brackets must all hold.
    fn group(&mut self, scope: Scope<'_>, open: &Range<usize>) -> Result<Condition, ParseError> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            let help = format!("nest {DEEPEST} brackets at most");
            return Err(ParseError::new(open.clone(), "the brackets are nested too deep", help));
        }
        let mut all = Vec::new();
        while !self.take(&TokenKind::Close) {
            if self.peek().is_none() {
                let message = "the bracket is never closed";
                return Err(ParseError::new(open.clone(), message, "close it, or leave it out"));
            }
            all.push(self.chain(scope)?.0);
        }
        self.depth -= 1;
        if all.is_empty() {
            return Err(ParseError::new(open.clone(), "the brackets hold nothing", "leave them out"));
        }
        Ok(one_or(all, Condition::And))
    }
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
