//! Times queries on an index, by mode, with the model warm; the query's encoding is timed apart.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::cell::RefCell;
use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Parser;
use priorart_encoder::{DeviceChoice, Encoder};
use priorart_index::Reader;
use priorart_query::{EmbedQuery, Mode, SearchOptions, Searcher, parse};
use serde_json::{Value, json};

#[derive(Parser)]
struct Args {
    /// The model's directory
    #[arg(long)]
    model: PathBuf,
    /// The index
    #[arg(long)]
    index: PathBuf,
    /// A file of queries, one a line
    #[arg(long)]
    queries: PathBuf,
}

/// The encoder, with the time that it took.
struct Timed {
    encoder: Encoder,
    times: RefCell<Vec<Duration>>,
}

impl EmbedQuery for Timed {
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        let start = Instant::now();
        let vector = self.encoder.encode(&[text])?.swap_remove(0);
        self.times.borrow_mut().push(start.elapsed());
        Ok(vector)
    }
}

fn main() -> Result<()> {
    let args = Args::parse();
    let reader = Reader::open(&args.index)?;
    let model = Timed {
        encoder: Encoder::load(&args.model, DeviceChoice::Cpu)?,
        times: RefCell::default(),
    };
    let searcher = Searcher::new(&reader).with_encoder(&model);
    let queries = std::fs::read_to_string(&args.queries)?;
    let mut figures = json!({ "stats": serde_json::to_value(reader.stats()?)? });
    for (name, mode) in [
        ("keyword", Mode::Keyword),
        ("semantic", Mode::Semantic),
        ("hybrid", Mode::Hybrid),
    ] {
        let options = SearchOptions {
            mode,
            ..SearchOptions::default()
        };
        let mut times = Vec::new();
        // The first round warms up.
        for round in 0..3 {
            for query in queries.lines() {
                let start = Instant::now();
                searcher.search(&parse(query)?, &options)?;
                let encoding = model.times.borrow_mut().pop().unwrap_or_default();
                if round > 0 {
                    times.push((start.elapsed().saturating_sub(encoding), encoding));
                }
            }
        }
        figures[name] = percentiles(times.iter().map(|(search, _)| *search).collect());
        figures["encoding"] = percentiles(times.iter().map(|(_, encoding)| *encoding).collect());
    }
    println!("{figures}");
    Ok(())
}

/// Median and 99th percentile in milliseconds.
fn percentiles(mut times: Vec<Duration>) -> Value {
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len().saturating_sub(1) * percent / 100).copied();
    let milliseconds = |time: Option<Duration>| time.unwrap_or_default().as_secs_f64() * 1000.0;
    json!({ "p50_ms": milliseconds(at(50)), "p99_ms": milliseconds(at(99)), "queries": times.len() })
}
