//! Measures of rankings against judgements, as `trec_eval` defines them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::trec::{Judgements, Run, ranked};

/// What a query's ranking is worth.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct RetrievalMeasures {
    /// Normalised discounted cumulative gain of the first ten: gain is the relevance, the discount log2.
    #[serde(rename = "ndcg@10")]
    pub ndcg_10: f64,
    /// The share of the relevant documents among the first ten.
    #[serde(rename = "recall@10")]
    pub recall_10: f64,
    /// The share of the relevant documents among the first hundred.
    #[serde(rename = "recall@100")]
    pub recall_100: f64,
    /// Average precision: the mean over the relevant documents of the precision at their places.
    pub map: f64,
    /// The reciprocal of the first relevant document's rank.
    pub mrr: f64,
}

impl RetrievalMeasures {
    /// The names of the measures, as they are chosen by and printed.
    pub const NAMES: [&'static str; 5] = ["ndcg@10", "recall@10", "recall@100", "map", "mrr"];

    /// In the order of [`Self::NAMES`].
    pub fn values(&self) -> [f64; 5] {
        [self.ndcg_10, self.recall_10, self.recall_100, self.map, self.mrr]
    }

    /// Of one ranking, best document first.
    pub fn of(ranking: &[&String], relevance: &BTreeMap<String, i64>) -> Self {
        let gain = |document: &&String| relevance.get(*document).copied().unwrap_or(0).max(0);
        let gains: Vec<i64> = ranking.iter().map(gain).collect();
        let mut ideal: Vec<i64> = relevance.values().copied().filter(|gain| *gain > 0).collect();
        let relevant = ideal.len() as f64;
        if ideal.is_empty() {
            return Self::default();
        }
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        let hits: Vec<usize> =
            (1..).zip(&gains).filter(|(_, gain)| **gain > 0).map(|(rank, _)| rank).collect();
        let recall = |depth| hits.iter().filter(|rank| **rank <= depth).count() as f64 / relevant;
        let precisions = hits.iter().enumerate().map(|(before, rank)| (before + 1) as f64 / *rank as f64);
        Self {
            ndcg_10: discounted(&gains, 10) / discounted(&ideal, 10),
            recall_10: recall(10),
            recall_100: recall(100),
            map: precisions.sum::<f64>() / relevant,
            mrr: hits.first().map_or(0.0, |rank| 1.0 / *rank as f64),
        }
    }
}

fn discounted(gains: &[i64], depth: usize) -> f64 {
    gains.iter().take(depth).enumerate().map(|(at, gain)| *gain as f64 / (at as f64 + 2.0).log2()).sum()
}

/// The measures of each query that was judged; what the run leaves out counts 0, what was not judged is not
/// counted (`trec_eval -c`).
pub fn evaluate(run: &Run, judgements: &Judgements) -> BTreeMap<String, RetrievalMeasures> {
    let of_query = |(query, relevance): (&String, &BTreeMap<String, i64>)| {
        let ranking = run.get(query).map(ranked).unwrap_or_default();
        (query.clone(), RetrievalMeasures::of(&ranking, relevance))
    };
    judgements.iter().map(of_query).collect()
}

/// The mean over the queries.
pub fn mean<'a>(queries: impl Iterator<Item = &'a RetrievalMeasures>) -> RetrievalMeasures {
    let (mut sum, mut count) = ([0.0; 5], 0.0_f64);
    for measures in queries {
        sum.iter_mut().zip(measures.values()).for_each(|(sum, value)| *sum += value);
        count += 1.0;
    }
    let [ndcg_10, recall_10, recall_100, map, mrr] = sum.map(|sum| sum / count.max(1.0));
    RetrievalMeasures { ndcg_10, recall_10, recall_100, map, mrr }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ranking: &str, relevance: &[(&str, i64)], expected: [f64; 5]) {
        let documents: Vec<String> = ranking.split_whitespace().map(str::to_owned).collect();
        let relevance = relevance.iter().map(|(name, gain)| ((*name).to_owned(), *gain)).collect();
        let found = RetrievalMeasures::of(&documents.iter().collect::<Vec<_>>(), &relevance).values();
        let agrees = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-4);
        assert!(agrees, "{found:?}");
    }

    #[test]
    fn measures_by_hand() {
        check("a b", &[("a", 1)], [1.0; 5]);
        check("b a", &[("a", 1)], [1.0 / 3.0_f64.log2(), 1.0, 1.0, 0.5, 0.5]);
        check("", &[("a", 1)], [0.0; 5]);
        check("a", &[("a", 0)], [0.0; 5]);
        // Gains 1 and 2 where 2 and 1 would be ideal.
        let ideal = 2.0 + 1.0 / 3.0_f64.log2();
        let ndcg = (1.0 + 2.0 / 3.0_f64.log2()) / ideal;
        check("b a", &[("a", 2), ("b", 1), ("c", -1)], [ndcg, 1.0, 1.0, 1.0, 1.0]);
    }

    #[test]
    fn a_query_that_the_run_leaves_out_counts() {
        let judgements: Judgements =
            ["q1", "q2"].map(|query| (query.to_owned(), [("a".to_owned(), 1)].into())).into();
        let run: Run = ["q1", "q9"].map(|query| (query.to_owned(), [("a".to_owned(), 1.0)].into())).into();
        let queries = evaluate(&run, &judgements);
        assert_eq!(queries.len(), 2);
        assert_eq!(mean(queries.values()).values(), [0.5; 5]);
    }
}
