//! What can go wrong with a query.

use std::ops::Range;

use crate::cpc::SchemeError;
use priorart_corpus::PatentNumber;
use priorart_index::IndexError;
use unicode_width::UnicodeWidthStr;

/// A query that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {help}")]
pub struct ParseError {
    /// What is wrong.
    pub message: String,
    /// The bytes of the query that are at fault.
    pub span: Range<usize>,
    /// What to write instead.
    pub help: String,
}

impl ParseError {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), span, help: help.into() }
    }

    /// The query with carets under the place, then what is wrong and what to write instead.
    ///
    /// ```
    /// let query = "graphene (anode";
    /// let error = priorart_query::parse(query).unwrap_err();
    /// assert_eq!(error.render(query).lines().nth(1), Some("         ^"));
    /// ```
    pub fn render(&self, query: &str) -> String {
        let cut = |range: Range<usize>| clean(query.get(range).unwrap_or_default());
        let (start, end) = (self.span.start, self.span.end);
        let before = last(&cut(0..start), SHOWN);
        let marked = first(&cut(start..end), SHOWN);
        let after = first(&cut(end..query.len()), SHOWN);
        let (indent, carets) = (before.width(), marked.width().max(1));
        format!("{before}{marked}{after}\n{}{}\n{self}", " ".repeat(indent), "^".repeat(carets))
    }
}

/// Characters of a long query that are shown of the place, and before and after it.
const SHOWN: usize = 60;

fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn first(text: &str, count: usize) -> String {
    match text.char_indices().nth(count) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn last(text: &str, count: usize) -> String {
    match text.char_indices().nth_back(count) {
        Some((start, dropped)) => format!("…{}", &text[start + dropped.len_utf8()..]),
        None => text.to_owned(),
    }
}

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The index could not be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The keyword index refused a query.
    #[error("keyword search: {0}")]
    Keyword(#[from] tantivy::TantivyError),
    /// A word with wildcards stands for too many words of the index.
    #[error("{pattern} stands for more than {most} words of the index; write more letters")]
    TooManyWords {
        /// The word.
        pattern: String,
        /// How many it may stand for.
        most: usize,
    },
    /// The CPC's scheme cannot be read or written.
    #[error(transparent)]
    Scheme(#[from] SchemeError),
    /// A patent that the search starts from is not in the index.
    #[error("{number} is not in the index")]
    NoPatent {
        /// Its number.
        number: PatentNumber,
    },
    /// A patent of the index has no claim of this number.
    #[error("{number} has no claim {claim}")]
    NoClaim {
        /// The patent's number.
        number: PatentNumber,
        /// The claim's.
        claim: u32,
    },
    /// The query asks for nothing.
    #[error("the query is empty; give words, a claim, a patent number, or a filter such as cpc:H01M")]
    Empty,
    /// Semantic search needs what is not there.
    #[error("semantic search is not possible: {missing}")]
    NotSemantic {
        /// What is missing, and how to get it.
        missing: String,
    },
    /// The query's text could not be embedded.
    #[error("the query cannot be embedded: {0}")]
    Embed(Box<dyn std::error::Error + Send + Sync>),
    /// The engine has no means of doing what was asked.
    #[error("{engine} cannot {what}; {instead}")]
    Unsupported {
        /// The engine: "Milvus".
        engine: &'static str,
        /// What was asked for: "look for words near one another (NEAR)".
        what: String,
        /// What to do instead.
        instead: String,
    },
    /// The engine failed, or did not answer.
    #[error(transparent)]
    Engine(Box<dyn std::error::Error + Send + Sync>),
    /// The hits could not be re-ranked.
    #[error("the hits cannot be re-ranked: {0}")]
    Rerank(Box<dyn std::error::Error + Send + Sync>),
    /// An option has a value that makes no sense.
    #[error("{option} is {value}: it must be {allowed}")]
    Option {
        /// The option.
        option: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        allowed: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, span: Range<usize>, expected: &str) {
        let error = ParseError::new(span, "wrong", "write it right");
        assert_eq!(error.render(query), format!("{expected}\nwrong; write it right"));
    }

    #[test]
    fn carets_stand_under_the_place() {
        check("a (b", 2..3, "a (b\n  ^");
        check("a OR", 4..4, "a OR\n    ^");
        check("漢字 (b", 7..8, "漢字 (b\n     ^");
        check("e\u{301} (b", 4..5, "e\u{301} (b\n  ^");
        check("a\u{85}\n(b", 4..5, "a  (b\n   ^");
    }

    #[test]
    fn long_queries_are_shown_around_the_place() {
        let query = format!("{}({}", "a".repeat(1000), "b".repeat(1000));
        let (before, after) = ("a".repeat(SHOWN), "b".repeat(SHOWN));
        let expected = format!("…{before}({after}…\n{}^", " ".repeat(SHOWN + 1));
        check(&query, 1000..1001, &expected);
    }
}
