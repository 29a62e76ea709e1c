//! The greedy search: down the upper layers, then best-first along the bottom one.

use std::cell::RefCell;

use super::pool::{Nearest, Pool, Scored};
use super::scorer::{CodeQuery, FullQuery, HalfQuery, Scorer};
use super::visited::Visited;
use super::{Graph, Layer, M, View};
use crate::simd::prefetch;
use crate::vectors::{Rows, Vectors};

/// Rows that a filtered walk wants a row to lead to, before it looks past those that are not allowed.
const ENOUGH: usize = M;

/// Rows on their way into the cache while others are scored.
const AHEAD: usize = 3;

/// The rows that a filter lets through.
pub(crate) trait Allowed {
    fn contains(&self, row: u32) -> bool;

    /// Asks for what [`contains`](Self::contains) will read.
    fn prefetch(&self, row: u32);
}

thread_local! {
    static VISITED: RefCell<Visited> = RefCell::default();
}

/// The `ef` rows nearest to `query` that the search finds, nearest first, by the scores of the walk: those of
/// the codes where the rows are stored so. With `allowed`, rows that it lets through.
pub(crate) fn search(
    graph: &Graph,
    vectors: &Vectors,
    query: &[f32],
    ef: usize,
    allowed: Option<&impl Allowed>,
) -> Vec<Scored> {
    let (view, rows) = (graph.view(), vectors.len());
    match vectors.view() {
        Rows::Full(full) => walk(&view, rows, &FullQuery { query, rows: full }, ef, allowed),
        Rows::Half(half) => walk(&view, rows, &HalfQuery { query, rows: half }, ef, allowed),
        Rows::Fixed(codes, _) => walk(&view, rows, &CodeQuery::new(query, codes), ef, allowed),
    }
}

/// The `keep` of some rows that are nearest to `query`, nearest first, by the same scores.
pub(crate) fn scan(vectors: &Vectors, query: &[f32], keep: usize, rows: &[u32]) -> Vec<Scored> {
    match vectors.view() {
        Rows::Full(full) => best_of(&FullQuery { query, rows: full }, keep, rows),
        Rows::Half(half) => best_of(&HalfQuery { query, rows: half }, keep, rows),
        Rows::Fixed(codes, _) => best_of(&CodeQuery::new(query, codes), keep, rows),
    }
}

fn best_of(scorer: &impl Scorer, keep: usize, rows: &[u32]) -> Vec<Scored> {
    let mut nearest = Nearest::new(keep);
    each_scored(scorer, rows, |item| nearest.push(item));
    nearest.into_sorted()
}

/// Scores rows, those that come next on their way into the cache meanwhile.
#[inline]
fn each_scored(scorer: &impl Scorer, rows: &[u32], mut f: impl FnMut(Scored)) {
    rows.iter().take(AHEAD).for_each(|&row| scorer.prefetch(row));
    for (i, &row) in rows.iter().enumerate() {
        if let Some(&ahead) = rows.get(i + AHEAD) {
            scorer.prefetch(ahead);
        }
        f(scored(scorer, row));
    }
}

fn walk(
    view: &View<'_>,
    rows: u32,
    scorer: &impl Scorer,
    ef: usize,
    allowed: Option<&impl Allowed>,
) -> Vec<Scored> {
    let start =
        view.upper.iter().rev().fold(scored(scorer, view.entry), |near, layer| descend(near, layer, scorer));
    match allowed {
        None => beam(&view.bottom, rows, start, scorer, ef),
        Some(allowed) => filtered(&view.bottom, rows, start, scorer, ef, allowed),
    }
}

fn scored(scorer: &impl Scorer, row: u32) -> Scored {
    Scored { score: scorer.score(row), row }
}

/// Goes along an upper layer for as long as that leads nearer.
pub(super) fn descend(mut near: Scored, layer: &Layer<'_>, scorer: &impl Scorer) -> Scored {
    loop {
        match layer.links(near.row).map(|row| scored(scorer, row)).max() {
            Some(nearer) if nearer.score > near.score => near = nearer,
            _ => return near,
        }
    }
}

/// The `ef` nearest rows of a layer that a best-first walk from `start` finds, nearest first.
pub(super) fn beam(
    layer: &Layer<'_>,
    rows: u32,
    start: Scored,
    scorer: &impl Scorer,
    ef: usize,
) -> Vec<Scored> {
    best_first(rows, start, scorer, ef, |row, visited, fresh| {
        fresh.extend(layer.links(row).filter(|&link| visited.insert(link)));
    })
}

/// The same among the rows that `allowed` lets through. The walk goes along these alone; where a link leads to
/// another row, the links of that row are taken instead, until there are enough.
///
/// After L. Patel et al., "ACORN: Performant and Predicate-Agnostic Search Over Vector Embeddings and Structured
/// Data", 2024 (arXiv:2403.04871).
fn filtered(
    layer: &Layer<'_>,
    rows: u32,
    start: Scored,
    scorer: &impl Scorer,
    ef: usize,
    allowed: &impl Allowed,
) -> Vec<Scored> {
    let mut passed = Vec::with_capacity(layer.stride);
    let mut found = best_first(rows, start, scorer, ef, |row, visited, fresh| {
        passed.clear();
        let known = split(layer, row, allowed, visited, fresh, &mut passed);
        for &link in &passed {
            if known + fresh.len() >= ENOUGH {
                break;
            }
            for behind in layer.links(link) {
                if !visited.contains(behind) && allowed.contains(behind) {
                    visited.insert(behind);
                    fresh.push(behind);
                }
            }
        }
    });
    found.retain(|item| item.row != start.row || allowed.contains(start.row));
    found
}

/// Splits the links of a row, as far as they are new, into those that are allowed and those that are not, which
/// will be looked past; how many were known.
fn split(
    layer: &Layer<'_>,
    row: u32,
    allowed: &impl Allowed,
    visited: &mut Visited,
    fresh: &mut Vec<u32>,
    passed: &mut Vec<u32>,
) -> usize {
    let mut known = 0;
    for link in layer.links(row) {
        if visited.insert(link) {
            allowed.prefetch(link);
            passed.push(link);
        } else {
            known += 1;
        }
    }
    passed.retain(|&link| {
        let is_allowed = allowed.contains(link);
        if is_allowed {
            fresh.push(link);
        } else {
            prefetch(layer.slots(link));
        }
        !is_allowed
    });
    known
}

/// Goes on from the nearest row that was not gone on from, until the `ef` nearest all were. `gather` gives the
/// rows that a row leads to.
fn best_first(
    rows: u32,
    start: Scored,
    scorer: &impl Scorer,
    ef: usize,
    mut gather: impl FnMut(u32, &mut Visited, &mut Vec<u32>),
) -> Vec<Scored> {
    VISITED.with_borrow_mut(|visited| {
        visited.begin(rows);
        visited.insert(start.row);
        let mut pool = Pool::new(ef, start);
        let mut fresh = Vec::new();
        while let Some(row) = pool.open() {
            fresh.clear();
            gather(row, visited, &mut fresh);
            each_scored(scorer, &fresh, |item| pool.push(item));
        }
        pool.into_sorted()
    })
}
