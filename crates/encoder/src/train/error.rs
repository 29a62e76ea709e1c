//! What can go wrong in training.

use std::path::PathBuf;

use priorart_pairs::TableError;

use crate::error::EncoderError;

/// Why nothing was learned, or not all of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// The base model cannot be loaded, or the trained one not be written.
    #[error(transparent)]
    Model(#[from] EncoderError),
    /// The pairs cannot be used.
    #[error(transparent)]
    Pairs(#[from] TableError),
    /// A setting with which nothing can be learned.
    #[error("the {setting} must be {allowed}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What it may be.
        allowed: &'static str,
    },
    /// A checkpoint that does not belong to what was asked for, or that is damaged.
    #[error("{path}: {message}", path = path.display())]
    Checkpoint {
        /// The checkpoint's directory.
        path: PathBuf,
        /// What is wrong, and what to do.
        message: String,
    },
    /// The loss is no number any more.
    #[error("the loss of step {step} is {loss}: the learning rate is too high for these pairs")]
    Diverged {
        /// The step, from 1.
        step: usize,
        /// The loss.
        loss: f32,
    },
    /// A file cannot be written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Pairs could not be sampled.
    #[error("pairs cannot be sampled: {0}")]
    Sampling(#[from] tantivy::TantivyError),
}
