//! Compaction between commits.

use std::ops::ControlFlow;

use priorart_index::{Compaction, Writer};

use crate::error::IndexerError;
use crate::pipeline::Control;
use crate::report::Report;

/// Segments of one tier that are merged while more are to come.
pub(crate) const GOING_ON: Compaction = Compaction::Tiers(8);

/// Segments of one tier that are merged when all is written.
pub(crate) const DONE: Compaction = Compaction::Tiers(2);

/// Commits, and merges what `compaction` says; a stop ends the merging.
pub(crate) fn compact(
    writer: &mut Writer,
    compaction: Compaction,
    control: Control<'_>,
    report: &mut Report,
) -> Result<(), IndexerError> {
    let mut watch = |_| if control.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let compacted = writer.compact(compaction, &mut watch)?;
    report.generation = compacted.generation;
    report.merged += compacted.merged;
    Ok(())
}
