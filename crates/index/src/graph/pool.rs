//! Rows in the order of their scores: the best of a scan, and the best of a walk that is under way.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A row and how near it is: the dot product, larger is nearer. Ordered by score, then the smaller row first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scored {
    pub(crate) score: f32,
    pub(crate) row: u32,
}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.row.cmp(&self.row))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Scored {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Scored {}

/// The best rows so far, in order, and which of them were gone on from.
pub(super) struct Pool {
    items: Vec<(Scored, bool)>,
    limit: usize,
    /// All before it were gone on from.
    next: usize,
}

impl Pool {
    pub(super) fn new(limit: usize, start: Scored) -> Self {
        let mut items = Vec::with_capacity(limit + 1);
        items.push((start, false));
        Self { items, limit, next: 0 }
    }

    /// Keeps an item where it is among the best.
    #[inline]
    pub(super) fn push(&mut self, item: Scored) {
        if self.items.len() >= self.limit {
            if self.items.last().is_some_and(|(worst, _)| item <= *worst) {
                return;
            }
            self.items.pop();
        }
        let place = self.items.partition_point(|(kept, _)| *kept > item);
        self.items.insert(place, (item, false));
        self.next = self.next.min(place);
    }

    /// The best row that was not gone on from yet; it counts as gone on from now.
    pub(super) fn open(&mut self) -> Option<u32> {
        let skipped = self.items[self.next..].iter().position(|(_, is_done)| !is_done)?;
        self.next += skipped;
        let (item, is_done) = &mut self.items[self.next];
        *is_done = true;
        Some(item.row)
    }

    pub(super) fn into_sorted(self) -> Vec<Scored> {
        self.items.into_iter().map(|(item, _)| item).collect()
    }
}

/// The `limit` largest of what is pushed.
#[derive(Debug)]
pub(crate) struct Nearest {
    heap: BinaryHeap<Reverse<Scored>>,
    limit: usize,
}

impl Nearest {
    pub(crate) fn new(limit: usize) -> Self {
        Self { heap: BinaryHeap::new(), limit }
    }

    #[inline]
    pub(crate) fn push(&mut self, item: Scored) {
        if self.heap.len() < self.limit {
            self.heap.push(Reverse(item));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && item > worst.0
        {
            worst.0 = item;
        }
    }

    /// What was kept, best first.
    pub(crate) fn into_sorted(self) -> Vec<Scored> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(item)| item).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item((row, score): (u32, f32)) -> Scored {
        Scored { score, row }
    }

    fn rows(items: &[Scored]) -> Vec<u32> {
        items.iter().map(|item| item.row).collect()
    }

    const ITEMS: [(u32, f32); 5] = [(4, 0.5), (1, 0.9), (3, 0.1), (2, 0.5), (9, 0.5)];

    #[test]
    fn the_best_are_kept_in_order_and_ties_go_to_the_smaller_row() {
        let mut nearest = Nearest::new(3);
        ITEMS.map(item).into_iter().for_each(|item| nearest.push(item));
        assert_eq!(rows(&nearest.into_sorted()), [1, 2, 4]);
        let mut pool = Pool::new(3, item(ITEMS[0]));
        ITEMS[1..].iter().for_each(|&pair| pool.push(item(pair)));
        assert_eq!(rows(&pool.into_sorted()), [1, 2, 4]);
    }

    #[test]
    fn a_pool_goes_on_from_each_row_once_best_first() {
        let mut pool = Pool::new(3, item((5, 0.5)));
        assert_eq!(pool.open(), Some(5));
        pool.push(item((6, 0.4)));
        pool.push(item((7, 0.8)));
        assert_eq!([pool.open(), pool.open()], [Some(7), Some(6)]);
        pool.push(item((8, 0.9)));
        pool.push(item((9, 0.1)));
        assert_eq!([pool.open(), pool.open()], [Some(8), None]);
    }
}
