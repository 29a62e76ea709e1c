//! How well two rows of numbers agree.

use crate::error::AnalysisError;

/// Pearson's correlation: how nearly one is a linear function of the other.
///
/// # Errors
/// [`AnalysisError::Undefined`] for fewer than two pairs, and where all numbers of a side are equal.
pub fn pearson(a: &[f64], b: &[f64]) -> Result<f64, AnalysisError> {
    if a.len() != b.len() || a.len() < 2 {
        let what = format!("a correlation takes two pairs at least; there are {}", a.len().min(b.len()));
        return Err(AnalysisError::Undefined(what));
    }
    let count = a.len() as f64;
    let mean = |side: &[f64]| side.iter().sum::<f64>() / count;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let sum =
        |term: fn(f64, f64) -> f64| a.iter().zip(b).map(|(a, b)| term(a - mean_a, b - mean_b)).sum::<f64>();
    let (covariance, spread) = (sum(|a, b| a * b), sum(|a, _| a * a) * sum(|_, b| b * b));
    if spread > 0.0 {
        Ok(covariance / spread.sqrt())
    } else {
        let what = "no correlation: all scores, or all cosines, are the same";
        Err(AnalysisError::Undefined(what.to_owned()))
    }
}

/// Spearman's correlation: Pearson's of the ranks, equals sharing the mean of theirs.
///
/// # Errors
/// As of [`pearson`].
pub fn spearman(a: &[f64], b: &[f64]) -> Result<f64, AnalysisError> {
    pearson(&ranks(a), &ranks(b))
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for equal in order.chunk_by(|&a, &b| values[a].total_cmp(&values[b]).is_eq()) {
        // The mean of the ranks first + 1 to first + n.
        let rank = first as f64 + (equal.len() + 1) as f64 / 2.0;
        for &at in equal {
            ranks[at] = rank;
        }
        first += equal.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &[f64], b: &[f64], expected: [f64; 2]) {
        let found = [pearson(a, b).unwrap(), spearman(a, b).unwrap()];
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
    fn what_has_no_correlation_is_said() {
        for (a, b) in [(&[][..], &[][..]), (&[1.0], &[2.0]), (&[1.0, 1.0], &[1.0, 2.0])] {
            assert!(matches!(pearson(a, b), Err(AnalysisError::Undefined(_))), "{a:?} {b:?}");
        }
    }
}
