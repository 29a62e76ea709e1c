//! The same queries in all indexes, in turn.

use std::cell::Cell;
use std::error::Error;
use std::time::{Duration, Instant};

use anyhow::Result;
use priorart_benches::made_up::{vector, words};
use priorart_benches::percentiles;
use priorart_index::{NearestOptions, PassageId, Reader};
use priorart_query::{EmbedQuery, Mode, SearchOptions, Searcher, parse};
use serde_json::{Value, json};

use crate::make::queries;

const QUERIES: u32 = 200;

/// The first round warms up and is not counted.
const ROUNDS: usize = 4;

const HITS: usize = 10;

/// The "model": the vector of the query's number.
struct Given(Cell<u32>);

impl EmbedQuery for Given {
    fn embed(&self, _: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        Ok(vector(self.0.get()))
    }
}

/// Percentiles of every index: of the ten nearest passages alone, and of whole searches by mode.
pub(crate) fn all(readers: &[Reader]) -> Result<Vec<Value>> {
    let seeds: Vec<u32> = queries(QUERIES).collect();
    let nearest = interleaved(readers, &seeds, |reader, seed| {
        let query = vector(seed);
        let start = Instant::now();
        reader.nearest(&query, HITS, None, NearestOptions::default())?;
        Ok(start.elapsed())
    })?;
    let mut figures: Vec<Value> = nearest.into_iter().map(|times| json!({ "nearest": times })).collect();
    for (name, mode) in [("keyword", Mode::Keyword), ("hybrid", Mode::Hybrid)] {
        let options = SearchOptions { mode, ..SearchOptions::default() };
        let times = interleaved(readers, &seeds, |reader, seed| {
            let model = Given(Cell::new(seed));
            let query = parse(&words(seed, 10))?;
            let start = Instant::now();
            Searcher::new(reader).with_encoder(&model).search(&query, &options)?;
            Ok(start.elapsed())
        })?;
        figures.iter_mut().zip(times).for_each(|(figures, times)| figures[name] = times);
    }
    for (reader, figures) in readers.iter().zip(&mut figures) {
        figures["recall"] = json!(recall(reader, &seeds)?);
    }
    Ok(figures)
}

/// Every query in every index before the next query.
fn interleaved(
    readers: &[Reader],
    seeds: &[u32],
    run: impl Fn(&Reader, u32) -> Result<Duration>,
) -> Result<Vec<Value>> {
    let mut times = vec![Vec::new(); readers.len()];
    for round in 0..ROUNDS {
        for &seed in seeds {
            for (reader, times) in readers.iter().zip(&mut times) {
                let time = run(reader, seed)?;
                if round > 0 {
                    times.push(time);
                }
            }
        }
    }
    Ok(times.into_iter().map(percentiles).collect())
}

fn recall(reader: &Reader, seeds: &[u32]) -> Result<f64> {
    let (mut found, mut all) = (0, 0);
    for &seed in seeds {
        let nearest = |exact| -> Result<Vec<PassageId>> {
            let options = NearestOptions { exact, ..NearestOptions::default() };
            let hits = reader.nearest(&vector(seed), HITS, None, options)?;
            Ok(hits.into_iter().map(|(passage, _)| passage).collect())
        };
        let (walked, exact) = (nearest(false)?, nearest(true)?);
        found += exact.iter().filter(|passage| walked.contains(passage)).count();
        all += exact.len();
    }
    Ok(found as f64 / all as f64)
}
