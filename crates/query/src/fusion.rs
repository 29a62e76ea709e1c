//! One ranking out of several.

use std::collections::BTreeMap;

/// The constant of reciprocal rank fusion, as in the paper: the larger, the less the first ranks stand out.
pub const RRF_K: f64 = 60.0;

/// Weighted reciprocal rank fusion: an item's score is the sum, over the rankings it is in, of
/// `weight / (k + rank)` with ranks from 1. Best first; ties go to the smaller item.
///
/// Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
/// Methods, SIGIR 2009, <https://doi.org/10.1145/1571941.1572114>; the weights are a common extension.
pub fn rrf<T: Ord + Clone>(rankings: &[(f64, &[T])], k: f64) -> Vec<(T, f64)> {
    let mut scores: BTreeMap<T, f64> = BTreeMap::new();
    for (weight, ranking) in rankings {
        for (at, item) in ranking.iter().enumerate() {
            *scores.entry(item.clone()).or_default() += contribution(*weight, at + 1, k);
        }
    }
    let mut fused: Vec<(T, f64)> = scores.into_iter().collect();
    // The sort is stable, and the map gave the items in their order.
    fused.sort_by(|a, b| b.1.total_cmp(&a.1));
    fused
}

/// What a rank in one ranking adds to an item's score.
pub(crate) fn contribution(weight: f64, rank: usize, k: f64) -> f64 {
    weight / (k + rank as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rankings: &[(f64, &[&str])], expected: &[(&str, f64)]) {
        let found = rrf(rankings, 60.0);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((item, score), (expected_item, expected_score)) in found.iter().zip(expected) {
            assert!(item == expected_item && (score - expected_score).abs() < 1e-12, "{found:?}");
        }
    }

    #[test]
    fn scores_are_sums_of_reciprocal_ranks() {
        check(&[], &[]);
        check(&[(1.0, &["a", "b"])], &[("a", 1.0 / 61.0), ("b", 1.0 / 62.0)]);
        let both = 1.0 / 61.0 + 1.0 / 62.0;
        check(
            &[(1.0, &["a", "b"]), (1.0, &["b", "c"])],
            &[("b", both), ("a", 1.0 / 61.0), ("c", 1.0 / 62.0)],
        );
    }

    #[test]
    fn ties_go_to_the_smaller_item() {
        check(&[(1.0, &["b"]), (1.0, &["a"])], &[("a", 1.0 / 61.0), ("b", 1.0 / 61.0)]);
    }

    #[test]
    fn weights_count() {
        check(&[(2.0, &["b"]), (1.0, &["a"])], &[("b", 2.0 / 61.0), ("a", 1.0 / 61.0)]);
        check(&[(0.0, &["b"]), (1.0, &["a"])], &[("a", 1.0 / 61.0), ("b", 0.0)]);
    }
}
