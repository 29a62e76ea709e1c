//! The vectors alone: the ten nearest passages, and how many of them an exact scan finds as well.

use std::time::Instant;

use anyhow::Result;
use priorart_benches::percentiles;
use priorart_index::{NearestOptions, PassageId, Reader};
use serde_json::{Value, json};

use crate::ROUNDS;

const HITS: usize = 10;

/// Percentiles of the time, and the recall.
pub(crate) fn time(reader: &Reader, queries: &[Vec<f32>]) -> Result<Value> {
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        for query in queries {
            let start = Instant::now();
            nearest(reader, query, false)?;
            if round > 0 {
                times.push(start.elapsed());
            }
        }
    }
    let mut figures = percentiles(times);
    figures["recall"] = json!(recall(reader, queries)?);
    Ok(figures)
}

fn nearest(reader: &Reader, query: &[f32], exact: bool) -> Result<Vec<PassageId>> {
    let options = NearestOptions { exact, ..NearestOptions::default() };
    let hits = reader.nearest(query, HITS, None, options)?;
    Ok(hits.into_iter().map(|(passage, _)| passage).collect())
}

fn recall(reader: &Reader, queries: &[Vec<f32>]) -> Result<f64> {
    let (mut found, mut all) = (0, 0);
    for query in queries {
        let (walked, exact) = (nearest(reader, query, false)?, nearest(reader, query, true)?);
        found += exact.iter().filter(|passage| walked.contains(passage)).count();
        all += exact.len();
    }
    Ok(found as f64 / all as f64)
}
