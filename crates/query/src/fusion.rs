//! One ranking out of two.

use std::collections::BTreeMap;

/// The constant of reciprocal rank fusion, as in the paper: the larger, the less the first ranks stand out.
pub const RRF_K: f64 = 60.0;

/// How the keyword ranking and the semantic one become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fusion {
    /// What is added up.
    pub method: FusionMethod,
    /// The keyword ranking's weight, against 1 for the semantic one. Usual: [`KEYWORD_WEIGHT`].
    pub keyword_weight: f64,
    /// How many of the best semantic hits the keyword ranking may not push down: to each of them it adds at
    /// least what it adds to a patent at the same place of its own. Usual: [`FLOOR`].
    pub floor: usize,
}

/// The usual weight of the keyword ranking: that of the other one, which on citations and related patents did better
/// than either ranking alone and, within chance, as well as any other weight (`docs/evaluation.md`).
pub const KEYWORD_WEIGHT: f64 = 1.0;
/// The usual floor.
pub const FLOOR: usize = 3;

/// What is added up for a patent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FusionMethod {
    /// The reciprocals of its ranks, `weight / (k + rank)`.
    ///
    /// Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
    /// Methods, SIGIR 2009, <https://doi.org/10.1145/1571941.1572114>; the weights are a common extension.
    Rrf {
        /// The constant, [`RRF_K`] in the paper.
        k: f64,
    },
    /// Its scores, those of a ranking stretched to lie between 0 and 1.
    MinMax,
    /// Its scores, in standard deviations above the lowest of the ranking.
    ZScore,
}

impl Default for Fusion {
    fn default() -> Self {
        Self { method: FusionMethod::Rrf { k: RRF_K }, keyword_weight: KEYWORD_WEIGHT, floor: FLOOR }
    }
}

impl Fusion {
    pub(crate) fn k(&self) -> Option<f64> {
        match self.method {
            FusionMethod::Rrf { k } => Some(k),
            FusionMethod::MinMax | FusionMethod::ZScore => None,
        }
    }

    /// What each place of a ranking adds, before the weight.
    fn points(&self, scores: impl Iterator<Item = f32>) -> Vec<f64> {
        let scores: Vec<f64> = scores.map(f64::from).collect();
        let lowest = scores.iter().copied().fold(f64::INFINITY, f64::min);
        match self.method {
            FusionMethod::Rrf { k } => (1..=scores.len()).map(|rank| 1.0 / (k + rank as f64)).collect(),
            FusionMethod::MinMax => {
                let span = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max) - lowest;
                scores.iter().map(|score| if span > 0.0 { (score - lowest) / span } else { 1.0 }).collect()
            }
            FusionMethod::ZScore => {
                let mean = scores.iter().sum::<f64>() / scores.len() as f64;
                let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>();
                let deviation = (variance / scores.len() as f64).sqrt();
                scores.iter().map(|s| if deviation > 0.0 { (s - lowest) / deviation } else { 1.0 }).collect()
            }
        }
    }
}

/// What the rankings added to an item.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Points {
    /// What the keyword ranking added by itself.
    pub keyword: f64,
    /// What the semantic ranking added.
    pub semantic: f64,
    /// What the floor added to the keyword ranking's share.
    pub floor: f64,
}

impl Points {
    /// The score.
    pub fn sum(&self) -> f64 {
        self.keyword + self.semantic + self.floor
    }
}

