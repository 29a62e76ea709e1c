//! Times queries of each kind on an index of many patents, which it makes out of a small one.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod asked;
mod vary;

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use priorart_benches::percentiles;
use priorart_encoder::{DeviceChoice, Encoder};
use priorart_index::Reader;
use priorart_query::{EmbedQuery, Mode, Query, SearchOptions, Searcher, parse};
use serde_json::{Value, json};

use crate::asked::Asked;

#[derive(Parser)]
struct Args {
    /// The model's directory
    #[arg(long)]
    model: PathBuf,
    /// An index of real patents with embeddings
    #[arg(long)]
    from: PathBuf,
    /// The index to make, and to time
    #[arg(long)]
    index: PathBuf,
    /// How many patents it has
    #[arg(long)]
    patents: usize,
    /// Time only these kinds of queries
    #[arg(long, value_delimiter = ',', default_value = "keyword,semantic,hybrid,filtered,proximity,chart")]
    kinds: Vec<String>,
}

/// The encoder, which encodes each text once: what is timed is the search beside it.
struct Known {
    encoder: Encoder,
    vectors: RefCell<HashMap<String, Vec<f32>>>,
}

impl EmbedQuery for Known {
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        if let Some(vector) = self.vectors.borrow().get(text) {
            return Ok(vector.clone());
        }
        let vector = self.encoder.encode(&[text])?.swap_remove(0);
        self.vectors.borrow_mut().insert(text.to_owned(), vector.clone());
        Ok(vector)
    }
}

fn main() -> Result<()> {
    let args = Args::parse();
    let small = Reader::open(&args.from)?;
    vary::make(&small, &args.index, args.patents)?;
    let asked = Asked::of(&small)?;
    let reader = Reader::open(&args.index)?;
    let encoder = Encoder::load(&args.model, DeviceChoice::Cpu)?;
    let model = Known { encoder, vectors: RefCell::default() };
    let searcher = Searcher::new(&reader).with_encoder(&model);
    let mut figures = json!({ "stats": reader.stats()? });
    for kind in &args.kinds {
        let (queries, mode) = match kind.as_str() {
            "keyword" => (&asked.texts, Mode::Keyword),
            "semantic" => (&asked.texts, Mode::Semantic),
            "hybrid" => (&asked.texts, Mode::Hybrid),
            "filtered" => (&asked.filtered, Mode::Hybrid),
            "proximity" => (&asked.proximity, Mode::Hybrid),
            "chart" => (&asked.claims, Mode::Hybrid),
            other => anyhow::bail!("there are no queries of the kind {other}"),
        };
        let options = SearchOptions { mode, ..SearchOptions::default() };
        figures[kind] = time(queries, |query| {
            Ok(if kind == "chart" {
                searcher.chart(query, &Query::default(), &options)?.patents.len()
            } else {
                searcher.search(&parse(query)?, &options)?.hits.len()
            })
        })?;
    }
    println!("{figures}");
    Ok(())
}

/// Each query twice, of which the second counts: by then it is encoded, and what it reads is in memory.
fn time(queries: &[String], ask: impl Fn(&str) -> Result<usize>) -> Result<Value> {
    let mut times = Vec::new();
    let mut hits = 0;
    for query in queries {
        ask(query)?;
        let start = Instant::now();
        hits += ask(query)?;
        times.push(start.elapsed());
    }
    let mut figures = percentiles(times);
    figures["hits"] = json!(hits);
    Ok(figures)
}
