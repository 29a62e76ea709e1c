//! The greedy search: down the upper layers, then best-first along the bottom one.

use std::cell::RefCell;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::{Layer, View};
use crate::simd::{dot, prefetch};
use crate::vectors::Vectors;

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

/// Which rows a search has seen: a stamp a row, so that beginning anew costs nothing.
#[derive(Debug, Default)]
pub(super) struct Visited {
    stamps: Vec<u32>,
    now: u32,
}

impl Visited {
    fn begin(&mut self, rows: u32) {
        if self.stamps.len() < rows as usize {
            self.stamps.resize(rows as usize, 0);
        }
        self.now = self.now.wrapping_add(1);
        if self.now == 0 {
            self.stamps.fill(0);
            self.now = 1;
        }
    }

    /// True the first time; false afterwards, and for rows that do not exist.
    #[inline]
    fn insert(&mut self, row: u32) -> bool {
        self.stamps.get_mut(row as usize).is_some_and(|stamp| std::mem::replace(stamp, self.now) != self.now)
    }
}

thread_local! {
    static VISITED: RefCell<Visited> = RefCell::default();
}

/// The `ef` rows nearest to `query` that the search finds among those that `allowed` lets through, nearest
/// first. Other rows are walked over all the same: they are the way to the allowed ones.
pub(crate) fn search(
    graph: &super::Graph,
    vectors: &Vectors,
    query: &[f32],
    ef: usize,
    allowed: impl Fn(u32) -> bool,
) -> Vec<Scored> {
    VISITED.with_borrow_mut(|visited| beam(&graph.view(), vectors, query, ef, visited, allowed))
}

pub(super) fn beam(
    view: &View<'_>,
    vectors: &Vectors,
    query: &[f32],
    ef: usize,
    visited: &mut Visited,
    allowed: impl Fn(u32) -> bool,
) -> Vec<Scored> {
    let score = |row: u32| Scored { score: dot(query, vectors.row(row)), row };
    let start = view.upper.iter().rev().fold(score(view.entry), |near, layer| descend(near, layer, score));
    visited.begin(vectors.len());
    visited.insert(start.row);
    let mut open = BinaryHeap::from([start]);
    let mut found = Nearest::new(ef);
    if allowed(start.row) {
        found.push(start);
    }
    let mut fresh = Vec::with_capacity(view.bottom.stride);
    while let Some(near) = open.pop() {
        if !found.accepts(near.score) {
            break;
        }
        fresh.clear();
        fresh.extend(view.bottom.links(near.row).filter(|&link| visited.insert(link)));
        for_each_prefetched(&fresh, vectors, |row| {
            let end = score(row);
            if found.accepts(end.score) {
                open.push(end);
                if allowed(row) {
                    found.push(end);
                }
            }
        });
    }
    found.into_sorted()
}

/// Calls `f` with every row, the next row's vector on its way into the cache meanwhile.
fn for_each_prefetched(rows: &[u32], vectors: &Vectors, mut f: impl FnMut(u32)) {
    for (i, &row) in rows.iter().enumerate() {
        if let Some(&next) = rows.get(i + 1) {
            prefetch(vectors.row(next));
        }
        f(row);
    }
}

/// Goes along an upper layer for as long as that leads nearer.
fn descend(mut near: Scored, layer: &Layer<'_>, score: impl Fn(u32) -> Scored) -> Scored {
    loop {
        match layer.links(near.row).map(&score).max() {
            Some(nearer) if nearer.score > near.score => near = nearer,
            _ => return near,
        }
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

    /// Whether something with this score would be kept.
    #[inline]
    pub(crate) fn accepts(&self, score: f32) -> bool {
        self.heap.len() < self.limit || self.heap.peek().is_some_and(|Reverse(worst)| score > worst.score)
    }

    #[inline]
    pub(crate) fn push(&mut self, item: Scored) {
        self.heap.push(Reverse(item));
        if self.heap.len() > self.limit {
            self.heap.pop();
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

    #[test]
    fn the_best_are_kept_in_order_and_ties_go_to_the_smaller_row() {
        let mut nearest = Nearest::new(3);
        for (row, score) in [(4, 0.5), (1, 0.9), (3, 0.1), (2, 0.5), (9, 0.5)] {
            nearest.push(Scored { score, row });
        }
        assert!(nearest.accepts(0.6) && !nearest.accepts(0.5));
        assert_eq!(nearest.into_sorted().iter().map(|item| item.row).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn what_was_visited_is_forgotten_when_a_search_begins() {
        let mut visited = Visited { stamps: Vec::new(), now: u32::MAX - 1 };
        for _ in 0..3 {
            visited.begin(2);
            assert_eq!([0, 1, 0, 2].map(|row| visited.insert(row)), [true, true, false, false]);
        }
    }
}
