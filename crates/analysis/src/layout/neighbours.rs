//! The nearest neighbours of every embedding among the others.

use ndarray::{ArrayView2, s};
use rayon::prelude::*;

use crate::Embeddings;
use crate::linear::{BLOCK, blocks, principal};

/// Principal axes in which candidates are looked for: a matrix product over these takes an eighth of the time
/// of one over 768.
const AXES: usize = 96;
/// Candidates for each neighbour wanted, to be compared in all dimensions.
const CANDIDATES: usize = 3;

/// Of every embedding its nearest others, nearest first, with 1 − cosine to each.
pub(crate) fn neighbours(embeddings: &Embeddings, count: usize, seed: u64) -> Vec<Vec<(u32, f32)>> {
    let count = count.min(embeddings.len().saturating_sub(1));
    let reduced = principal(embeddings, AXES, seed);
    let wanted = (count * CANDIDATES).min(embeddings.len().saturating_sub(1));
    let squares: Vec<f32> = reduced.rows().into_iter().map(|row| row.dot(&row) / 2.0).collect();
    let of_block = |range: std::ops::Range<usize>| {
        let candidates = candidates(reduced.view(), &squares, range.clone(), wanted);
        let exact = range.zip(candidates).map(|(at, candidates)| {
            let row = embeddings.row(at);
            let cosine = |other: u32| (1.0 - row.dot(&embeddings.row(other as usize))).max(0.0);
            let mut near: Vec<(u32, f32)> = candidates.map(|other| (other, cosine(other))).collect();
            near.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            near.truncate(count);
            near
        });
        exact.collect::<Vec<_>>()
    };
    blocks(embeddings.len()).into_par_iter().flat_map_iter(of_block).collect()
}

/// Of every row of the block, the rows nearest to it in the reduced space.
#[expect(clippy::needless_pass_by_value, reason = "a view is a reference")]
fn candidates(
    reduced: ArrayView2<'_, f32>,
    squares: &[f32],
    block: std::ops::Range<usize>,
    wanted: usize,
) -> impl Iterator<Item = impl Iterator<Item = u32>> {
    let rows = reduced.slice(s![block.clone(), ..]);
    let mut best = vec![Best::new(wanted); block.len()];
    for others in (0..reduced.nrows()).step_by(BLOCK) {
        let end = (others + BLOCK).min(reduced.nrows());
        // Half the squared distance, but for what is the same for the whole row: |y|²/2 − x·y.
        let products = rows.dot(&reduced.slice(s![others..end, ..]).t());
        for ((own, best), products) in block.clone().zip(&mut best).zip(products.rows()) {
            for (other, (product, square)) in (others..).zip(products.iter().zip(&squares[others..end])) {
                let distance = square - product;
                if distance < best.limit && other != own {
                    best.insert(other as u32, distance);
                }
            }
        }
    }
    best.into_iter().map(|best| best.found.into_iter().map(|(_, other)| other))
}

/// The nearest so far, in a heap whose top is the farthest.
#[derive(Debug, Clone)]
struct Best {
    found: Vec<(f32, u32)>,
    wanted: usize,
    /// What is not below this is not among them.
    limit: f32,
}

impl Best {
    fn new(wanted: usize) -> Self {
        let limit = if wanted == 0 { f32::NEG_INFINITY } else { f32::INFINITY };
        Self { found: Vec::with_capacity(wanted), wanted, limit }
    }

    fn insert(&mut self, other: u32, distance: f32) {
        if self.found.len() == self.wanted {
            self.found.pop();
        }
        let at = self.found.partition_point(|(before, _)| *before <= distance);
        self.found.insert(at, (distance, other));
        if self.found.len() == self.wanted {
            self.limit = self.found[self.wanted - 1].0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::Random;

    /// More dimensions than axes: candidates come of a projection.
    #[test]
    fn nearly_all_true_neighbours_are_found() {
        let mut random = Random::new(5);
        let topics: Vec<f32> = (0..20 * 256).map(|_| random.unit() as f32 - 0.5).collect();
        let numbers = (0..1200 * 256).map(|at| {
            let (row, column) = (at / 256, at % 256);
            topics[(row % 20) * 256 + column] + 0.8 * (random.unit() as f32 - 0.5)
        });
        let embeddings = Embeddings::new(numbers.collect(), 256).unwrap();
        let found = neighbours(&embeddings, 10, 1);
        let mut hits = 0;
        for (at, near) in found.iter().enumerate() {
            let mut all: Vec<(f32, u32)> = (0..embeddings.len())
                .filter(|&other| other != at)
                .map(|other| (1.0 - embeddings.row(at).dot(&embeddings.row(other)), other as u32))
                .collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            hits += near
                .iter()
                .filter(|(other, _)| all[..10].iter().any(|(_, true_one)| true_one == other))
                .count();
            assert!(near.is_sorted_by(|a, b| a.1 <= b.1) && near.len() == 10);
        }
        assert!(hits > 11_500, "{hits} of 12000");
    }

    #[test]
    fn there_are_no_more_neighbours_than_others() {
        let embeddings = Embeddings::new(vec![1.0, 0.0, 0.0, 1.0, 0.6, 0.8], 2).unwrap();
        let near = neighbours(&embeddings, 15, 1);
        let names: Vec<Vec<u32>> =
            near.iter().map(|near| near.iter().map(|(other, _)| *other).collect()).collect();
        assert_eq!(names, [[2, 1], [2, 0], [1, 0]]);
    }
}
