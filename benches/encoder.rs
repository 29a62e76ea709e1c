//! Times encoding: loads the model, encodes once to warm up, then encodes the texts.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;
use priorart_benches::peak_mb;
use priorart_encoder::{DeviceChoice, Encoder, Precision};
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
    /// The longest text in tokens
    #[arg(long, default_value_t = 512)]
    max_tokens: usize,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let sets: Value = serde_json::from_str(&std::fs::read_to_string(&args.texts)?)?;
    let set = sets[&args.set]["texts"].as_array().context("there is no such set of texts")?;
    let texts: Vec<&str> = set.iter().filter_map(Value::as_str).take(args.count).collect();
    let start = Instant::now();
    let encoder = Encoder::load_with(&args.model, DeviceChoice::Cpu, args.precision)?.with_max_tokens(args.max_tokens)?;
    let load = start.elapsed().as_secs_f64();
    let ids = texts.iter().map(|text| encoder.tokenize(text)).collect::<Result<Vec<_>, _>>()?;
    encoder.encode_tokens(&ids[..ids.len().min(2)])?;
    let start = Instant::now();
    encoder.encode_tokens(&ids)?;
    let seconds = start.elapsed().as_secs_f64();
    let tokens: usize = ids.iter().map(Vec::len).sum();
    println!(
        "{}",
        json!({ "seconds": seconds, "tokens": tokens, "texts": texts.len(), "load": load, "peak_mb": peak_mb() })
    );
    Ok(())
}
