//! What can go wrong in this crate.

use priorart_encoder::EncoderError;
use priorart_index::IndexError;

/// Why an indexing run ended early. What was encoded before is committed, and the same call completes it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexerError {
    /// The index could not be read or written.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The encoder failed on a text or lost its device.
    #[error("{what}: {source}; what was encoded before is committed, the same command goes on from there")]
    Encoder {
        /// The patent whose passages were being encoded, or the first of several.
        what: String,
        /// What the encoder said.
        source: EncoderError,
    },
    /// What was embedded elsewhere could not be read.
    #[error("{0}; what was read before is committed, the same command goes on from there")]
    Source(Box<dyn std::error::Error + Send + Sync>),
}
