//! Filling in vectors that were not there when their patents were added.

use std::ops::Range;
use std::sync::Arc;

use priorart_corpus::{Patent, Place};
use serde::Serialize;

use super::Writer;
use crate::IndexError;
use crate::manifest::SegmentEntry;
use crate::pending::PartsWriter;
use crate::segment::{Segment, uncovered};

/// Passages of a committed segment, one after the other, that have no vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The segment.
    pub segment: u32,
    /// The first of the passages.
    pub first_passage: u32,
    /// How many there are.
    pub passages: u32,
}

impl Writer {
    /// The committed passages that have no vectors yet, neither committed nor added since.
    ///
    /// Passages of replaced patents are left out, but for those that lie between others: a gap is filled in
    /// one piece, for every piece has a graph of its own.
    pub fn gaps(&self) -> Result<Vec<Gap>, IndexError> {
        let gaps = |entry: &SegmentEntry| {
            let segment = self.committed(entry.id)?;
            let runs = uncovered(self.covered(segment).into_iter(), segment.passages.len());
            let trimmed = runs.into_iter().filter_map(|run| trim(segment, entry, run));
            let gap = |run: Range<u32>| Gap {
                segment: entry.id,
                first_passage: run.start,
                passages: run.len() as u32,
            };
            Ok(trimmed.map(gap).collect())
        };
        let gaps: Result<Vec<Vec<Gap>>, IndexError> = self.manifest.segments.iter().map(gaps).collect();
        Ok(gaps?.concat())
    }

    /// The patents and places of `count` passages from `first` on, from which their texts are made.
    ///
    /// # Errors
    /// A passage that does not exist, or a damaged record.
    pub fn gap_places(
        &self,
        segment: u32,
        first: u32,
        count: u32,
    ) -> Result<Vec<(Arc<Patent>, Place)>, IndexError> {
        let open = self.committed(segment)?;
        let mut places: Vec<(Arc<Patent>, Place)> = Vec::with_capacity(count as usize);
        let mut last = None;
        for passage in first..first.saturating_add(count) {
            let (ordinal, place) = open.place(passage).ok_or_else(|| self.no_passage(segment, passage))?;
            let patent = match places.last() {
                Some((patent, _)) if last == Some(ordinal) => Arc::clone(patent),
                _ => Arc::new(open.patent(ordinal)?.ok_or_else(|| self.no_passage(segment, passage))?),
            };
            last = Some(ordinal);
            places.push((patent, place));
        }
        Ok(places)
    }

    /// Adds the vectors of the passages of a committed segment from `first_passage` on; visible with the next
    /// commit. Vectors that continue those of the call before make one part with them.
    ///
    /// # Errors
    /// As for [`add`](Self::add), and passages that do not exist or have vectors.
    pub fn add_vectors(
        &mut self,
        segment: u32,
        first_passage: u32,
        vectors: &[Vec<f32>],
    ) -> Result<(), IndexError> {
        self.check_usable()?;
        let open = self.committed(segment)?;
        let (first, end) = (first_passage, first_passage.saturating_add(vectors.len() as u32));
        let free = uncovered(self.covered(open).into_iter(), open.passages.len());
        if !free.iter().any(|run| run.start <= first && end <= run.end) {
            return Err(IndexError::NotAGap { segment, first, end });
        }
        let rows = self.prepared(&format!("segment {segment}"), vectors.len(), vectors)?;
        let next = self.manifest.segment(segment).map_or(0, SegmentEntry::next_part);
        let (directory, options) = (open.directory.clone(), self.options);
        let parts = self.parts.entry(segment).or_insert_with(|| PartsWriter::new(directory, next, options));
        let added = parts.add(first, &rows);
        self.failed |= added.is_err();
        added
    }

    /// Whether all passages of a committed patent have vectors, committed or added since.
    pub(super) fn is_embedded(&self, segment: &Segment, ordinal: u32) -> bool {
        let range = segment.passages.range(ordinal);
        let is_covered = |parts: &PartsWriter| parts.covers(&range);
        segment.is_embedded(ordinal) || self.parts.get(&segment.id).is_some_and(is_covered)
    }

    pub(super) fn committed(&self, segment: u32) -> Result<&Segment, IndexError> {
        let generation = self.generation();
        let missing = IndexError::NoSuch { what: "segment", segment, ordinal: 0, generation };
        self.segments.get(&segment).ok_or(missing)
    }

    /// The passages of a segment that have vectors, in order.
    fn covered(&self, segment: &Segment) -> Vec<Range<u32>> {
        let mut covered: Vec<_> = segment.parts.iter().map(crate::part::Part::range).collect();
        covered.extend(self.parts.get(&segment.id).into_iter().flat_map(PartsWriter::ranges));
        covered.sort_unstable_by_key(|range| range.start);
        covered
    }

    fn no_passage(&self, segment: u32, ordinal: u32) -> IndexError {
        IndexError::NoSuch { what: "passage", segment, ordinal, generation: self.generation() }
    }
}

/// A run of passages from the first to the last that is a live patent's.
fn trim(segment: &Segment, entry: &SegmentEntry, run: Range<u32>) -> Option<Range<u32>> {
    let patents = segment.passages.patents_in(&run);
    let mut live =
        patents.filter(|&patent| !entry.dead.contains(patent) && !segment.passages.range(patent).is_empty());
    let first = live.next()?;
    let last = live.next_back().unwrap_or(first);
    let start = segment.passages.range(first).start.max(run.start);
    let end = segment.passages.range(last).end.min(run.end);
    (start < end).then_some(start..end)
}
