//! Patents in the order of one retriever.

use std::cmp::Ordering;

use priorart_index::{PatentId, Reader};

use crate::fusion::Points;

/// Patents with their scores, best first.
pub(crate) type Scored = Vec<(PatentId, f32)>;

/// Best first; ties go by publication number.
pub(crate) fn by_score(reader: &Reader) -> impl Fn(&(PatentId, f32), &(PatentId, f32)) -> Ordering + '_ {
    let number = |id| reader.number(id).unwrap_or_default();
    move |a, b| b.1.total_cmp(&a.1).then_with(|| number(a.0).cmp(number(b.0)))
}

/// A patent of the result.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) id: PatentId,
    pub(crate) score: f64,
    /// What the rankings added to the score.
    pub(crate) points: Points,
    /// Members of its family that it stands for.
    pub(crate) family: Vec<PatentId>,
}

impl Placed {
    pub(crate) fn new(id: PatentId, score: f64, points: Points) -> Self {
        Self { id, score, points, family: Vec::new() }
    }
}
