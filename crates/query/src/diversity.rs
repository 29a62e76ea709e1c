//! Hits that differ: maximal marginal relevance.

use crate::engine::Engine;
use crate::error::QueryError;
use crate::ranking::Placed;
use crate::semantic::{centre, dot};

/// Reorders patents, given best first with their scores, so that each is the best by `share` of its score
/// (stretched to lie between 0 and 1) less the rest of its likeness to the nearest of those before it.
///
/// Carbonell, Goldstein: The use of MMR, diversity-based reranking for reordering documents and producing
/// summaries, SIGIR 1998, <https://doi.org/10.1145/290941.291025>.
pub(crate) fn diversify(engine: &dyn Engine, ordered: &mut [Placed], share: f64) -> Result<(), QueryError> {
    let (Some(best), Some(worst)) = (ordered.first(), ordered.last()) else {
        return Ok(());
    };
    let (worst, span) = (worst.score, best.score - worst.score);
    let relevance = |score: f64| if span > 0.0 { (score - worst) / span } else { 1.0 };
    let ids: Vec<_> = ordered.iter().map(|placed| placed.id).collect();
    engine.expect(&ids)?;
    let centres: Vec<Option<Vec<f32>>> =
        ids.iter().map(|id| centre(engine, *id)).collect::<Result<_, _>>()?;
    let alike = |a: usize, b: usize| match (&centres[a], &centres[b]) {
        (Some(a), Some(b)) => f64::from(dot(a, b)),
        _ => 0.0,
    };
    let mut rest: Vec<(usize, f64)> = (0..ordered.len()).map(|at| (at, 0.0)).collect();
    let mut order = Vec::with_capacity(ordered.len());
    while !rest.is_empty() {
        let value =
            |(at, likeness): &(usize, f64)| share * relevance(ordered[*at].score) - (1.0 - share) * likeness;
        let mut best = 0;
        for at in 1..rest.len() {
            if value(&rest[at]) > value(&rest[best]) {
                best = at;
            }
        }
        let (chosen, _) = rest.remove(best);
        for (at, likeness) in &mut rest {
            *likeness = likeness.max(alike(*at, chosen));
        }
        order.push(ordered[chosen].clone());
    }
    ordered.clone_from_slice(&order);
    Ok(())
}
