//! The semantic ranking: nearest passages, grouped to patents.

use std::collections::HashMap;

use priorart_index::{IndexError, NearestOptions, PassageId, PatentId, PatentSet, Reader};

use crate::ranking::{Scored, by_score};

/// Passages looked at for each patent wanted, to begin with: patents have several that are near.
const PASSAGES_PER_PATENT: usize = 4;

/// The `limit` patents with the passages nearest to any of the vectors, with the cosine of the nearest; those
/// in `without` are left out. There are fewer only where fewer have embeddings and pass the filter.
pub(crate) fn ranking(
    reader: &Reader,
    vectors: &[Vec<f32>],
    filter: Option<&PatentSet>,
    without: &[PatentId],
    limit: usize,
) -> Result<Scored, IndexError> {
    let wanted = limit + without.len();
    let mut k = wanted * PASSAGES_PER_PATENT;
    loop {
        let near = nearest(reader, vectors, filter, k)?;
        // Unseen passages are no nearer than `unseen`, so what is nearer than that stands where it stays.
        let is_certain = |(_, score): &(PatentId, f32)| near.unseen.is_none_or(|unseen| *score > unseen);
        if near.unseen.is_none() || near.patents.get(wanted.saturating_sub(1)).is_some_and(is_certain) {
            let mut patents = near.patents;
            patents.retain(|(patent, _)| !without.contains(patent));
            patents.truncate(limit);
            return Ok(patents);
        }
        k *= 4;
    }
}

/// What is near any of several vectors.
struct Near {
    patents: Scored,
    /// The cosine that no passage exceeds that was not looked at; `None` where all were.
    unseen: Option<f32>,
}

/// The patents of the `k` nearest passages of each vector.
fn nearest(
    reader: &Reader,
    vectors: &[Vec<f32>],
    filter: Option<&PatentSet>,
    k: usize,
) -> Result<Near, IndexError> {
    let mut best: HashMap<PatentId, f32> = HashMap::new();
    let mut unseen: Option<f32> = None;
    for vector in vectors {
        let found = reader.nearest(vector, k, filter, NearestOptions::default())?;
        if let Some((_, last)) = found.last().filter(|_| found.len() == k) {
            unseen = Some(unseen.map_or(*last, |most| most.max(*last)));
        }
        for (passage, score) in found {
            let known = best.entry(reader.passage(passage)?.0).or_insert(score);
            *known = known.max(score);
        }
    }
    let mut patents: Scored = best.into_iter().collect();
    patents.sort_by(by_score(reader));
    Ok(Near { patents, unseen })
}

/// The passages of a patent with the cosine of each to the nearest of the vectors, nearest first; those
/// without embeddings are left out.
pub(crate) fn passages(reader: &Reader, patent: PatentId, vectors: &[Vec<f32>]) -> Vec<(PassageId, f32)> {
    let segment = patent.segment;
    let all = reader.passages_of(patent).map(|ordinal| PassageId { segment, ordinal });
    let embedded = all.filter_map(|passage| Some((passage, reader.vector(passage)?)));
    let nearest = |own: &[f32]| vectors.iter().map(|vector| cosine(vector, own)).reduce(f32::max);
    let mut passages: Vec<(PassageId, f32)> =
        embedded.filter_map(|(passage, own)| Some((passage, nearest(&own)?))).collect();
    passages.sort_by(|a, b| b.1.total_cmp(&a.1));
    passages
}

/// The cosine of the angle between a vector and one of length 1.
fn cosine(vector: &[f32], unit: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(vector, unit) / dot(vector, vector).sqrt()
}
