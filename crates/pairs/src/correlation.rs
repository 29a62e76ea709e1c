//! How well predictions follow scores.

use serde::{Deserialize, Serialize};

/// How well predictions follow scores.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// Of the values (Pearson's r); `None` where all predictions or all scores are one value.
    pub pearson: Option<f64>,
    /// Of the ranks, equal values sharing their mean rank (Spearman's ρ); `None` likewise.
    pub spearman: Option<f64>,
    /// How many pairs there are.
    pub pairs: usize,
}

impl Correlation {
    /// Of predictions and the scores in their places.
    pub fn of(predictions: &[f64], scores: &[f64]) -> Self {
        Self {
            pearson: pearson(predictions, scores),
            spearman: pearson(&ranks(predictions), &ranks(scores)),
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
    fn check(predictions: &[f64], scores: &[f64], expected: [f64; 2]) {
        let Correlation { pearson, spearman, .. } = Correlation::of(predictions, scores);
        let found = [pearson, spearman].map(|value| value.expect("there is one"));
        assert!(found.iter().zip(expected).all(|(found, wanted)| (found - wanted).abs() < 1e-9), "{found:?}");
    }

    /// Figures of `scipy.stats.pearsonr` and `spearmanr` (1.17).
    #[test]
    fn correlations_are_those_of_scipy() {
        check(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0], [1.0, 1.0]);
        check(&[1.0, 2.0, 3.0], &[9.0, 4.0, 1.0], [-0.989_743_318_610_787_2, -1.0]);
        let scores = [0.0, 0.25, 0.25, 0.5, 1.0, 0.75, 0.25];
        let cosines = [0.1, 0.3, 0.2, 0.3, 0.9, 0.35, 0.6];
        check(&scores, &cosines, [0.727_662_788_719_635_9, 0.747_957_592_006_765_8]);
    }

    #[test]
    fn one_value_has_no_correlation() {
        for (predictions, scores) in [(&[][..], &[][..]), (&[1.0], &[2.0]), (&[1.0, 1.0], &[1.0, 2.0])] {
            let found = Correlation::of(predictions, scores);
            assert_eq!((found.pearson, found.spearman), (None, None), "{predictions:?} {scores:?}");
        }
    }
}
