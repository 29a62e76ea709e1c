//! The semantic ranking: nearest passages, grouped to patents.

use std::collections::HashMap;

use priorart_index::{IndexError, NearestOptions, PassageId, PatentId, PatentSet, Reader};

/// A patent with its nearest passages, nearest first.
#[derive(Debug, Clone)]
pub(crate) struct Near {
    pub(crate) patent: PatentId,
    pub(crate) passages: Vec<(PassageId, f32)>,
}

impl Near {
    /// The cosine of its nearest passage.
    pub(crate) fn score(&self) -> f32 {
        self.passages.first().map_or(0.0, |(_, score)| *score)
    }
}

/// Passages looked at for each patent wanted, to begin with: patents have several that are near.
const PASSAGES_PER_PATENT: usize = 4;

/// The `limit` patents with the passages nearest to any of the vectors, nearest first; those in `without` are
/// left out. There are fewer only where fewer have embeddings and pass the filter.
pub(crate) fn ranking(
    reader: &Reader,
    vectors: &[Vec<f32>],
    filter: Option<&PatentSet>,
    without: &[PatentId],
    limit: usize,
) -> Result<Vec<Near>, IndexError> {
    let wanted = limit + without.len();
    let mut k = wanted * PASSAGES_PER_PATENT;
    loop {
        let (passages, exhausted) = nearest(reader, vectors, filter, k)?;
        let mut patents = grouped(reader, passages)?;
        if exhausted || patents.len() >= wanted {
            patents.retain(|near| !without.contains(&near.patent));
            patents.truncate(limit);
            return Ok(patents);
        }
        k *= 4;
    }
}

/// The `k` nearest passages of each vector, merged by their best score; and whether there are no more.
fn nearest(
    reader: &Reader,
    vectors: &[Vec<f32>],
    filter: Option<&PatentSet>,
    k: usize,
) -> Result<(Vec<(PassageId, f32)>, bool), IndexError> {
    let mut best: HashMap<PassageId, f32> = HashMap::new();
    let mut exhausted = true;
    for vector in vectors {
        let found = reader.nearest(vector, k, filter, NearestOptions::default())?;
        exhausted &= found.len() < k;
        for (passage, score) in found {
            let known = best.entry(passage).or_insert(score);
            *known = known.max(score);
        }
    }
    let mut merged: Vec<_> = best.into_iter().collect();
    merged.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok((merged, exhausted))
}

/// Groups passages, best first, to patents in the order of their best passage; patents that tie go by number.
fn grouped(reader: &Reader, passages: Vec<(PassageId, f32)>) -> Result<Vec<Near>, IndexError> {
    let mut places: HashMap<PatentId, usize> = HashMap::new();
    let mut patents: Vec<Near> = Vec::new();
    for (passage, score) in passages {
        let (patent, _) = reader.passage(passage)?;
        let at = *places.entry(patent).or_insert_with(|| {
            patents.push(Near {
                patent,
                passages: Vec::new(),
            });
            patents.len() - 1
        });
        patents[at].passages.push((passage, score));
    }
    let number = |near: &Near| reader.number(near.patent).unwrap_or_default();
    patents.sort_by(|a, b| {
        b.score()
            .total_cmp(&a.score())
            .then_with(|| number(a).cmp(number(b)))
    });
    Ok(patents)
}
