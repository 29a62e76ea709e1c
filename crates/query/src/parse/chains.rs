//! Operators between conditions and between places, from the loosest to the tightest.

use super::{DEEPEST, Parser, Scope, is_nothing, one_or};
use crate::ast::Condition;
use crate::error::ParseError;
use crate::lexer::TokenKind;
use crate::place;

impl Parser<'_> {
    /// The condition and how many AND, OR and XOR it consists of.
    pub(super) fn chain(&mut self, scope: Scope<'_>) -> Result<(Condition, usize), ParseError> {
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
    pub(super) fn both(&mut self, scope: Scope<'_>) -> Result<(Condition, usize), ParseError> {
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
        Ok(match condition {
            // What is negated twice, over brackets too, holds.
            Condition::Not(condition) if negated => *condition,
            condition if negated && !is_nothing(&condition) => Condition::Not(Box::new(condition)),
            condition => condition,
        })
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

    pub(super) fn operand(&mut self, scope: Scope<'_>) -> Result<place::Operand, ParseError> {
        let first = self.at;
        let condition = self.atom(scope)?;
        Ok((condition, self.span_from(first)))
    }
}
