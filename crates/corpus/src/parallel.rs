//! Parses a dump on all cores, with its order kept.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::dump::read_dump_as;
use crate::error::CorpusError;
use crate::format::Format;
use crate::record::{RawDocument, Record, parse};

/// Batches that may wait for each thread; few, since a document may be of many megabytes.
const WAITING: usize = 2;

/// A batch is handed over when it has this many bytes: single documents cost more to hand over than to parse.
const BATCH: usize = 1 << 18;

/// A record, or why a file cannot be read.
type Outcome = Result<Record, CorpusError>;

/// Documents, and files that cannot be read, in their order.
type Batch = Vec<Result<RawDocument, CorpusError>>;

/// What a batch becomes, and where that is waited for.
type Job = (Batch, Sender<Vec<Outcome>>);

/// Reads the dump as [`read_dump_as`] does and parses its documents on `threads` threads (all cores where
/// `None`). `visit` is called on the caller's thread, in the order of the dump.
pub fn parse_dump(
    path: &Path,
    format: Option<Format>,
    threads: Option<NonZeroUsize>,
    visit: &mut dyn FnMut(Outcome) -> ControlFlow<()>,
) {
    let threads = threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let (jobs_out, jobs_in) = sync_channel(WAITING * threads);
    let (outcomes_out, outcomes_in) = sync_channel(WAITING * threads);
    let jobs_in = Arc::new(Mutex::new(jobs_in));
    thread::scope(|scope| {
        scope.spawn(move || read(path, format, &jobs_out, &outcomes_out));
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
    format: Option<Format>,
    jobs: &SyncSender<Job>,
    outcomes: &SyncSender<Receiver<Vec<Outcome>>>,
) {
    let hand_over = |batch: &mut Batch| {
        let (outcome_out, outcome_in) = channel();
        jobs.send((std::mem::take(batch), outcome_out)).is_ok() && outcomes.send(outcome_in).is_ok()
    };
    let (mut batch, mut bytes) = (Batch::new(), 0);
    read_dump_as(path, format, &mut |document| {
        bytes += document.as_ref().map_or(0, |document| document.bytes.len());
        batch.push(document);
        if bytes < BATCH {
            return ControlFlow::Continue(());
        }
        bytes = 0;
        if hand_over(&mut batch) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    hand_over(&mut batch);
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((batch, outcome)) = job else { return };
        let records = batch.into_iter().map(|document| document.map(|document| parse(&document))).collect();
        // Whoever stopped early waits for it no longer.
        let _ = outcome.send(records);
    }
}

fn in_order(outcomes: Receiver<Receiver<Vec<Outcome>>>, visit: &mut dyn FnMut(Outcome) -> ControlFlow<()>) {
    for batch in outcomes {
        // A thread that panicked has sent nothing: the panic is raised where the threads are joined.
        let Ok(batch) = batch.recv() else { return };
        if batch.into_iter().try_for_each(&mut *visit).is_break() {
            return;
        }
    }
}
