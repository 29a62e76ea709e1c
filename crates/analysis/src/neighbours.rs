//! Exact nearest neighbours, and all near pairs, by products of matrix blocks.

use std::borrow::Cow;
use std::ops::Range;

use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::error::AnalysisError;
use crate::vectors::Rows;

/// Rows that are in memory on either side of a product. What is read of one side is used for as many of the
/// other, so that a source that decodes its rows costs little beside the product.
const BLOCK: usize = 4096;
/// Rows of the left side in one product: its scores take 4 MB a thread.
const STRIP: usize = 256;

/// A row that is near.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Which one.
    pub row: usize,
    /// The cosine to it.
    pub cosine: f32,
}

/// For each of the queries the `k` rows with the greatest cosines, nearest first; ties go to the smaller row.
///
/// A row counts only where `allowed(query, row)`. Beside the result, memory is bounded whatever the number of
/// rows: a block of each side, and a few megabytes a thread.
///
/// # Errors
/// Rows of different dimensions, or a source that cannot be read.
pub fn nearest(
    queries: &dyn Rows,
    rows: &dyn Rows,
    k: usize,
    allowed: impl Fn(usize, usize) -> bool + Sync,
) -> Result<Vec<Vec<Neighbour>>, AnalysisError> {
    let mut found = vec![Vec::with_capacity(k + 1); queries.len()];
    for left in blocks(0..queries.len()) {
        let left = Block::read(queries, left)?;
        for right in blocks(0..rows.len()) {
            let right = Block::read(rows, right)?;
            product(&left, &right, &mut found[left.rows.clone()], |query, scores, best| {
                keep_best(best, k, right.rows.start, scores, |row| allowed(query, row));
            })?;
        }
    }
    Ok(found)
}

/// Hands `each` all pairs of rows whose cosine is at least `threshold`, the smaller row first, while they are
/// found; of a block of the larger rows at a time, in order of the smaller row and then of the larger.
///
/// # Errors
/// What `each` says, or a source that cannot be read.
pub fn pairs_above<E: From<AnalysisError>>(
    rows: &dyn Rows,
    threshold: f32,
    mut each: impl FnMut(usize, usize, f32) -> Result<(), E>,
) -> Result<(), E> {
    for left in blocks(0..rows.len()) {
        let left = Block::read(rows, left)?;
        for right in blocks(left.rows.start..rows.len()) {
            let right = Block::read(rows, right)?;
            let mut found = vec![Vec::new(); left.rows.len()];
            product(&left, &right, &mut found, |row, scores, near: &mut Vec<Neighbour>| {
                let others = right.rows.clone().zip(scores).filter(|(_, cosine)| **cosine >= threshold);
                let others = others.map(|(row, cosine)| Neighbour { row, cosine: *cosine });
                near.extend(others.filter(|other| other.row > row));
            })?;
            for (row, near) in left.rows.clone().zip(found) {
                near.into_iter().try_for_each(|other| each(row, other.row, other.cosine))?;
            }
        }
    }
    Ok(())
}

/// Some rows, in memory.
struct Block<'a> {
    rows: Range<usize>,
    dimension: usize,
    values: Cow<'a, [f32]>,
}

impl<'a> Block<'a> {
    fn read(source: &'a dyn Rows, rows: Range<usize>) -> Result<Self, AnalysisError> {
        Ok(Self { values: source.block(rows.clone())?, dimension: source.dimension(), rows })
    }

    fn matrix(&self) -> ArrayView2<'_, f32> {
        let shape = (self.rows.len(), self.dimension);
        ArrayView2::from_shape(shape, &self.values).expect("a source gives as many numbers as it says")
    }
}

fn blocks(rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = rows.end;
    rows.step_by(BLOCK).map(move |start| start..end.min(start + BLOCK))
}

/// Multiplies, a strip a thread, and hands `visit` each row of the left side with its cosines to all rows of
/// the right and with the element of `into` that stands for it.
fn product<T: Send>(
    left: &Block<'_>,
    right: &Block<'_>,
    into: &mut [T],
    visit: impl Fn(usize, &[f32], &mut T) + Sync,
) -> Result<(), AnalysisError> {
    if left.dimension != right.dimension {
        let (row, found) = (right.rows.start, right.dimension);
        return Err(AnalysisError::Dimension { row, found, expected: left.dimension });
    }
    let (left_matrix, right_matrix) = (left.matrix(), right.matrix());
    let strip = left.rows.len().div_ceil(rayon::current_num_threads()).clamp(1, STRIP);
    into.par_chunks_mut(strip).enumerate().for_each(|(at, into)| {
        let first = at * strip;
        let rows = left_matrix.slice(ndarray::s![first..first + into.len(), ..]);
        let scores = rows.dot(&right_matrix.t());
        for ((at, into), scores) in into.iter_mut().enumerate().zip(scores.rows()) {
            let scores = scores.to_slice().expect("a product is in standard layout");
            visit(left.rows.start + first + at, scores, into);
        }
    });
    Ok(())
}

