//! What can go wrong in this crate.

use priorart_corpus::CorpusError;
use priorart_encoder::EncoderError;
use priorart_index::IndexError;

/// Why an indexing run ended early. What was committed before stays and the same call completes it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexerError {
    /// The index could not be read or written.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The encoder failed on a text or lost its device.
    #[error("{number}: {source}")]
    Encoder {
        /// The patent whose passages were being encoded.
        number: String,
        /// What the encoder said.
        source: EncoderError,
    },
    /// None of the dumps could be read.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
}
