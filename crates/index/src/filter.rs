//! A filter as a part sees it: which of its rows are those of wanted patents.

use std::ops::Range;

use roaring::RoaringBitmap;

use crate::graph::Allowed;
use crate::passages::{Passages, Row};
use crate::simd::prefetch;

/// The rows of wanted patents in a range of passages, of which the first is row 0.
#[derive(Debug)]
pub(crate) struct RowFilter<'a> {
    patents: &'a RoaringBitmap,
    passages: &'a Passages,
    covered: Range<u32>,
    /// The passages covered.
    rows: &'a [Row],
}

impl<'a> RowFilter<'a> {
    pub(crate) fn new(patents: &'a RoaringBitmap, passages: &'a Passages, covered: Range<u32>) -> Self {
        let rows = passages.rows().get(covered.start as usize..covered.end as usize).unwrap_or_default();
        Self { patents, passages, covered, rows }
    }

    /// About how many rows there are, as if all patents had equally many.
    pub(crate) fn estimate(&self) -> u64 {
        let here = self.passages.patents_in(&self.covered);
        let all = (here.len() as u64).max(1);
        (self.patents.range_cardinality(here) * self.rows.len() as u64).div_ceil(all)
    }

    /// All rows, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u32> {
        let Range { start: first, end } = self.covered;
        self.patents.range(self.passages.patents_in(&self.covered)).flat_map(move |patent| {
            let rows = self.passages.range(patent);
            let (start, end) = (rows.start.max(first), rows.end.min(end));
            start - first..end.max(start) - first
        })
    }
}

impl Allowed for RowFilter<'_> {
    #[inline]
    fn contains(&self, row: u32) -> bool {
        self.rows.get(row as usize).is_some_and(|passage| self.patents.contains(passage[0]))
    }

    #[inline]
    fn prefetch(&self, row: u32) {
        prefetch(self.rows.get(row as usize..=row as usize).unwrap_or_default());
    }
}