/// Takes into `best` what is nearer than its last; rows come in rising order, so that of equals the first stay.
fn keep_best(
    best: &mut Vec<Neighbour>,
    k: usize,
    first: usize,
    scores: &[f32],
    allowed: impl Fn(usize) -> bool,
) {
    let last = |best: &[Neighbour]| match best.last() {
        Some(last) if best.len() == k => last.cosine,
        _ => f32::NEG_INFINITY,
    };
    let mut bar = last(best);
    for (at, &cosine) in scores.iter().enumerate() {
        if cosine > bar && k > 0 && allowed(first + at) {
            let place = best.partition_point(|known| known.cosine >= cosine);
            best.insert(place, Neighbour { row: first + at, cosine });
            best.truncate(k);
            bar = last(best);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::{Vectors, cosine};

    /// Vectors that look random and are the same on every run.
    fn vectors(count: usize, seed: u64) -> Vectors {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / 1e7 - 0.8
        };
        let rows: Vec<[f32; 5]> = (0..count).map(|_| std::array::from_fn(|_| next())).collect();
        Vectors::of(&rows).unwrap()
    }

    fn one_by_one(queries: &Vectors, rows: &Vectors, k: usize) -> Vec<Vec<usize>> {
        let ranked = |query: &[f32]| {
            let mut all: Vec<usize> = (0..rows.len()).collect();
            all.sort_by(|a, b| cosine(query, rows.row(*b)).total_cmp(&cosine(query, rows.row(*a))));
            all.truncate(k);
            all
        };
        queries.rows().map(ranked).collect()
    }

    #[test]
    fn blocks_find_what_comparing_one_by_one_finds() {
        let (queries, rows) = (vectors(BLOCK + 30, 1), vectors(2 * BLOCK + 7, 2));
        let found = nearest(&queries, &rows, 3, |_, _| true).unwrap();
        let some = [0, 1, STRIP, BLOCK - 1, BLOCK, BLOCK + 29];
        let expected = Vectors::of(&some.map(|row| queries.row(row).to_vec())).unwrap();
        let expected = one_by_one(&expected, &rows, 3);
        for (query, expected) in some.into_iter().zip(expected) {
            let rows: Vec<usize> = found[query].iter().map(|near| near.row).collect();
            assert_eq!(rows, expected, "of query {query}");
        }
    }

    #[test]
    fn what_is_not_allowed_is_passed_over_and_ties_keep_their_order() {
        let rows = Vectors::of(&[[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]]).unwrap();
        let found = nearest(&rows, &rows, 2, |query, row| query != row).unwrap();
        let found: Vec<Vec<usize>> =
            found.iter().map(|near| near.iter().map(|one| one.row).collect()).collect();
        assert_eq!(found, [[2, 3], [0, 2], [0, 3], [0, 2]]);
        assert!(nearest(&rows, &rows, 2, |_, _| false).unwrap().iter().all(Vec::is_empty));
        assert!(nearest(&rows, &rows, 0, |_, _| true).unwrap().iter().all(Vec::is_empty));
    }

    #[test]
    fn all_pairs_above_a_threshold_come_once() {
        let rows = vectors(BLOCK + 100, 3);
        let mut found = Vec::new();
        pairs_above(&rows, 0.999, |a, b, _| {
            found.push((a, b));
            Ok::<(), AnalysisError>(())
        })
        .unwrap();
        found.sort_unstable();
        let all = (0..rows.len()).flat_map(|a| (a + 1..rows.len()).map(move |b| (a, b)));
        let expected: Vec<_> = all.filter(|&(a, b)| cosine(rows.row(a), rows.row(b)) >= 0.999).collect();
        assert!(expected.iter().any(|&(a, b)| a < BLOCK && b >= BLOCK), "the blocks' border is crossed");
        assert_eq!(found, expected);
    }

    #[test]
    fn dimensions_must_agree() {
        let (two, three) = (Vectors::of(&[[1.0, 0.0]]).unwrap(), Vectors::of(&[[1.0, 0.0, 0.0]]).unwrap());
        assert!(matches!(nearest(&two, &three, 1, |_, _| true), Err(AnalysisError::Dimension { .. })));
    }
}
