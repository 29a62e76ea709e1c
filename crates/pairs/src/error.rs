//! What can go wrong with a file of values separated by commas.

use std::path::PathBuf;

/// Why such a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It cannot be read, or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is broken.
    #[error("{path}: {source}", path = path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        source: csv::Error,
    },
    /// A column is missing.
    #[error("{path}: there is no column {wanted}; there are: {found}", path = path.display())]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The names that would do.
        wanted: String,
        /// The names that are there.
        found: String,
    },
    /// A line cannot be understood.
    #[error("{path}, line {line}: {what}", path = path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The file as a whole does not serve.
    #[error("{path}: {what}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}
