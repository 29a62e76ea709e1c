//! Merging segments, so that searches have few to visit and replaced patents take up no space.

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde::Serialize;

use super::Writer;
use crate::IndexError;
use crate::manifest::SegmentEntry;
use crate::merge::{Merged, Merger};
use crate::segment::Segment;
use crate::tiers::{Compaction, Weight, plan};

/// How far a compaction has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacting {
    /// Patents written so far.
    pub done: u64,
    /// Patents to write.
    pub total: u64,
}

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Compacted {
    /// Segments that were merged and are gone.
    pub merged: usize,
    /// Segments that were made of them.
    pub made: usize,
    /// Replaced patents that no longer take up space.
    pub dropped: u64,
    /// The generation after it.
    pub generation: u64,
    /// Whether it was asked to stop before it was done.
    pub interrupted: bool,
}

impl Writer {
    /// Merges segments, each group of them in a commit of its own; commits what was added before.
    ///
    /// Vectors are copied and graphs built anew. Readers go on with their generation. `watch` is told after
    /// each patent how far it is, and may end it: the groups that are done stay merged.
    ///
    /// # Errors
    /// A damaged segment is not merged, and what was merged before it stays so. The writer can go on.
    pub fn compact(
        &mut self,
        compaction: Compaction,
        watch: &mut dyn FnMut(Compacting) -> ControlFlow<()>,
    ) -> Result<Compacted, IndexError> {
        self.commit()?;
        let groups = plan(&self.weights(), compaction, self.options.part_rows.into());
        let mut state = Compacting { done: 0, total: groups.iter().map(|group| self.live_in(group)).sum() };
        let mut report = Compacted { generation: self.generation(), ..Compacted::default() };
        for group in groups {
            let mut goes_on = || {
                state.done += 1;
                watch(state).is_continue()
            };
            let dropped = self.entries(&group).map(|entry| entry.dead.len()).sum::<u64>();
            let Some(made) = self.merge(&group, &mut goes_on)? else {
                report.interrupted = true;
                break;
            };
            report.merged += group.len();
            report.made += made;
            report.dropped += dropped;
            report.generation = self.generation();
        }
        Ok(report)
    }

    /// Merges a group and commits that; gives back how many segments came of it, or `None` if it was ended.
    fn merge(
        &mut self,
        group: &[u32],
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<usize>, IndexError> {
        let mut next = self.next();
        next.segments.retain(|segment| !group.contains(&segment.id));
        if self.live_in(group) == 0 {
            self.publish(next, &HashMap::new(), &[])?;
            return Ok(Some(0));
        }
        let Some(Merged { entry, moved }) = self.write_merged(group, goes_on)? else {
            return Ok(None);
        };
        let id = entry.id;
        next.next_segment = id + 1;
        next.segments.push(entry);
        self.publish(next, &moved, &[id])?;
        Ok(Some(1))
    }

    /// Writes the merged segment, or leaves nothing of it.
    fn write_merged(
        &self,
        group: &[u32],
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Merged>, IndexError> {
        let target = self.create_pending()?;
        let directory = target.directory().to_owned();
        let merged = self.fill(Merger::new(target), group, goes_on);
        if !matches!(merged, Ok(Some(_))) {
            // The failure itself says more than one to clean up; the next writer to open tries again.
            let _ = fs_err::remove_dir_all(directory);
        }
        merged
    }

    fn fill(
        &self,
        mut merger: Merger,
        group: &[u32],
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Merged>, IndexError> {
        for entry in self.entries(group) {
            if !merger.take(self.committed(entry.id)?, entry, goes_on)? {
                return Ok(None);
            }
        }
        merger.seal().map(Some)
    }

    fn entries<'a>(&'a self, group: &'a [u32]) -> impl Iterator<Item = &'a SegmentEntry> {
        self.manifest.segments.iter().filter(|entry| group.contains(&entry.id))
    }

    fn live_in(&self, group: &[u32]) -> u64 {
        self.entries(group).map(SegmentEntry::live).sum()
    }

    fn weights(&self) -> Vec<Weight> {
        let weight =
            |entry: &SegmentEntry| Some(weight(self.segments.get(&entry.id)?, entry, self.options.part_rows));
        self.manifest.segments.iter().filter_map(weight).collect()
    }
}

fn weight(segment: &Segment, entry: &SegmentEntry, part_rows: u32) -> Weight {
    let dead_passages: u64 =
        entry.dead.iter().map(|patent| segment.passages.range(patent).len() as u64).sum();
    let live_passages = u64::from(entry.passages) - dead_passages;
    let is_seam = |(before, after): &(&crate::part::Part, &crate::part::Part)| {
        let (before, after) = (before.range(), after.range());
        before.end == after.start && before.len() + after.len() <= part_rows as usize
    };
    let seams = segment.parts.iter().zip(segment.parts.iter().skip(1)).filter(is_seam).count() as u64;
    Weight {
        id: entry.id,
        live: live_passages.max(entry.live()),
        dead: dead_passages.max(entry.dead.len()),
        seams,
    }
}