/// Fuses two rankings, each of items with their scores, best first. Best first; ties go to the smaller item.
pub fn fuse<T: Ord + Clone>(
    keyword: &[(T, f32)],
    semantic: &[(T, f32)],
    fusion: &Fusion,
) -> Vec<(T, Points)> {
    let mut all: BTreeMap<T, Points> = BTreeMap::new();
    let points = fusion.points(keyword.iter().map(|(_, score)| *score));
    for ((item, _), points) in keyword.iter().zip(&points) {
        all.entry(item.clone()).or_default().keyword = fusion.keyword_weight * points;
    }
    let own = fusion.points(semantic.iter().map(|(_, score)| *score));
    for (at, ((item, _), own)) in semantic.iter().zip(&own).enumerate() {
        let entry = all.entry(item.clone()).or_default();
        entry.semantic = *own;
        if at < fusion.floor && !keyword.is_empty() {
            let at_least = fusion.keyword_weight * points.get(at).copied().unwrap_or(0.0).max(*own);
            entry.floor = (at_least - entry.keyword).max(0.0);
        }
    }
    let mut fused: Vec<(T, Points)> = all.into_iter().collect();
    // The sort is stable, and the map gave the items in their order.
    fused.sort_by(|a, b| b.1.sum().total_cmp(&a.1.sum()));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Fusion = Fusion { method: FusionMethod::Rrf { k: 60.0 }, keyword_weight: 1.0, floor: 0 };

    fn row(items: &[(&'static str, f32)]) -> Vec<(&'static str, f32)> {
        items.to_vec()
    }

    #[track_caller]
    fn check(
        fusion: &Fusion,
        keyword: &[(&'static str, f32)],
        semantic: &[(&'static str, f32)],
        expected: &[(&str, f64)],
    ) {
        let found = fuse(&row(keyword), &row(semantic), fusion);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((item, points), (expected_item, score)) in found.iter().zip(expected) {
            assert!(item == expected_item && (points.sum() - score).abs() < 1e-12, "{found:?}");
        }
    }

    #[test]
    fn ranks_are_added_by_their_reciprocals() {
        check(&PLAIN, &[], &[], &[]);
        check(&PLAIN, &[("a", 9.0), ("b", 1.0)], &[], &[("a", 1.0 / 61.0), ("b", 1.0 / 62.0)]);
        let both = 1.0 / 61.0 + 1.0 / 62.0;
        let expected = [("b", both), ("a", 1.0 / 61.0), ("c", 1.0 / 62.0)];
        check(&PLAIN, &[("a", 9.0), ("b", 1.0)], &[("b", 0.9), ("c", 0.8)], &expected);
    }

    #[test]
    fn ties_go_to_the_smaller_item() {
        check(&PLAIN, &[("b", 1.0)], &[("a", 1.0)], &[("a", 1.0 / 61.0), ("b", 1.0 / 61.0)]);
    }

    #[test]
    fn weights_count() {
        let weighted = |keyword_weight| Fusion { keyword_weight, ..PLAIN };
        check(&weighted(2.0), &[("b", 1.0)], &[("a", 1.0)], &[("b", 2.0 / 61.0), ("a", 1.0 / 61.0)]);
        check(&weighted(0.0), &[("b", 1.0)], &[("a", 1.0)], &[("a", 1.0 / 61.0), ("b", 0.0)]);
    }

    #[test]
    fn scores_are_stretched() {
        let min_max = Fusion { method: FusionMethod::MinMax, ..PLAIN };
        let keyword = [("a", 12.0), ("b", 6.0), ("c", 2.0)];
        check(&min_max, &keyword, &[("b", 0.9), ("c", 0.4)], &[("b", 1.4), ("a", 1.0), ("c", 0.0)]);
        check(&min_max, &[("a", 3.0)], &[], &[("a", 1.0)]);
        let z = Fusion { method: FusionMethod::ZScore, ..PLAIN };
        check(&z, &[("a", 3.0), ("b", 1.0)], &[("b", 0.5)], &[("a", 2.0), ("b", 1.0)]);
    }

    #[test]
    fn the_floor_keeps_the_best_semantic_hits() {
        let keyword: Vec<(String, f32)> = (0..50).map(|i| (format!("k{i:02}"), 50.0 - i as f32)).collect();
        let mut semantic = vec![("x".to_owned(), 0.9), ("y".to_owned(), 0.8)];
        semantic.extend(keyword.iter().map(|(item, _)| (item.clone(), 0.5)));
        let place = |floor| {
            let fused = fuse(&keyword, &semantic, &Fusion { floor, ..PLAIN });
            fused.iter().position(|(item, _)| item == "x").unwrap()
        };
        assert!(place(0) > 40, "in one ranking alone");
        assert_eq!(place(1), 0);
        let fused = fuse(&keyword, &semantic, &Fusion { floor: 2, ..PLAIN });
        assert_eq!([fused[0].0.as_str(), fused[1].0.as_str()], ["x", "k00"]);
        assert_eq!(fused[2].0, "y");
    }
}
