//! Patents in the order of one retriever.

use std::cmp::Ordering;

use priorart_index::PatentId;

use crate::fusion::Points;

/// Best first; ties go by publication number.
pub(crate) fn by_score<N: Ord>(
    number: impl Fn(PatentId) -> N,
) -> impl Fn(&(PatentId, f32), &(PatentId, f32)) -> Ordering {
    move |a, b| b.1.total_cmp(&a.1).then_with(|| number(a.0).cmp(&number(b.0)))
}

/// A patent of the result.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) id: PatentId,
    pub(crate) score: f64,
    /// What the rankings added to the score.
    pub(crate) points: Points,
    /// The re-ranker's score, where it read the patent.
    pub(crate) reranked: Option<f32>,
    /// Members of its family that it stands for.
    pub(crate) family: Vec<PatentId>,
}

impl Placed {
    pub(crate) fn new(id: PatentId, score: f64, points: Points) -> Self {
        Self { id, score, points, reranked: None, family: Vec::new() }
    }
}
