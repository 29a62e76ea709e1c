//! Why a server cannot start or go on.

use priorart_index::IndexError;
use priorart_query::QueryError;

/// Why a server cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The index cannot be read, or another model embedded it.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// What is searched does not answer, or another model embedded it.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The system refused a socket, a thread or a signal handler.
    #[error("{what}: {source}")]
    System {
        /// What was refused.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
}
