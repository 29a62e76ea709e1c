//! Fusion weights chosen on judgements.

use std::collections::BTreeMap;

use priorart_query::{Fusion, FusionMethod, RRF_K};
use rayon::prelude::*;
use serde::Serialize;

use crate::error::AnalysisError;
use crate::experiment::{Found, System};
use crate::retrieval::{RetrievalMeasures, evaluate};
use crate::significance::paired_p;
use crate::trec::Judgements;

/// What is tried; see [`candidates`].
const KS: [f64; 5] = [5.0, 10.0, 20.0, 40.0, RRF_K];
const WEIGHTS: [f64; 13] = [0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 4.0];
const FLOORS: [usize; 3] = [0, 1, 3];
/// Fewer judged queries than this say nothing about others.
const LEAST_QUERIES: usize = 4;

/// The best way to fuse, and how far to trust it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tuned {
    /// What does best on all queries.
    #[serde(skip)]
    pub fusion: Fusion,
    /// How it does on them, which flatters it.
    pub best: f64,
    /// What to expect on other queries: each half of the queries under what does best on the other half.
    pub held_out: f64,
    /// What the fusion does that it was compared with.
    pub compared: f64,
    /// Whether the held-out values differ from those by more than chance.
    pub p: f64,
    /// How many queries.
    pub queries: usize,
}

/// Every way to fuse that is tried.
pub fn candidates() -> Vec<Fusion> {
    let rrf = KS.map(|k| FusionMethod::Rrf { k });
    let methods = rrf.into_iter().chain([FusionMethod::MinMax, FusionMethod::ZScore]);
    let with_weights = methods.flat_map(|method| WEIGHTS.map(|keyword_weight| (method, keyword_weight)));
    let all = with_weights
        .flat_map(|(method, keyword_weight)| FLOORS.map(|floor| Fusion { method, keyword_weight, floor }));
    all.collect()
}

/// Tries every candidate, beginning with `compared`, which ties therefore leave in place. `measure` is an
/// index into [`RetrievalMeasures::NAMES`].
///
/// # Errors
/// [`AnalysisError::Undefined`] where there are too few judged queries.
pub fn tune(
    found: &BTreeMap<String, Found>,
    judgements: &Judgements,
    measure: usize,
    compared: &Fusion,
) -> Result<Tuned, AnalysisError> {
    let queries = judgements.len();
    if queries < LEAST_QUERIES {
        let what = format!("{queries} judged queries are too few to tune on; give {LEAST_QUERIES} at least");
        return Err(AnalysisError::Undefined(what));
    }
    let all: Vec<Fusion> = [*compared].into_iter().chain(candidates()).collect();
    let values: Vec<Vec<f64>> = all
        .par_iter()
        .map(|fusion| {
            let run = System::Hybrid(*fusion).run(found);
            let value = |measures: &RetrievalMeasures| measures.values()[measure];
            evaluate(&run, judgements).values().map(value).collect()
        })
        .collect();
    let best = best_on(&values, |_| true);
    let halves = [0, 1].map(|half| best_on(&values, |query| query % 2 != half));
    let held_out: Vec<f64> = (0..queries).map(|query| values[halves[query % 2]][query]).collect();
    Ok(Tuned {
        fusion: all[best],
        best: mean(&values[best]),
        held_out: mean(&held_out),
        compared: mean(&values[0]),
        p: paired_p(&held_out, &values[0]),
        queries,
    })
}

/// The first candidate of the greatest sum over some of the queries.
fn best_on(values: &[Vec<f64>], takes: impl Fn(usize) -> bool) -> usize {
    let sum = |values: &[f64]| values.iter().enumerate().filter(|(at, _)| takes(*at)).map(|(_, v)| v).sum();
    let sums: Vec<f64> = values.iter().map(|values| sum(values)).collect();
    (0..sums.len()).fold(0, |best, at| if sums[at] > sums[best] + 1e-9 { at } else { best })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Queries whose relevant document is first by words and fourth by meaning.
    fn found(queries: usize) -> (BTreeMap<String, Found>, Judgements) {
        let ranking = |names: &[&str]| {
            (*names).iter().zip(1_u8..).map(|(n, at)| ((*n).into(), 1.0 / f32::from(at))).collect()
        };
        let one = Found { keyword: ranking(&["a", "b"]), semantic: ranking(&["x", "y", "z", "a"]) };
        let names = || (0..queries).map(|query| format!("q{query}"));
        let judgements = names().map(|query| (query, [("a".to_owned(), 1)].into())).collect();
        (names().map(|query| (query, one.clone())).collect(), judgements)
    }

    #[test]
    fn the_better_side_is_given_its_weight() {
        let (found, judgements) = found(8);
        let semantic_only = Fusion { keyword_weight: 0.0, ..Fusion::default() };
        let tuned = tune(&found, &judgements, 4, &semantic_only).unwrap();
        assert!(tuned.fusion.keyword_weight > 0.0, "{:?}", tuned.fusion);
        assert_eq!((tuned.best, tuned.held_out, tuned.compared), (1.0, 1.0, 0.25));
        assert!(tuned.p < 0.02, "{}", tuned.p);
    }

    #[test]
    fn a_few_queries_are_too_few() {
        let (found, judgements) = found(3);
        assert!(tune(&found, &judgements, 0, &Fusion::default()).is_err());
    }
}
