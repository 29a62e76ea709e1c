//! The write stage: what was encoded goes into the index, with a commit now and then.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crossbeam_channel::Receiver;
use priorart_index::{Added, Compaction, Writer};

use crate::compact::{DONE, GOING_ON, compact};
use crate::error::IndexerError;
use crate::item::{Content, Item, Work};
use crate::pipeline::{Control, IndexOptions};
use crate::recent::Recent;
use crate::report::Report;

/// Patents that one segment holds at most: it bounds what a commit has to build and a crash can lose.
const PATENTS_PER_COMMIT: usize = 16_384;

/// Writes what comes in and counts it; commits when it is time and at the end.
pub(crate) fn write_stage(
    writer: &Mutex<Writer>,
    recent: &Recent,
    incoming: Receiver<Item>,
    options: IndexOptions,
    control: Control<'_>,
) -> Result<Report, IndexerError> {
    let mut report = Report::default();
    let mut last_commit = Instant::now();
    let mut written = Vec::new();
    for item in incoming {
        control.progress.set_done(item.bytes);
        let mut writer = lock(writer);
        let passed = match item.content {
            Content::Barrier(passed) => Some(passed),
            content => {
                written.extend(number(&content));
                write(&mut writer, content, &mut report, control)?;
                None
            }
        };
        let is_time = last_commit.elapsed() >= options.commit_every || writer.pending() >= PATENTS_PER_COMMIT;
        if is_time || passed.is_some() {
            commit(&mut writer, options.compact.then_some(GOING_ON), control, &mut report)?;
            recent.committed(written.drain(..));
            last_commit = Instant::now();
        }
        // Whoever waits may have been stopped.
        passed.map(|passed| passed.send(()));
    }
    commit(&mut lock(writer), options.compact.then_some(DONE), control, &mut report)?;
    report.tokens = control.progress.counts().tokens;
    report.interrupted = control.stopped();
    Ok(report)
}

fn commit(
    writer: &mut Writer,
    compaction: Option<Compaction>,
    control: Control<'_>,
    report: &mut Report,
) -> Result<(), IndexerError> {
    report.generation = writer.commit()?;
    compaction.map_or(Ok(()), |compaction| compact(writer, compaction, control, report))
}

fn number(content: &Content) -> Option<String> {
    match content {
        Content::Work(work) => Some(work.patent.number.to_string()),
        _ => None,
    }
}

/// A stage that panicked is about to end the run; what it held is not half done.
pub(crate) fn lock(writer: &Mutex<Writer>) -> MutexGuard<'_, Writer> {
    writer.lock().unwrap_or_else(PoisonError::into_inner)
}

fn write(
    writer: &mut Writer,
    content: Content,
    report: &mut Report,
    control: Control<'_>,
) -> Result<(), IndexerError> {
    match content {
        Content::Work(work) => {
            report.count(add(writer, &work)?, work.places.len(), work.vectors.is_some());
            control.progress.add(1, work.places.len(), 0);
        }
        Content::Unchanged => {
            report.unchanged();
            control.progress.add(1, 0, 0);
        }
        Content::Skip(skip) => report.skip(skip),
        Content::SequenceListing => report.sequence_listings += 1,
        Content::Failure(failure) => report.failures.push(failure),
        Content::Barrier(_) => {}
    }
    Ok(())
}

fn add(writer: &mut Writer, work: &Work) -> Result<Added, IndexerError> {
    Ok(writer.add(&work.patent, &work.places, work.vectors.as_deref())?)
}
