//! Times encoding: loads the model, encodes once to warm up, then encodes the texts, then one short query
//! over and over; at reduced precision, compares the vectors with those of 32-bit floats.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;
use priorart_benches::{peak_mb, percentiles};
use priorart_encoder::{DeviceChoice, Encoder, EncoderError, LoadOptions, Pooling, Precision};
use serde_json::{Value, json};

#[derive(Parser)]
struct Args {
    /// The model's directory
    #[arg(long)]
    model: PathBuf,
    /// A JSON object of sets, each with a list `texts`
    #[arg(long)]
    texts: PathBuf,
    /// Which set
    #[arg(long)]
    set: String,
    /// How many of its texts
    #[arg(long)]
    count: usize,
    /// f32, bf16 or int8
    #[arg(long, default_value = "f32")]
    precision: Precision,
    /// cls, mean or max
    #[arg(long, default_value = "mean")]
    pooling: Pooling,
    /// The longest text in tokens
    #[arg(long, default_value_t = 512)]
    max_tokens: usize,
}

/// The tokens of the query whose latency is taken, and how often it is asked.
const QUERY_TOKENS: usize = 20;
const QUERIES: usize = 60;

fn main() -> Result<()> {
    let args = Args::parse();
    let sets: Value = serde_json::from_str(&std::fs::read_to_string(&args.texts)?)?;
    let set = sets[&args.set]["texts"].as_array().context("there is no such set of texts")?;
    let texts: Vec<&str> = set.iter().filter_map(Value::as_str).take(args.count).collect();
    let start = Instant::now();
    let encoder = match args.encoder(args.precision) {
        Err(EncoderError::NoInstructions { precision }) => {
            println!("{}", json!({ "no_instructions": precision.to_string() }));
            return Ok(());
        }
        loaded => loaded?,
    };
    let load = start.elapsed().as_secs_f64();
    let ids = texts.iter().map(|text| encoder.tokenize(text)).collect::<Result<Vec<_>, _>>()?;
    encoder.encode_tokens(&ids[..ids.len().min(2)])?;
    let start = Instant::now();
    let vectors = encoder.encode_tokens(&ids)?;
    let seconds = start.elapsed().as_secs_f64();
    let peak = peak_mb();
    let tokens: usize = ids.iter().map(Vec::len).sum();
    println!(
        "{}",
        json!({
            "seconds": seconds, "tokens": tokens, "texts": texts.len(), "load": load, "peak_mb": peak,
            "query": query_times(&encoder, &ids[0])?, "cosine": args.least_cosine(&ids, &vectors)?,
        })
    );
    Ok(())
}

/// How long one short query takes.
fn query_times(encoder: &Encoder, ids: &[u32]) -> Result<Value> {
    let query = [ids[..ids.len().min(QUERY_TOKENS)].to_vec()];
    let time = || {
        let start = Instant::now();
        encoder.encode_tokens(&query)?;
        Ok(start.elapsed())
    };
    Ok(percentiles((0..QUERIES).map(|_| time()).collect::<Result<_>>()?))
}

impl Args {
    fn encoder(&self, precision: Precision) -> Result<Encoder, EncoderError> {
        let options = LoadOptions { device: DeviceChoice::Cpu, precision, ..LoadOptions::default() };
        let encoder = Encoder::load_with(&self.model, options)?.with_pooling(self.pooling);
        encoder.with_max_tokens(self.max_tokens)
    }

    /// The least cosine between `vectors` and those of 32-bit floats; none at that precision.
    fn least_cosine(&self, ids: &[Vec<u32>], vectors: &[Vec<f32>]) -> Result<Option<f32>> {
        if self.precision == Precision::F32 {
            return Ok(None);
        }
        let exact = self.encoder(Precision::F32)?.encode_tokens(ids)?;
        Ok(vectors.iter().zip(&exact).map(|(a, b)| cosine(a, b)).reduce(f32::min))
    }
}

fn cosine(left: &[f32], right: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(left, right) / (dot(left, left) * dot(right, right)).sqrt()
}
