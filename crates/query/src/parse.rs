//! The query language: words, phrases, fields, AND OR NOT and brackets.
//!
//! ```text
//! query  = chain*                 a word by itself is free; every other chain is a condition
//! chain  = both ("OR" both)*
//! both   = unary ("AND" unary)*   AND binds tighter than OR, both tighter than standing side by side
//! unary  = ("NOT" | "-")* atom
//! atom   = word | phrase | field (word | phrase | "(" chain+ ")") | "(" chain+ ")"
//! ```

use std::ops::Range;

use priorart_corpus::PatentNumber;

use crate::ast::{Condition, Query, TextField};
use crate::error::ParseError;
use crate::fields::{self, Field};
use crate::foreign;
use crate::lexer::{Token, TokenKind, tokens};

/// Brackets may nest this deep; nobody writes more, and each level takes stack.
const DEEPEST: usize = 100;

/// Reads a query in the language of `docs/query-language.md`.
///
/// ```
/// let query = priorart_query::parse("graphene anode \"solid electrolyte\" -lead cpc:H01M4 pd<2015")?;
/// assert_eq!(query.text, "graphene anode solid electrolyte");
/// assert_eq!(query.conditions.len(), 4);
/// # Ok::<(), priorart_query::ParseError>(())
/// ```
pub fn parse(query: &str) -> Result<Query, ParseError> {
    if let Some(number) = PatentNumber::parse(query.trim()) {
        return Ok(Query { number: Some(number), ..Query::default() });
    }
    let tokens = tokens(query)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, text: Vec::new(), end: query.len() };
    let mut conditions = Vec::new();
    while parser.peek().is_some() {
        match parser.chain(None)? {
            Condition::Word(TextField::Any, _) => {}
            condition => conditions.push(condition),
        }
    }
    Ok(Query { text: parser.text.join(" "), conditions, number: None })
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    /// Words that are looked for, and not those that are negated.
    text: Vec<String>,
    /// Where the query ends.
    end: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next_is(&self, kind: &TokenKind) -> bool {
        self.peek().is_some_and(|token| token.kind == *kind)
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let taken = self.next_is(kind);
        self.at += usize::from(taken);
        taken
    }

    fn chain(&mut self, field: Option<Field>) -> Result<Condition, ParseError> {
        let first = self.both(field)?;
        let mut all = vec![first];
        while self.take(&TokenKind::Or) {
            all.push(self.both(field)?);
        }
        Ok(one_or(all, Condition::Or))
    }

    fn both(&mut self, field: Option<Field>) -> Result<Condition, ParseError> {
        let first = self.unary(field)?;
        let mut all = vec![first];
        while self.take(&TokenKind::And) {
            all.push(self.unary(field)?);
        }
        Ok(one_or(all, Condition::And))
    }

    fn unary(&mut self, field: Option<Field>) -> Result<Condition, ParseError> {
        let mut negated = false;
        let before = self.text.len();
        while self.take(&TokenKind::Not) {
            negated = !negated;
        }
        let condition = self.atom(field)?;
        if !negated {
            return Ok(condition);
        }
        self.text.truncate(before);
        Ok(Condition::Not(Box::new(condition)))
    }

    fn atom(&mut self, field: Option<Field>) -> Result<Condition, ParseError> {
        let Some(token) = self.peek().cloned() else {
            return Err(self.missing(self.end..self.end));
        };
        match token.kind {
            TokenKind::And | TokenKind::Or | TokenKind::Close | TokenKind::Not => {
                Err(self.missing(token.span))
            }
            TokenKind::Open => self.group(field, &token.span),
            TokenKind::Field { name, operator } => {
                self.at += 1;
                self.field(&name, operator, &token.span)
            }
            TokenKind::Word(word) => {
                self.at += 1;
                self.value(field, ":", &word, false, &token.span)
            }
            TokenKind::Phrase(phrase) => {
                self.at += 1;
                self.value(field, ":", &phrase, true, &token.span)
            }
        }
    }

    fn missing(&self, span: Range<usize>) -> ParseError {
        let what = self.tokens.get(self.at).map(|token| &token.kind);
        let (message, help) = match what {
            Some(TokenKind::Close) => ("the bracket closes nothing", "open it before, or leave it out"),
            _ => ("something is missing here", "write words on both sides of AND and OR, and after NOT"),
        };
        ParseError::new(span, message, help)
    }

    /// What stands side by side within brackets must all hold.
    fn group(&mut self, field: Option<Field>, open: &Range<usize>) -> Result<Condition, ParseError> {
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
            all.push(self.chain(field)?);
        }
        self.depth -= 1;
        if all.is_empty() {
            return Err(ParseError::new(open.clone(), "the brackets hold nothing", "leave them out"));
        }
        Ok(one_or(all, Condition::And))
    }

    /// A field and its value, which must touch it.
    fn field(&mut self, name: &str, operator: &str, span: &Range<usize>) -> Result<Condition, ParseError> {
        let Some(field) = fields::by_name(name) else {
            return self.no_field(name, operator, span);
        };
        if operator == "=" && !matches!(field, Field::Date(_)) {
            let help = format!("write it as {}", field.example());
            return Err(ParseError::new(span.clone(), format!("{name} takes a colon"), help));
        }
        let next = self.peek().filter(|next| next.span.start == span.end).cloned();
        match next.map(|next| (next.kind, next.span)) {
            Some((TokenKind::Word(value), at)) => {
                self.at += 1;
                self.value(Some(field), operator, &value, false, &at)
            }
            Some((TokenKind::Phrase(value), at)) => {
                self.at += 1;
                self.value(Some(field), operator, &value, true, &at)
            }
            Some((TokenKind::Open, at)) => self.group(Some(field), &at),
            _ => {
                let message = format!("{name}{operator} has no value");
                Err(ParseError::new(span.clone(), message, format!("write it as {}", field.example())))
            }
        }
    }

    /// A colon after what is no field's name is text where a blank follows, and in a ratio.
    fn no_field(&mut self, name: &str, operator: &str, span: &Range<usize>) -> Result<Condition, ParseError> {
        let value = self.peek().filter(|next| next.span.start == span.end);
        if value.is_some_and(|value| !is_ratio(name, &value.kind)) {
            let message = format!("there is no field {name}");
            return Err(ParseError::new(span.clone(), message, fields::advice(name)));
        }
        self.value(None, operator, name, false, span)
    }

    /// A symbol as it is printed on patents, `H01M 4/13`, with its second half, which is taken.
    fn split_symbol(&mut self, field: Field, subclass: &str) -> Option<String> {
        let is_subclass = matches!(field, Field::Class(_)) && subclass.len() == 4;
        let TokenKind::Word(group) = &self.peek().filter(|_| is_subclass)?.kind else {
            return None;
        };
        let symbol = is_group(group).then(|| format!("{subclass}{group}"))?;
        self.at += 1;
        Some(symbol)
    }

    fn value(
        &mut self,
        field: Option<Field>,
        operator: &str,
        value: &str,
        quoted: bool,
        span: &Range<usize>,
    ) -> Result<Condition, ParseError> {
        let field = field.unwrap_or(Field::Text(TextField::Any));
        if let Field::Text(_) | Field::Name(_) = field {
            foreign::refuse(value, quoted, span)?;
        }
        let joined = if quoted { None } else { self.split_symbol(field, value) };
        let value = joined.as_deref().unwrap_or(value);
        if let Field::Text(_) = field {
            self.text.push(value.to_owned());
        }
        field.condition(operator, value, quoted).ok_or_else(|| {
            let message = format!("{value:?} is no value of this field");
            ParseError::new(span.clone(), message, format!("write it as {}", field.example()))
        })
    }
}

/// `4/13`, `10/0525`: main group and subgroup, of two digits at least, which `24/7` lacks.
fn is_group(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('/').is_some_and(|(group, subgroup)| {
        (1..=4).contains(&group.len()) && subgroup.len() >= 2 && digits(group) && digits(subgroup)
    })
}

/// `Si:C`, `A:B`: short names in capitals on both sides.
fn is_ratio(name: &str, value: &TokenKind) -> bool {
    let is_short = |text: &str| text.len() <= 2;
    let TokenKind::Word(value) = value else {
        return false;
    };
    name.starts_with(|c: char| c.is_ascii_uppercase()) && is_short(name) && value.split(':').all(is_short)
}

fn one_or(mut all: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    if all.len() == 1 { all.remove(0) } else { several(all) }
}
