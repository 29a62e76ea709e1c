//! How well a layout keeps neighbours.

use rayon::prelude::*;
use serde::Serialize;

use crate::Embeddings;
use crate::linear::Random;

/// Points that are looked at: enough for two digits, in a moment.
const SAMPLE: usize = 500;

/// How well a layout keeps neighbours, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quality {
    /// How far points that are neighbours in the layout are so among the embeddings (Venna and Kaski 2001).
    /// Places by chance have 0.5.
    pub trustworthiness: f64,
    /// The share of an embedding's nearest neighbours that are among its nearest in the layout, on average.
    pub kept: f64,
}

/// Measures it over the `neighbours` nearest of up to 500 points that `seed` draws.
///
/// # Panics
///
/// Where there is not one place for each embedding.
pub fn quality<const D: usize>(
    embeddings: &Embeddings,
    places: &[[f32; D]],
    neighbours: usize,
    seed: u64,
) -> Quality {
    assert_eq!(embeddings.len(), places.len(), "a place for each embedding");
    let count = places.len();
    let near = neighbours.min(count.saturating_sub(1) / 2).max(1);
    let mut random = Random::new(seed);
    let sample: Vec<usize> = if count <= SAMPLE {
        (0..count).collect()
    } else {
        (0..SAMPLE).map(|_| random.below(count)).collect()
    };
    let of_point = |&at: &usize| {
        let cosines = embeddings.matrix().dot(&embeddings.row(at));
        let apart =
            |other: usize| places[at].iter().zip(&places[other]).map(|(x, y)| (x - y).powi(2)).sum::<f32>();
        let ranks = ranks(at, count, |other| -cosines[other]);
        let mut shown = nearest(at, count, apart, near);
        shown.truncate(near);
        let beyond: usize = shown.iter().map(|&other| (ranks[other] + 1).saturating_sub(near)).sum();
        let kept = shown.iter().filter(|&&other| ranks[other] < near).count();
        (beyond as f64, kept as f64)
    };
    let sums: Vec<(f64, f64)> = sample.par_iter().map(of_point).collect();
    let (beyond, kept) = sums.into_iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let (points, near, count) = (sample.len() as f64, near as f64, count as f64);
    let worst = points * near * (2.0 * count - 3.0 * near - 1.0) / 2.0;
    Quality { trustworthiness: 1.0 - beyond / worst, kept: kept / (points * near) }
}

/// The place of each point, from 0, in the order of the distance from one; that one's own is none.
fn ranks(from: usize, count: usize, distance: impl Fn(usize) -> f32) -> Vec<usize> {
    let mut ranks = vec![usize::MAX; count];
    for (rank, other) in nearest(from, count, distance, count).into_iter().enumerate() {
        ranks[other] = rank;
    }
    ranks
}

/// The other points by their distance, of which the first `wanted` are in order.
fn nearest(from: usize, count: usize, distance: impl Fn(usize) -> f32, wanted: usize) -> Vec<usize> {
    let mut others: Vec<(f32, usize)> =
        (0..count).filter(|&other| other != from).map(|other| (distance(other), other)).collect();
    let order = |a: &(f32, usize), b: &(f32, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if wanted < others.len() {
        others.select_nth_unstable_by(wanted, order);
        others.truncate(wanted);
    }
    others.sort_unstable_by(order);
    others.into_iter().map(|(_, other)| other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faithful_layout_is_perfect_and_a_shuffled_one_is_not() {
        let angles: Vec<f32> = (0..100).map(|at| at as f32 * 0.01).collect();
        let numbers = angles.iter().flat_map(|angle| [angle.cos(), angle.sin()]).collect();
        let embeddings = Embeddings::new(numbers, 2).unwrap();
        let faithful: Vec<[f32; 2]> = angles.iter().map(|&angle| [angle, 0.0]).collect();
        let found = quality(&embeddings, &faithful, 5, 0);
        assert!(found.trustworthiness > 0.999 && found.kept > 0.9, "{found:?}");
        let shuffled: Vec<[f32; 2]> = (0..100).map(|at| [angles[at * 37 % 100], 0.0]).collect();
        let found = quality(&embeddings, &shuffled, 5, 0);
        assert!((0.3..0.7).contains(&found.trustworthiness) && found.kept < 0.2, "{found:?}");
    }
}
