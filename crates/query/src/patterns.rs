//! Patterns as terms of a field and their places.

use priorart_index::{Keyword, WORD_MARK, stem, words};
use tantivy::schema::Field;

use crate::ast::Pattern;
use crate::error::QueryError;
use crate::glob::Glob;
use crate::place::{is_pattern, pieces};
use crate::spans::Spans;

/// How a field's words became terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Analysis {
    /// Stems, and words behind a mark.
    Text,
    /// Words in lower case.
    Names,
}

impl Analysis {
    fn mark(self) -> String {
        if self == Self::Text { WORD_MARK.to_string() } else { String::new() }
    }

    fn term(self, word: &str) -> String {
        if self == Self::Text { stem(word) } else { word.to_lowercase() }
    }
}

/// What is looked for in a field. A pattern without words is nowhere.
pub(crate) fn spans(
    keyword: &Keyword,
    field: Field,
    pattern: &Pattern,
    analysis: Analysis,
) -> Result<Spans, QueryError> {
    let inner = |pattern: &Pattern| spans(keyword, field, pattern, analysis);
    Ok(match pattern {
        Pattern::Word(text) | Pattern::Phrase(text) => row(keyword, field, text, analysis)?,
        Pattern::Or(all) => Spans::Any(all.iter().map(inner).collect::<Result<_, _>>()?),
        Pattern::Near { left, right, distance, ordered } => Spans::Near {
            left: Box::new(inner(left)?),
            right: Box::new(inner(right)?),
            distance: *distance,
            ordered: *ordered,
        },
        Pattern::Together { left, right, unit, reach } => Spans::Together {
            left: Box::new(inner(left)?),
            right: Box::new(inner(right)?),
            unit: *unit,
            reach: *reach,
        },
    })
}

/// Words that follow one another.
fn row(keyword: &Keyword, field: Field, text: &str, analysis: Analysis) -> Result<Spans, QueryError> {
    let mut row: Vec<Vec<String>> = Vec::new();
    for piece in text.split_whitespace().flat_map(pieces) {
        if is_pattern(piece) {
            let words = Glob::new(piece).expand(keyword, field, &analysis.mark(), piece)?;
            row.push(words.into_iter().collect());
        } else {
            row.extend(words(piece).map(|word| vec![analysis.term(&piece[word])]));
        }
    }
    Ok(match row.len() {
        0 => Spans::Terms(Vec::new()),
        1 => Spans::Terms(row.remove(0)),
        _ => Spans::Row(row),
    })
}
