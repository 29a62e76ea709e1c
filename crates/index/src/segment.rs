//! A sealed segment, open for reading.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use priorart_corpus::{Patent, Place};

use crate::IndexError;
use crate::blocks::Blocks;
use crate::manifest::{PartEntry, SegmentEntry};
use crate::origins::Origins;
use crate::part::Part;
use crate::passages::Passages;

/// The files of a segment, mapped.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) id: u32,
    pub(crate) directory: PathBuf,
    pub(crate) blocks: Blocks,
    pub(crate) passages: Passages,
    /// By first passage.
    pub(crate) parts: Vec<Part>,
    pub(crate) origins: Option<Arc<Origins>>,
}

impl Segment {
    /// Opens the segment of an index that `entry` describes: lengths and footers are checked here, contents
    /// by [`verify`](crate::Reader::verify), and records whenever one is read.
    pub(crate) fn open(index: &Path, entry: &SegmentEntry) -> Result<Self, IndexError> {
        let directory = index.join("segments").join(entry.directory());
        let blocks = Blocks::open(&directory, &entry.records)?;
        let passages = Passages::open(&directory, &entry.places)?;
        let counts = (blocks.len(), passages.patents(), passages.len());
        if counts != (entry.patents, entry.patents, entry.passages) {
            let path = directory.join(&entry.records.name);
            return Err(IndexError::damaged(path, "its counts are not those of the manifest"));
        }
        let open = |part: &PartEntry| Part::open(&directory, part);
        let parts = entry.parts.iter().map(open).collect::<Result<_, _>>()?;
        let origins = entry.origins.as_ref().map(|file| Origins::open(&directory, file)).transpose()?;
        Ok(Self { id: entry.id, directory, blocks, passages, parts, origins: origins.map(Arc::new) })
    }

    /// A patent, checksum verified; `None` where there is no such patent.
    pub(crate) fn patent(&self, ordinal: u32) -> Result<Option<Patent>, IndexError> {
        if ordinal >= self.blocks.len() {
            return Ok(None);
        }
        let json = self.blocks.read(ordinal)?;
        let refused = |error: serde_json::Error| {
            let path = self.directory.join("patents.blk");
            IndexError::damaged(path, format!("record {ordinal} is no patent of this version: {error}"))
        };
        serde_json::from_slice(&json).map(Some).map_err(refused)
    }

    /// A passage's patent and place.
    pub(crate) fn place(&self, passage: u32) -> Option<(u32, Place)> {
        self.passages.get(passage)
    }

    /// The part that covers a passage.
    pub(crate) fn part(&self, passage: u32) -> Option<&Part> {
        let after = self.parts.partition_point(|part| part.range().start <= passage);
        self.parts[..after].last().filter(|part| part.range().contains(&passage))
    }

    /// The vector of a passage, where it has one.
    pub(crate) fn row(&self, passage: u32) -> Option<Vec<f32>> {
        let part = self.part(passage)?;
        Some(part.vectors.row(passage - part.vectors.first()))
    }

    /// Whether all passages of a patent have vectors.
    pub(crate) fn is_embedded(&self, patent: u32) -> bool {
        self.passages.range(patent).all(|passage| self.part(passage).is_some())
    }

    /// How many passages of the range have vectors.
    pub(crate) fn embedded_in(&self, passages: &Range<u32>) -> u64 {
        let overlap = |part: &Part| {
            let covered = part.range();
            covered.end.min(passages.end).saturating_sub(covered.start.max(passages.start))
        };
        self.parts.iter().map(|part| u64::from(overlap(part))).sum()
    }
}

/// What of `0..end` lies in none of `covered`, which are in order and apart.
pub(crate) fn uncovered(covered: impl Iterator<Item = Range<u32>>, end: u32) -> Vec<Range<u32>> {
    let mut runs = Vec::new();
    let mut next = 0;
    for range in covered {
        if next < range.start {
            runs.push(next..range.start);
        }
        next = range.end;
    }
    if next < end {
        runs.push(next..end);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(covered: &[(u32, u32)], end: u32, expected: &[(u32, u32)]) {
        let found = uncovered(covered.iter().map(|&(start, end)| start..end), end);
        assert_eq!(found.iter().map(|run| (run.start, run.end)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_not_covered() {
        check(&[], 0, &[]);
        check(&[], 4, &[(0, 4)]);
        check(&[(0, 4)], 4, &[]);
        check(&[(1, 2), (2, 3), (5, 6)], 8, &[(0, 1), (3, 5), (6, 8)]);
    }
}
