//! Sets of patents: what a filter lets through.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use crate::PatentId;

/// A set of patents, one bitmap of ordinals a segment; the filter that both retrievers share.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PatentSet {
    segments: BTreeMap<u32, RoaringBitmap>,
}

impl PatentSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a patent; false if it was there.
    pub fn insert(&mut self, id: PatentId) -> bool {
        self.segments.entry(id.segment).or_default().insert(id.ordinal)
    }

    /// Takes a patent out; false if it was not there.
    pub fn remove(&mut self, id: PatentId) -> bool {
        self.segments.get_mut(&id.segment).is_some_and(|bitmap| bitmap.remove(id.ordinal))
    }

    /// Whether the patent is in the set.
    pub fn contains(&self, id: PatentId) -> bool {
        self.segments.get(&id.segment).is_some_and(|bitmap| bitmap.contains(id.ordinal))
    }

    /// How many patents are in the set.
    pub fn len(&self) -> u64 {
        self.segments.values().map(RoaringBitmap::len).sum()
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.segments.values().all(RoaringBitmap::is_empty)
    }

    /// The patents, by segment and ordinal.
    pub fn iter(&self) -> impl Iterator<Item = PatentId> + '_ {
        self.segments
            .iter()
            .flat_map(|(&segment, bitmap)| bitmap.iter().map(move |ordinal| PatentId { segment, ordinal }))
    }

    /// The patents of both.
    #[must_use]
    pub fn union(mut self, other: Self) -> Self {
        for (segment, bitmap) in other.segments {
            *self.segments.entry(segment).or_default() |= bitmap;
        }
        self
    }

    /// Keeps the patents that are in `other` as well.
    pub fn intersect(&mut self, other: &Self) {
        let empty = RoaringBitmap::new();
        for (segment, bitmap) in &mut self.segments {
            *bitmap &= other.segments.get(segment).unwrap_or(&empty);
        }
    }

    /// Takes the patents of `other` out.
    pub fn subtract(&mut self, other: &Self) {
        for (segment, bitmap) in &mut self.segments {
            if let Some(gone) = other.segments.get(segment) {
                *bitmap -= gone;
            }
        }
    }

    pub(crate) fn segment(&self, segment: u32) -> Option<&RoaringBitmap> {
        self.segments.get(&segment)
    }
}

impl Extend<PatentId> for PatentSet {
    fn extend<T: IntoIterator<Item = PatentId>>(&mut self, ids: T) {
        for id in ids {
            self.insert(id);
        }
    }
}

impl FromIterator<PatentId> for PatentSet {
    fn from_iter<T: IntoIterator<Item = PatentId>>(ids: T) -> Self {
        let mut set = Self::new();
        set.extend(ids);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[(u32, u32)]) -> PatentSet {
        ids.iter().map(|&(segment, ordinal)| PatentId { segment, ordinal }).collect()
    }

    #[test]
    fn sets_are_per_segment() {
        let mut one = set(&[(0, 1), (0, 2), (1, 1), (3, 9)]);
        assert_eq!(one.len(), 4);
        assert!(one.contains(PatentId { segment: 1, ordinal: 1 }));
        assert!(!one.contains(PatentId { segment: 1, ordinal: 2 }));
        one.intersect(&set(&[(0, 2), (1, 1), (2, 1)]));
        assert_eq!(one.iter().map(|id| (id.segment, id.ordinal)).collect::<Vec<_>>(), [(0, 2), (1, 1)]);
        one.subtract(&set(&[(1, 1)]));
        assert_eq!(one.len(), 1);
    }
}
