//! What operators stand between: words, phrases, fields and brackets.

use std::ops::Range;

use super::{DEEPEST, Parser, Scope, one_or};
use crate::ast::Condition;
use crate::error::ParseError;
use crate::fields;
use crate::lexer::{self, Token, TokenKind};
use crate::values::Value;

impl<'a> Parser<'a> {
    pub(super) fn atom(&mut self, scope: Scope<'_>) -> Result<Condition, ParseError> {
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
    pub(super) fn literal(
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
        if !quoted && !self.sets.is_empty() && is_set(text) {
            let last = self.sets.len();
            self.warn(format!(
                "{text} is looked for as a word: the results of this session are S1 to S{last}"
            ));
        }
        if let Some(name) = lexer::unknown_suffix(text).filter(|_| !quoted) {
            let advice = fields::advice_on_suffix(name);
            self.warn(format!(".{name}. is looked for as a word: there is no field {name}; {advice}"));
        }
        self.values(scope, Value { text, quoted, operator: ":" }, &token.span)
    }

    /// What was found as `S3` before.
    pub(super) fn set(&self, word: &str) -> Option<Condition> {
        let number: usize = word.strip_prefix('S').filter(|_| is_set(word))?.parse().ok()?;
        self.sets.get(number.checked_sub(1)?).cloned()
    }

    pub(super) fn missing(&self, span: Range<usize>) -> ParseError {
        let what = self.tokens.get(self.at).map(|token| &token.kind);
        let (message, help) = match what {
            Some(TokenKind::Close) => ("the bracket closes nothing", "open it before, or leave it out"),
            _ => ("something is missing here", "write words on both sides of an operator, and after NOT"),
        };
        ParseError::new(span, message, help)
    }

    /// What stands side by side within brackets must all hold.
    pub(super) fn group(&mut self, scope: Scope<'_>, open: &Range<usize>) -> Result<Condition, ParseError> {
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

/// `S12`, as results of a session are named.
fn is_set(word: &str) -> bool {
    let digits = word.strip_prefix('S').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
