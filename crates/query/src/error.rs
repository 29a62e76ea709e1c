//! What can go wrong with a query.

use std::ops::Range;

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
        Self {
            message: message.into(),
            span,
            help: help.into(),
        }
    }

    /// The query with carets under the place, then what is wrong and what to write instead.
    ///
    /// ```
    /// let query = "graphene (anode";
    /// let error = priorart_query::parse(query).unwrap_err();
    /// assert_eq!(error.render(query).lines().nth(1), Some("         ^"));
    /// ```
    pub fn render(&self, query: &str) -> String {
        let line: String = query
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let before = line.get(..self.span.start).unwrap_or(&line).width();
        let marked = line.get(self.span.clone()).unwrap_or_default().width().max(1);
        format!("{line}\n{}{}\n{self}", " ".repeat(before), "^".repeat(marked))
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
