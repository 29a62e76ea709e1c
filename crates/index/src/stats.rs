//! Counts and sizes of an index.

use serde::Serialize;

/// Counts and sizes of an index at one generation. Replaced patents are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Patents that can be found.
    pub patents: u64,
    /// Their passages.
    pub passages: u64,
    /// Those of the passages that have vectors.
    pub embedded: u64,
    /// The generation.
    pub generation: u64,
    /// Bytes on disk of segments and keyword index; the catalogue, some tens of bytes a patent, is left out.
    pub bytes: u64,
    /// The same by segment, oldest first.
    pub segments: Vec<SegmentStats>,
}

/// Counts and sizes of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentStats {
    /// Its number.
    pub id: u32,
    /// Patents that can be found.
    pub patents: u64,
    /// Patents that were replaced, and take up space until the segment is compacted.
    pub deleted: u64,
    /// Passages of the patents that can be found.
    pub passages: u64,
    /// Those of the passages that have vectors.
    pub embedded: u64,
    /// Parts that its vectors come in, each with a graph of its own where it is large enough.
    pub parts: usize,
    /// Bytes on disk.
    pub bytes: u64,
}
