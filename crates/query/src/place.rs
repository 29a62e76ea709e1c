//! Operators on the places of words: which conditions they may stand between, and in what order they bind.

use std::ops::Range;

use crate::ast::{Condition, Pattern, TextFields, Unit};
use crate::error::ParseError;
use crate::operators::Proximity;

/// What stands beside an operator, and where it is written.
pub(crate) type Operand = (Condition, Range<usize>);

/// Operators in one row; each multiplies the places that are compared.
pub(crate) const MOST_OPERATORS: usize = 10;

/// Letters and digits that a word with wildcards has at least.
const LEAST_LETTERS: usize = 2;
/// Characters that a word with wildcards has at most.
pub(crate) const LONGEST_PATTERN: usize = 60;

/// Whether several kinds of operators stand in one row.
pub(crate) fn is_mixed(operators: &[Proximity]) -> bool {
    operators.iter().any(|operator| rank(*operator) != rank(operators[0]))
}

/// How loosely an operator binds.
fn rank(operator: Proximity) -> u8 {
    match operator {
        Proximity::Near { .. } => 0,
        Proximity::Together { unit: Unit::Sentence, .. } => 1,
        Proximity::Together { unit: Unit::Paragraph, .. } => 2,
    }
}

/// Joins a row, the tighter operators first, each kind from left to right.
pub(crate) fn fold(mut row: Vec<Operand>, operators: &[Proximity]) -> Result<Condition, ParseError> {
    let mut operators = operators.to_vec();
    for tightest in 0..=2 {
        let mut at = 0;
        while at < operators.len() {
            if rank(operators[at]) == tightest {
                let right = row.remove(at + 1);
                let span = row[at].1.start..right.1.end;
                let left = row[at].clone();
                row[at] = (join(left, operators.remove(at), right)?, span);
            } else {
                at += 1;
            }
        }
    }
    Ok(row.swap_remove(0).0)
}

/// Two operands with an operator between them.
pub(crate) fn join(left: Operand, operator: Proximity, right: Operand) -> Result<Condition, ParseError> {
    let span = left.1.start..right.1.end;
    let (left_fields, left) = pattern(left, operator)?;
    let (right_fields, right) = pattern(right, operator)?;
    if left_fields != right_fields {
        let help = "put both into brackets behind one field: ti:(graphene NEAR3 anode)";
        return Err(ParseError::new(span, "the two sides are looked for in different fields", help));
    }
    let (left, right) = (Box::new(left), Box::new(right));
    let pattern = match operator {
        Proximity::Near { distance, ordered } => Pattern::Near { left, right, distance, ordered },
        Proximity::Together { unit, reach } => Pattern::Together { left, right, unit, reach },
    };
    Ok(Condition::Text(left_fields, pattern))
}

fn pattern((condition, span): Operand, operator: Proximity) -> Result<(TextFields, Pattern), ParseError> {
    let Some((fields, pattern)) = as_pattern(condition) else {
        let message = "what stands beside NEAR, ADJ, WITH and SAME must have a place in a text";
        let help = "write words, phrases, or these in brackets with OR between them";
        return Err(ParseError::new(span, message, help));
    };
    if rank(operator) < widest(&pattern) {
        let message = "NEAR and ADJ cannot join sentences, nor WITH paragraphs";
        return Err(ParseError::new(span, message, "put the wider operator outside: (a NEAR3 b) WITH c"));
    }
    Ok((fields, pattern))
}

/// A condition on one choice of fields as a pattern.
fn as_pattern(condition: Condition) -> Option<(TextFields, Pattern)> {
    match condition {
        Condition::Text(fields, pattern) => Some((fields, pattern)),
        Condition::Or(all) => {
            let all = all.into_iter().map(as_pattern).collect::<Option<Vec<_>>>()?;
            let fields = all.first()?.0;
            let is_one = all.iter().all(|(other, _)| *other == fields);
            is_one.then(|| (fields, Pattern::Or(all.into_iter().map(|(_, pattern)| pattern).collect())))
        }
        _ => None,
    }
}

/// The rank of the widest operator within.
fn widest(pattern: &Pattern) -> u8 {
    match pattern {
        Pattern::Word(_) | Pattern::Phrase(_) | Pattern::Near { .. } => 0,
        Pattern::Or(all) => all.iter().map(widest).max().unwrap_or(0),
        Pattern::Together { unit: Unit::Sentence, .. } => 1,
        Pattern::Together { unit: Unit::Paragraph, .. } => 2,
    }
}

/// Whether `*`, `?` or `#` of a word stand for letters.
pub(crate) fn has_wildcards(word: &str) -> bool {
    pieces(word).any(is_pattern)
}

/// The parts of a word that are looked for one after the other: letters and digits with their wildcards.
pub(crate) fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let pieces = word.split(|c: char| !c.is_alphanumeric() && !is_wildcard(c));
    pieces.filter(|piece| piece.contains(char::is_alphanumeric))
}

/// Whether a piece is to be matched and not stemmed: `*` between digits (`5*3`) is none, and neither are `?`
/// and `#` beside a single letter (`C#`).
pub(crate) fn is_pattern(piece: &str) -> bool {
    let is_number = |c: char| c.is_numeric() || is_wildcard(c);
    let stands_for_much = piece.contains('*') || letters(piece) >= LEAST_LETTERS;
    piece.contains(is_wildcard) && stands_for_much && !piece.chars().all(is_number)
}

fn letters(piece: &str) -> usize {
    piece.chars().filter(|c| !is_wildcard(*c)).count()
}

fn is_wildcard(c: char) -> bool {
    matches!(c, '*' | '?' | '#')
}

/// Refuses wildcards that stand for too much.
pub(crate) fn check_wildcards(text: &str, span: &Range<usize>) -> Result<(), ParseError> {
    for piece in text.split_whitespace().flat_map(pieces).filter(|piece| is_pattern(piece)) {
        if letters(piece) < LEAST_LETTERS {
            let message = format!("{piece} stands for too many words");
            let help = format!("write {LEAST_LETTERS} letters at least beside the wildcards");
            return Err(ParseError::new(span.clone(), message, help));
        }
        if piece.chars().count() > LONGEST_PATTERN {
            let help = format!("write {LONGEST_PATTERN} characters at most");
            return Err(ParseError::new(span.clone(), "the word with wildcards is too long", help));
        }
    }
    Ok(())
}
