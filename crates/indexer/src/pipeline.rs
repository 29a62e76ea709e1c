//! read → parse and tokenise → encode → write, as threads joined by bounded channels.
//!
//! The bounds, of documents and of their bytes, keep memory flat however large the dumps are. Records keep their order from end to end, so
//! that of two records with one number the later wins.

use std::fmt;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use priorart_corpus::{Format, RawDocument, dump_size, read_dump_as};
use priorart_encoder::Encoder;
use priorart_index::{Budget, Share, Writer};

use crate::encode::encode_stage;
use crate::error::IndexerError;
use crate::item::Item;
use crate::passages::{PassageOptions, Tokens};
use crate::prepare::Preparer;
use crate::progress::Progress;
use crate::recent::Recent;
use crate::report::{Failure, Report};
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
        let (raw_out, raw_in) = bounded(QUEUE);
        let (parsed_out, parsed_in) = bounded(QUEUE);
        let (encoded_out, encoded_in) = bounded(QUEUE);
        let budget = Budget::new(options.documents);
        scope.spawn(move || read_stage(dumps, options.format, &raw_out, &budget, control));
        let parsing = scope.spawn(move || prepare_stage(&preparer, raw_in, parsed_out));
        let encoding =
            scope.spawn(move || encode_stage(embedding.encoder(), parsed_in, encoded_out, control));
        let written = write_stage(&writer, &recent, encoded_in, options, control);
        // A stage whose neighbour is gone ends by itself; the error that began it is the one to report.
        join(parsing)?;
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

/// What the read stage gives out: a document, or a dump that ended before its time.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) document: Result<RawDocument, Failure>,
    /// Bytes of all dumps up to the end of this document.
    pub(crate) bytes: u64,
    /// The document's share of the memory for documents under way.
    pub(crate) share: Share,
}

fn read_stage(
    dumps: &[PathBuf],
    format: Option<Format>,
    out: &Sender<Raw>,
    budget: &Budget,
    control: Control<'_>,
) {
    let mut bytes = 0;
    for dump in dumps {
        read_dump_as(dump, format, &mut |document| {
            let document = document
                .map_err(|error| Failure { file: dump.display().to_string(), error: error.to_string() });
            let size = document.as_ref().map_or(0, |document| document.bytes.len() as u64);
            bytes += size;
            let share = budget.take(size);
            let gone = control.stopped() || out.send(Raw { document, bytes, share }).is_err();
            if gone { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a stage owns its ends: dropping them ends its neighbours")]
fn prepare_stage(
    preparer: &Preparer<'_>,
    incoming: Receiver<Raw>,
    outgoing: Sender<Item>,
) -> Result<(), IndexerError> {
    for raw in incoming {
        if outgoing.send(preparer.prepare(raw, &outgoing)?).is_err() {
            break;
        }
    }
    Ok(())
}
