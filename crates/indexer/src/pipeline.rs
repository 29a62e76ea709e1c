//! read → parse and tokenise → encode → write, as threads joined by bounded channels.
//!
//! The bounds keep memory flat however large the dumps are. Records keep their order from end to end, so
//! that of two records with one number the later wins.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use priorart_corpus::{Documents, Patent, Place, RawDocument, Record, parse};
use priorart_encoder::Encoder;
use priorart_index::Writer;

use crate::encode::encode_stage;
use crate::error::IndexerError;
use crate::item::{Item, Work};
use crate::passages::{PassageOptions, Tokens, cut};
use crate::progress::Progress;
use crate::report::{Failure, Report};
use crate::write::write_stage;

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

/// What turns a patent's text into vectors, or puts that off.
#[derive(Clone, Copy)]
pub enum Embedding<'a> {
    /// Passages are embedded as they are indexed.
    Now(&'a Encoder),
    /// Passages are cut by this measure and left for [`embed`](crate::embed).
    Later(&'a (dyn Tokens + Sync)),
}

impl<'a> Embedding<'a> {
    pub(crate) fn encoder(&self) -> Option<&'a Encoder> {
        match *self {
            Self::Now(encoder) => Some(encoder),
            Self::Later(_) => None,
        }
    }

    fn tokens(&self) -> &'a dyn Tokens {
        match *self {
            Self::Now(encoder) => encoder,
            Self::Later(tokens) => tokens,
        }
    }
}

impl std::fmt::Debug for Embedding<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
/// was committed before stands.
pub fn index(
    mut writer: Writer,
    dumps: &[PathBuf],
    embedding: Embedding<'_>,
    options: IndexOptions,
    control: Control<'_>,
) -> Result<Report, IndexerError> {
    if let Some(encoder) = embedding.encoder() {
        writer.set_model(&crate::stamp(encoder.info()))?;
    }
    let stages = Stages { writer: Mutex::new(writer), embedding, options, control };
    thread::scope(|scope| {
        let (raw_out, raw_in) = bounded(QUEUE);
        let (parsed_out, parsed_in) = bounded(QUEUE);
        let (encoded_out, encoded_in) = bounded(QUEUE);
        scope.spawn(|| stages.read(dumps, raw_out));
        let parser = scope.spawn(|| stages.prepare(raw_in, parsed_out));
        let coder = scope.spawn(|| encode_stage(embedding.encoder(), parsed_in, encoded_out, control));
        let report = write_stage(&stages.writer, encoded_in, options.commit_every, control);
        // A stage whose neighbour is gone ends by itself; its own error comes first, being the cause.
        join(parser)?;
        join(coder)?;
        report
    })
}

fn join<T>(handle: thread::ScopedJoinHandle<'_, T>) -> T {
    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// A document, or the end of a dump before its time.
pub(crate) enum Raw {
    Document(RawDocument),
    Failure(Failure),
}

struct Stages<'a> {
    writer: Mutex<Writer>,
    embedding: Embedding<'a>,
    options: IndexOptions,
    control: Control<'a>,
}

impl Stages<'_> {
    fn read(&self, dumps: &[PathBuf], out: Sender<Raw>) {
        for dump in dumps {
            for raw in documents(dump) {
                if self.control.stopped() || out.send(raw).is_err() {
                    return;
                }
            }
        }
    }

    fn prepare(&self, incoming: Receiver<Raw>, out: Sender<Item>) -> Result<(), IndexerError> {
        for raw in incoming {
            let item = match raw {
                Raw::Failure(failure) => Item::Failure(failure),
                Raw::Document(document) => self.item(&document)?,
            };
            if self.control.stopped() || out.send(item).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn item(&self, document: &RawDocument) -> Result<Item, IndexerError> {
        Ok(match parse(document) {
            Record::Skipped(skip) => Item::Skip(skip),
            Record::SequenceListing(_) => Item::SequenceListing,
            Record::Patent(patent) => self.work(patent)?,
        })
    }

    fn work(&self, patent: Box<Patent>) -> Result<Item, IndexerError> {
        let places = cut(&patent, self.options.passages, self.embedding.tokens());
        if self.is_unchanged(&patent, &places)? {
            return Ok(Item::Unchanged);
        }
        let ids = match self.embedding.encoder() {
            Some(encoder) => token_ids(encoder, &patent, &places)?,
            None => Vec::new(),
        };
        Ok(Item::Work(Work { patent, places, ids, vectors: None }))
    }
}
