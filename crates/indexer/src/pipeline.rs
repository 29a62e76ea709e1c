//! read → parse → tokenise → encode → write, as threads joined by bounded channels.
//!
//! The bounds keep memory flat however large the dumps are. The order of the records is kept throughout,
//! so that of two records with one number the later wins.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use priorart_corpus::{Patent, Place, RawDocument, Record};
use priorart_encoder::Encoder;
use priorart_index::{Added, Writer};

use crate::batch::{Batch, encode};
use crate::error::IndexerError;
use crate::passages::{PassageOptions, Tokens, cut};
use crate::progress::Progress;
use crate::report::{Failure, Report};

/// Documents that may wait between two stages.
const QUEUE: usize = 64;

/// How dumps are indexed.
#[derive(Debug, Clone, Copy)]
pub struct IndexOptions {
    /// What becomes a passage.
    pub passages: PassageOptions,
    /// A commit is made when this much time has passed since the last one.
    pub commit_every: Duration,
}

/// Indexes `dumps` in order and commits; without an `encoder` passages are left without embeddings.
///
/// A dump that cannot be read is reported as a failure and the others go on. When `stop` becomes true the
/// run ends soon, with a commit of what is done; the same call later completes it.
///
/// # Errors
///
/// Fails if the index cannot be written or the encoder breaks down; the last commit stands.
pub fn index(
    writer: Writer,
    dumps: &[PathBuf],
    encoder: Option<&Encoder>,
    tokens: &(dyn Tokens + Sync),
    options: IndexOptions,
    control: Control<'_>,
) -> Result<Report, IndexerError> {
    Run { writer: Mutex::new(writer), encoder, tokens, options, control }.over(dumps)
}

/// What a caller watches a run by, and stops it with.
#[derive(Debug, Clone, Copy)]
pub struct Control<'a> {
    /// Counted up as the run goes on.
    pub progress: &'a Progress,
    /// Set to end the run early.
    pub stop: &'a AtomicBool,
}

impl Control<'_> {
    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
