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

/// Documents that may wait for each thread; a few, since one may be of many megabytes.
const WAITING: usize = 8;

/// A record, or why a file cannot be read.
type Outcome = Result<Record, CorpusError>;

/// What a document becomes, and where that is waited for.
type Job = (RawDocument, Sender<Outcome>);

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

/// Hands each document to whoever is free, and its place in the order to the visitor.
fn read(
    path: &Path,
    format: Option<Format>,
    jobs: &SyncSender<Job>,
    outcomes: &SyncSender<Receiver<Outcome>>,
) {
    read_dump_as(path, format, &mut |document| {
        let (outcome_out, outcome_in) = channel();
        let handed = match document {
            Ok(document) => jobs.send((document, outcome_out)).is_ok(),
            Err(error) => outcome_out.send(Err(error)).is_ok(),
        };
        let goes_on = handed && outcomes.send(outcome_in).is_ok();
        if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((document, outcome)) = job else { return };
        // Whoever stopped early waits for it no longer.
        let _ = outcome.send(Ok(parse(&document)));
    }
}

fn in_order(outcomes: Receiver<Receiver<Outcome>>, visit: &mut dyn FnMut(Outcome) -> ControlFlow<()>) {
    for outcome in outcomes {
        // A thread that panicked has sent nothing: the panic is raised where the threads are joined.
        let Ok(outcome) = outcome.recv() else { return };
        if visit(outcome).is_break() {
            return;
        }
    }
}
