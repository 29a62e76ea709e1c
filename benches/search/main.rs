//! Times queries on an index, by mode, with the model warm; the query's encoding is timed apart.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod export;
mod nearest;

use std::cell::RefCell;
use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Parser;
use priorart_benches::percentiles;
use priorart_encoder::{DeviceChoice, Encoder};
use priorart_index::Reader;
use priorart_query::{EmbedQuery, Mode, SearchOptions, Searcher, parse};
use serde_json::json;

const MODES: [(&str, Mode); 3] =
    [("keyword", Mode::Keyword), ("semantic", Mode::Semantic), ("hybrid", Mode::Hybrid)];

/// The first round warms up and is not counted.
const ROUNDS: usize = 3;

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
    /// Write what peers need into this directory, and time nothing
    #[arg(long)]
    export: Option<PathBuf>,
}

/// The encoder, which notes the time of the last text.
struct Timed {
    encoder: Encoder,
    last: RefCell<Option<Duration>>,
}

impl EmbedQuery for Timed {
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        let start = Instant::now();
        let vector = self.encoder.encode(&[text])?.swap_remove(0);
        self.last.replace(Some(start.elapsed()));
        Ok(vector)
    }
}

fn main() -> Result<()> {
    let args = Args::parse();
    let reader = Reader::open(&args.index)?;
    let text = std::fs::read_to_string(&args.queries)?;
    let queries: Vec<&str> = text.lines().collect();
    let encoder = Encoder::load(&args.model, DeviceChoice::Cpu)?;
    let vectors = encoder.encode(&queries)?;
    if let Some(target) = args.export {
        return export::write(&reader, &vectors, &target);
    }
    let model = Timed { encoder, last: RefCell::default() };
    let mut figures = json!({ "stats": reader.stats()? });
    let mut encodings = Vec::new();
    for (name, mode) in MODES {
        let searches = time_searches(&reader, &model, &queries, mode, &mut encodings)?;
        figures[name] = percentiles(searches);
    }
    figures["encoding"] = percentiles(encodings);
    figures["nearest"] = nearest::time(&reader, &vectors)?;
    println!("{figures}");
    Ok(())
}

/// The time of each search, less that of the query's encoding, which goes to `encodings`.
fn time_searches(
    reader: &Reader,
    model: &Timed,
    queries: &[&str],
    mode: Mode,
    encodings: &mut Vec<Duration>,
) -> Result<Vec<Duration>> {
    let searcher = Searcher::new(reader).with_encoder(model);
    let options = SearchOptions { mode, ..SearchOptions::default() };
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        for query in queries {
            let start = Instant::now();
            searcher.search(&parse(query)?, &options)?;
            let whole = start.elapsed();
            let encoding = model.last.take();
            if round > 0 {
                times.push(whole.saturating_sub(encoding.unwrap_or_default()));
                encodings.extend(encoding);
            }
        }
    }
    Ok(times)
}
