//! How many of the ten nearest passages stay the same at reduced precision: the passages of real patents are
//! encoded at each precision, and each passage's neighbours, by an exact scan, compared with those at f32.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Parser;
use priorart_corpus::{Patent, Record, parse, read_dump};
use priorart_encoder::{DeviceChoice, Encoder, LoadOptions, Precision};
use serde_json::json;

/// The neighbours that are compared.
const NEAREST: usize = 10;

const REDUCED: [(&str, Precision); 2] = [("bf16", Precision::Bf16), ("int8", Precision::Int8)];

#[derive(Parser)]
struct Args {
    /// The model's directory
    #[arg(long)]
    model: PathBuf,
    /// How many passages
    #[arg(long, default_value_t = 2_000)]
    count: usize,
    /// Dumps of patents
    dumps: Vec<PathBuf>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let passages = passages(&args.dumps, args.count);
    ensure!(passages.len() > NEAREST, "the dumps hold {} passages", passages.len());
    let encode = |precision| -> Result<Vec<Vec<f32>>> {
        let options = LoadOptions { device: DeviceChoice::Cpu, precision, ..LoadOptions::default() };
        let texts: Vec<&str> = passages.iter().map(String::as_str).collect();
        Ok(Encoder::load_with(&args.model, options)?.encode(&texts)?)
    };
    let exact = neighbours(&encode(Precision::F32)?);
    let mut figures = json!({ "passages": passages.len(), "nearest": NEAREST });
    for (name, precision) in REDUCED {
        figures[name] = json!(overlap(&exact, &neighbours(&encode(precision)?)));
    }
    println!("{figures}");
    Ok(())
}

/// Abstracts and independent claims, each text once.
fn passages(dumps: &[PathBuf], count: usize) -> Vec<String> {
    let mut passages = Vec::new();
    for dump in dumps {
        read_dump(dump, &mut |document| {
            if let Ok(Record::Patent(patent)) = document.as_ref().map(parse) {
                passages.extend(texts(&patent));
            }
            ControlFlow::Continue(())
        });
    }
    passages.sort_unstable();
    passages.dedup();
    // The dumps are of several years and formats: all of them are to have their part.
    let step = (passages.len() / count.max(1)).max(1);
    passages.into_iter().step_by(step).take(count).collect()
}

fn texts(patent: &Patent) -> Vec<String> {
    let summary =
        (!patent.abstract_text.is_empty()).then(|| format!("{}\n{}", patent.title, patent.abstract_text));
    let claims = patent.claims.iter().filter(|claim| claim.is_independent()).map(|claim| claim.text.clone());
    summary.into_iter().chain(claims).collect()
}

/// For each vector the ten others that are nearest.
fn neighbours(vectors: &[Vec<f32>]) -> Vec<Vec<usize>> {
    (0..vectors.len()).map(|query| nearest(vectors, query)).collect()
}

fn nearest(vectors: &[Vec<f32>], query: usize) -> Vec<usize> {
    let cosine = |other: &[f32]| {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        dot(&vectors[query], other) / dot(other, other).sqrt()
    };
    let mut others: Vec<(f32, usize)> = (0..vectors.len())
        .filter(|&other| other != query)
        .map(|other| (cosine(&vectors[other]), other))
        .collect();
    others.select_nth_unstable_by(NEAREST - 1, |left, right| right.0.total_cmp(&left.0));
    others.into_iter().take(NEAREST).map(|(_, other)| other).collect()
}

/// The mean share of neighbours that both have.
fn overlap(left: &[Vec<usize>], right: &[Vec<usize>]) -> f64 {
    let common =
        |(left, right): (&Vec<usize>, &Vec<usize>)| left.iter().filter(|it| right.contains(it)).count();
    let common: usize = left.iter().zip(right).map(common).sum();
    common as f64 / (NEAREST * left.len()) as f64
}
