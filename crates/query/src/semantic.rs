//! The semantic ranking: nearest passages, grouped to patents.

use std::collections::HashMap;

use priorart_corpus::Place;
use priorart_index::{PatentId, PatentSet};

use crate::engine::{Engine, Filtered, Scored};
use crate::error::QueryError;
use crate::ranking::by_score;

/// Passages looked at for each patent wanted, to begin with: patents have several that are near.
const PASSAGES_PER_PATENT: usize = 4;

/// What is searched from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Probe {
    /// The vectors.
    pub(crate) vectors: Vec<Vec<f32>>,
    /// How many of them, at the end, are parts of one text.
    pub(crate) parts: usize,
}

impl Probe {
    pub(crate) fn is_empty(&self) -> bool {
        self.vectors.is_empty()
    }

    /// Whether a patent is as near as it is to all vectors on the average, and not as to the nearest: those
    /// of one text that was split.
    fn is_averaged(&self) -> bool {
        self.parts > 1 && self.parts == self.vectors.len()
    }

    /// The nearness of a patent with the passages.
    fn score<'p>(&self, passages: &(impl Iterator<Item = &'p [f32]> + Clone)) -> f32 {
        let nearest = |vector: &Vec<f32>| passages.clone().map(|own| cosine(vector, own)).reduce(f32::max);
        let each = self.vectors.iter().filter_map(nearest);
        if self.is_averaged() {
            each.sum::<f32>() / self.vectors.len() as f32
        } else {
            each.reduce(f32::max).unwrap_or(0.0)
        }
    }
}

/// The `limit` patents nearest to the probe; those in `without` are left out. There are fewer only where
/// fewer have embeddings and satisfy the conditions.
pub(crate) fn ranking(
    engine: &dyn Engine,
    under: &dyn Filtered,
    probe: &Probe,
    without: &PatentSet,
    limit: usize,
) -> Result<Scored, QueryError> {
    let wanted = limit + without.len() as usize;
    let mut k = wanted * PASSAGES_PER_PATENT;
    loop {
        let near = nearest(engine, under, probe, k)?;
        // Unseen passages are no nearer than `unseen`, so what is nearer than that stands where it stays.
        let is_certain = |(_, score): &(PatentId, f32)| near.unseen.is_none_or(|unseen| *score > unseen);
        let is_enough = if probe.is_averaged() {
            near.patents.len() >= wanted
        } else {
            near.patents.get(wanted.saturating_sub(1)).is_some_and(is_certain)
        };
        if near.unseen.is_none() || is_enough {
            let mut patents = near.patents;
            patents.retain(|(patent, _)| !without.contains(*patent));
            patents.truncate(limit);
            return Ok(patents);
        }
        k *= 4;
    }
}

/// What is near a probe.
struct Near {
    patents: Scored,
    /// The cosine that no passage exceeds that was not looked at; `None` where all were.
    unseen: Option<f32>,
}

/// The patents of the `k` nearest passages of each vector.
fn nearest(engine: &dyn Engine, under: &dyn Filtered, probe: &Probe, k: usize) -> Result<Near, QueryError> {
    let mut best: HashMap<PatentId, f32> = HashMap::new();
    let mut unseen: Option<f32> = None;
    for vector in &probe.vectors {
        let found = under.nearest(vector, k)?;
        if let Some((_, last)) = found.last().filter(|_| found.len() == k) {
            unseen = Some(unseen.map_or(*last, |most| most.max(*last)));
        }
        for (patent, score) in found {
            let known = best.entry(patent).or_insert(score);
            *known = known.max(score);
        }
    }
    if probe.is_averaged() {
        engine.expect(&best.keys().copied().collect::<Vec<_>>())?;
        for (patent, score) in &mut best {
            let vectors = vectors_of(engine, *patent)?;
            *score = probe.score(&vectors.iter().map(Vec::as_slice));
        }
    }
    let mut patents: Scored = best.into_iter().collect();
    patents.sort_by(by_score(|id| engine.number(id).unwrap_or_default()));
    Ok(Near { patents, unseen })
}

/// The vectors of a patent's passages.
pub(crate) fn vectors_of(engine: &dyn Engine, patent: PatentId) -> Result<Vec<Vec<f32>>, QueryError> {
    Ok(engine.passages(patent)?.into_iter().filter_map(|(_, vector)| vector).collect())
}

/// The mean of a patent's vectors, of length 1; `None` where it has none.
pub(crate) fn centre(engine: &dyn Engine, patent: PatentId) -> Result<Option<Vec<f32>>, QueryError> {
    let vectors = vectors_of(engine, patent)?;
    let sum = vectors.first().map(|first| {
        let mut sum = vec![0.0; first.len()];
        for vector in &vectors {
            add(&mut sum, vector, 1.0);
        }
        sum
    });
    Ok(sum.map(normalised))
}

/// Adds a vector, weighed, to another.
pub(crate) fn add(to: &mut [f32], vector: &[f32], weight: f32) {
    to.iter_mut().zip(vector).for_each(|(to, value)| *to += weight * value);
}

/// The vector at length 1; one without a direction as it is.
pub(crate) fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = dot(&vector, &vector).sqrt();
    if length > 0.0 {
        for value in &mut vector {
            *value /= length;
        }
    }
    vector
}

/// Those of a patent's passages that have embeddings, with the cosine of each to the nearest of the vectors,
/// nearest first.
pub(crate) fn nearness(passages: &[(Place, Option<Vec<f32>>)], vectors: &[Vec<f32>]) -> Vec<(Place, f32)> {
    let embedded = passages.iter().filter_map(|(place, own)| Some((*place, own.as_ref()?)));
    let nearest = |own: &[f32]| vectors.iter().map(|vector| cosine(vector, own)).reduce(f32::max);
    let mut passages: Vec<(Place, f32)> =
        embedded.filter_map(|(place, own)| Some((place, nearest(own)?))).collect();
    passages.sort_by(|a, b| b.1.total_cmp(&a.1));
    passages
}

/// The cosine of the angle between a vector and one of length 1.
pub(crate) fn cosine(vector: &[f32], unit: &[f32]) -> f32 {
    dot(vector, unit) / dot(vector, vector).sqrt()
}

pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
