//! What can go wrong.

use std::path::PathBuf;

use priorart_index::IndexError;
use priorart_pairs::TableError;
use priorart_query::QueryError;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// A file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A file of values separated by commas cannot be used.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A line cannot be understood.
    #[error("{path}, line {line}: {what}")]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A file as a whole does not serve.
    #[error("{path}: {what}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// What was given does not suffice for what was asked.
    #[error("{0}")]
    Undefined(String),
    /// A vector has another length than the others.
    #[error("vector {row} has {found} dimensions where the others have {expected}")]
    Dimension {
        /// Which one.
        row: usize,
        /// Its length.
        found: usize,
        /// The others' length.
        expected: usize,
    },
    /// A vector has no direction.
    #[error("vector {row} is zero, infinite or not a number: it has no direction")]
    NoDirection {
        /// Which one.
        row: usize,
    },
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A search failed.
    #[error(transparent)]
    Query(#[from] QueryError),
}
