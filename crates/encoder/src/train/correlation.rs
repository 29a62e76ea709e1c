//! How well predictions follow scores.

use serde::{Deserialize, Serialize};

/// How well predictions follow scores.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// Of the values (Pearson's r); `None` where all predictions or all scores are one value.
    pub pearson: Option<f32>,
    /// Of the ranks, equal values sharing their mean rank (Spearman's ρ); `None` likewise.
    pub spearman: Option<f32>,
    /// How many pairs there are.
    pub pairs: usize,
}

impl Correlation {
    /// Of predictions and the scores in their places.
    pub(super) fn of(predictions: &[f32], scores: &[f32]) -> Self {
        let [left, right] =
            [predictions, scores].map(|values| values.iter().map(|x| f64::from(*x)).collect());
        let [left_ranks, right_ranks] = [&left, &right].map(|values: &Vec<f64>| ranks(values));
        Self {
            pearson: pearson(&left, &right).map(|value| value as f32),
            spearman: pearson(&left_ranks, &right_ranks).map(|value| value as f32),
            pairs: scores.len(),
        }
    }
}

fn pearson(left: &[f64], right: &[f64]) -> Option<f64> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (left_mean, right_mean) = (mean(left), mean(right));
    let (mut both, mut left_squares, mut right_squares) = (0.0, 0.0, 0.0);
    for (left, right) in left.iter().zip(right) {
        both += (left - left_mean) * (right - right_mean);
        left_squares += (left - left_mean).powi(2);
        right_squares += (right - right_mean).powi(2);
    }
    let scale = (left_squares * right_squares).sqrt();
    (scale > 0.0).then(|| both / scale)
}

/// The rank of each value, from 1; equal values have the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for equals in order.chunk_by(|&a, &b| values[a].total_cmp(&values[b]).is_eq()) {
        let rank = before as f64 + f64::midpoint(1.0, equals.len() as f64);
        for &place in equals {
            ranks[place] = rank;
        }
        before += equals.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(predictions: &[f32], scores: &[f32], pearson: Option<f32>, spearman: Option<f32>) {
        let found = Correlation::of(predictions, scores);
        for (found, expected) in [(found.pearson, pearson), (found.spearman, spearman)] {
            let near = match (found, expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 1e-6,
                (found, expected) => found == expected,
            };
            assert!(near, "{found:?} for {expected:?}");
        }
    }

    /// The expected values are numpy's.
    #[test]
    fn correlations_are_those_of_numpy() {
        check(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0], Some(1.0), Some(1.0));
        check(&[1.0, 2.0, 10.0], &[0.5, 0.25, 0.0], Some(-0.912_245_46), Some(-1.0));
        check(&[0.1, 0.2, 0.2, 0.9], &[0.0, 1.0, 0.5, 0.5], Some(0.110_431_53), Some(0.5));
    }

    #[test]
    fn one_value_has_no_correlation() {
        check(&[1.0, 1.0], &[0.0, 1.0], None, None);
        check(&[], &[], None, None);
    }
}
