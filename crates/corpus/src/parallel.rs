//! Parses a dump on all cores, with its order kept.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::budget::{Budget, Share};
use crate::dump::read_dump_as;
use crate::error::CorpusError;
use crate::format::Format;
use crate::patent::Patent;
use crate::record::{RawDocument, Record, parse};

/// Batches that may wait for each thread.
const WAITING: usize = 2;

/// A batch is handed over when it weighs this much: single documents cost more to hand over than to parse.
const BATCH: u64 = 1 << 18;

/// What may be under way unless the caller says otherwise: room for the batches of many threads, and for few
/// documents as long as books.
const UNDER_WAY: u64 = 32 << 20;

/// How a dump is parsed.
#[derive(Debug, Clone)]
pub struct ParseOptions {
    /// What all documents are taken for, whatever they look like.
    pub format: Option<Format>,
    /// Threads that parse; all cores where `None`.
    pub threads: Option<NonZeroUsize>,
    /// Bytes of documents that may be under way: read, and what became of them not yet dropped. A document
    /// that is larger is under way alone.
    pub under_way: Budget,
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self { format: None, threads: None, under_way: Budget::new(UNDER_WAY) }
    }
}

/// What became of a document.
#[derive(Debug)]
pub struct Parsed {
    /// The record, or why a file cannot be read.
    pub outcome: Result<Record, CorpusError>,
    /// Bytes of the document; 0 for a file that cannot be read.
    pub bytes: u64,
    /// Its share of what may be under way, together with its neighbours: returned when the last of them is dropped.
    pub share: Arc<Share>,
}

/// A document, or why a file cannot be read.
type Entry = Result<RawDocument, CorpusError>;

/// Entries that are parsed by one thread, and where the outcome is waited for.
struct Job {
    batch: Vec<Entry>,
    share: Share,
    out: Sender<Vec<Parsed>>,
}

/// Reads the dump as [`read_dump_as`] does and parses its documents on several threads. `visit` is called on
/// the caller's thread, in the order of the dump.
pub fn parse_dump(path: &Path, options: &ParseOptions, visit: &mut dyn FnMut(Parsed) -> ControlFlow<()>) {
    let threads = options.threads.or_else(|| thread::available_parallelism().ok());
    let threads = threads.map_or(1, NonZeroUsize::get);
    let (jobs_out, jobs_in) = sync_channel(WAITING * threads);
    let (outcomes_out, outcomes_in) = sync_channel(WAITING * threads);
    let jobs_in = Arc::new(Mutex::new(jobs_in));
    thread::scope(|scope| {
        scope.spawn(move || read(path, options, &jobs_out, &outcomes_out));
        for _ in 0..threads {
            let jobs_in = Arc::clone(&jobs_in);
            scope.spawn(move || work(&jobs_in));
        }
        // With the last of the threads its end is gone, so that the reader never waits for nobody.
        drop(jobs_in);
        // Stops early by dropping its end, which ends the reader and so the others.
        in_order(outcomes_in, visit);
    });
}

/// Hands each batch to whoever is free, and its place in the order to the visitor.
fn read(
    path: &Path,
    options: &ParseOptions,
    jobs: &SyncSender<Job>,
    outcomes: &SyncSender<Receiver<Vec<Parsed>>>,
) {
    let hand_over = |batch: &mut Vec<Entry>, weight: u64| {
        let (out, outcome) = channel();
        // Taken for the batch as a whole: what it waits for must not be a part of it.
        let job = Job { batch: std::mem::take(batch), share: options.under_way.take(weight), out };
        jobs.send(job).is_ok() && outcomes.send(outcome).is_ok()
    };
    let (mut batch, mut weight) = (Vec::new(), 0);
    read_dump_as(path, options.format, &mut |entry| {
        weight += weight_of(&entry);
        batch.push(entry);
        if weight < BATCH {
            return ControlFlow::Continue(());
        }
        if hand_over(&mut batch, std::mem::take(&mut weight)) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    hand_over(&mut batch, weight);
}

/// Of a small document the patent weighs more than the text.
fn weight_of(entry: &Entry) -> u64 {
    (size_of::<Patent>() + bytes_of(entry)) as u64
}

fn bytes_of(entry: &Entry) -> usize {
    entry.as_ref().map_or(0, |document| document.bytes.len())
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { batch, share, out }) = job else { return };
        let share = Arc::new(share);
        let parsed = batch.into_iter().map(|entry| Parsed {
            bytes: bytes_of(&entry) as u64,
            outcome: entry.map(|document| parse(&document)),
            share: Arc::clone(&share),
        });
        // Whoever stopped early waits for it no longer.
        let _ = out.send(parsed.collect());
    }
}

fn in_order(outcomes: Receiver<Receiver<Vec<Parsed>>>, visit: &mut dyn FnMut(Parsed) -> ControlFlow<()>) {
    for batch in outcomes {
        // A thread that panicked has sent nothing: the panic is raised where the threads are joined.
        let Ok(batch) = batch.recv() else { return };
        if batch.into_iter().try_for_each(&mut *visit).is_break() {
            return;
        }
    }
}
