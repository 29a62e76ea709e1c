//! parse → prepare → encode → write, as threads joined by bounded channels; documents are parsed on all cores.
//!
//! The bounds, of documents and of their bytes, keep memory flat however large the dumps are. Records keep their
//! order from end to end, so that of two records with one number the later wins.

use std::fmt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use crossbeam_channel::bounded;
use priorart_corpus::{Budget, Format, ParseOptions, dump_size};
use priorart_encoder::Encoder;
use priorart_index::Writer;

use crate::encode::encode_stage;
use crate::error::IndexerError;
use crate::passages::{PassageOptions, Tokens};
use crate::prepare::{Preparer, prepare_stage};
use crate::progress::Progress;
use crate::recent::Recent;
use crate::report::Report;
use crate::stamp::stamp;
use crate::write::write_stage;

/// Documents that may wait between two stages.
pub(crate) const QUEUE: usize = 64;

/// How dumps are indexed.
#[derive(Debug, Clone, Copy)]
pub struct IndexOptions {
    /// What all documents are taken for, whatever they look like.
    pub format: Option<Format>,
    /// What becomes a passage.
    pub passages: PassageOptions,
    /// A commit is made when this much time has passed since the last one.
    pub commit_every: Duration,
    /// Merge segments as they become many.
    pub compact: bool,
    /// Bytes of documents that may be under way from the dump to the writer; see [`Memory`](crate::Memory).
    pub documents: u64,
}

impl Default for IndexOptions {
    fn default() -> Self {
        Self {
            format: None,
            passages: PassageOptions::default(),
            commit_every: Duration::from_mins(5),
            compact: true,
            documents: 64 << 20,
        }
    }
}

impl IndexOptions {
    fn parsing(self) -> ParseOptions {
        let under_way = Budget::new(self.documents);
        ParseOptions { format: self.format, under_way, ..ParseOptions::default() }
    }
}

/// What a caller watches a run by, and stops it with.
#[derive(Debug, Clone, Copy)]
pub struct Control<'a> {
    /// Counted up as the run goes on.
    pub progress: &'a Progress,
    /// Set to end the run early, with a commit of what is done.
    pub stop: &'a AtomicBool,
}

impl Control<'_> {
    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// When passages are embedded.
#[derive(Clone, Copy)]
pub enum Embedding<'a> {
    /// As they are indexed, by this model.
    Now(&'a Encoder),
    /// By [`embed`](crate::embed()), later; texts are cut by this measure of their length.
    Later(&'a (dyn Tokens + Sync)),
}

impl<'a> Embedding<'a> {
    pub(crate) fn encoder(self) -> Option<&'a Encoder> {
        match self {
            Self::Now(encoder) => Some(encoder),
            Self::Later(_) => None,
        }
    }

    pub(crate) fn tokens(self) -> &'a dyn Tokens {
        match self {
            Self::Now(encoder) => encoder.tokenizer(),
            Self::Later(tokens) => tokens,
        }
    }
}

impl fmt::Debug for Embedding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.encoder().is_some() { "Now" } else { "Later" })
    }
}

/// Indexes `dumps` in order and commits.
///
/// A dump that cannot be read to its end is reported as a failure and the others go on. Running again with
/// the same dumps completes what was cut short: what is indexed and unchanged is not embedded again.
///
/// # Errors
///
/// Fails if the index cannot be written, holds another model's embeddings, or the encoder breaks down; what
/// was encoded before that is committed.
pub fn index(
    mut writer: Writer,
    dumps: &[PathBuf],
    embedding: Embedding<'_>,
    options: IndexOptions,
    control: Control<'_>,
) -> Result<Report, IndexerError> {
    if let Some(encoder) = embedding.encoder() {
        writer.set_model(&stamp(encoder.info()))?;
    }
    control.progress.set_total(dumps.iter().map(|dump| dump_size(dump)).sum());
    let writer = Mutex::new(writer);
    let recent = Recent::default();
    let preparer = Preparer { writer: &writer, recent: &recent, embedding, passages: options.passages };
    let report = thread::scope(|scope| {
        let (prepared_out, prepared_in) = bounded(QUEUE);
        let (encoded_out, encoded_in) = bounded(QUEUE);
        let parsing = options.parsing();
        let preparing = scope.spawn(move || prepare_stage(&preparer, dumps, &parsing, prepared_out, control));
        let encoding =
            scope.spawn(move || encode_stage(embedding.encoder(), prepared_in, encoded_out, control));
        let written = write_stage(&writer, &recent, encoded_in, options, control);
        // A stage whose neighbour is gone ends by itself; the error that began it is the one to report.
        join(preparing)?;
        join(encoding)?;
        written
    })?;
    into_inner(writer).close()?;
    Ok(report)
}

pub(crate) fn join<T>(handle: ScopedJoinHandle<'_, T>) -> T {
    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

pub(crate) fn into_inner(writer: Mutex<Writer>) -> Writer {
    writer.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}
