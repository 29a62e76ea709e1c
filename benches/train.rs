//! Times training: fine-tunes on pairs, a step at a time, writes the model, and prints the losses with what
//! the written model makes of the first texts or pairs.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use priorart_benches::peak_mb;
use priorart_encoder::train::{Event, Run, SCORES, TrainSettings, Trainer};
use priorart_encoder::{CrossEncoder, DeviceChoice, Encoder, LoadOptions};
use priorart_pairs::read_pairs;
use serde_json::json;

#[derive(Parser)]
struct Args {
    /// The base model's directory
    #[arg(long)]
    model: PathBuf,
    /// A CSV file of pairs
    #[arg(long)]
    pairs: PathBuf,
    /// Where the trained model is written
    #[arg(long)]
    output: PathBuf,
    /// The longest text in tokens
    #[arg(long)]
    max_tokens: Option<usize>,
    /// The share of numbers that dropout sets to 0
    #[arg(long, default_value_t = 0.0)]
    dropout: f64,
    /// Train a cross-encoder
    #[arg(long)]
    cross_encoder: bool,
}

/// The texts whose embeddings, or the pairs whose scores are printed.
const SHOWN: usize = 8;

fn main() -> Result<()> {
    let args = Args::parse();
    let settings =
        TrainSettings { dropout: args.dropout, max_tokens: args.max_tokens, ..TrainSettings::default() };
    let pairs = read_pairs(&args.pairs, SCORES)?;
    let mut trainer = if args.cross_encoder {
        Trainer::cross_encoder(&args.model, settings)?
    } else {
        Trainer::bi_encoder(&args.model, settings)?
    };
    let run = Run { pairs: &pairs, held_out: &[], output: &args.output, resume: false };
    let (mut seconds, mut last) = (Vec::new(), Instant::now());
    let report = trainer.run(run, &mut |event| {
        if let Event::Step(..) = event {
            seconds.push(last.elapsed().as_secs_f64());
            last = Instant::now();
        }
        ControlFlow::Continue(())
    })?;
    let peak = peak_mb();
    drop(trainer);
    seconds.sort_by(f64::total_cmp);
    let losses: Vec<f32> = report.steps.iter().map(|step| step.loss).collect();
    let mut line = json!({ "seconds": seconds[seconds.len() / 2], "losses": losses, "peak_mb": peak });
    let shown = &pairs[..pairs.len().min(SHOWN)];
    if args.cross_encoder {
        let pairs: Vec<(&str, &str)> = shown.iter().map(|pair| (&*pair.first, &*pair.second)).collect();
        let options = LoadOptions { device: DeviceChoice::Cpu, ..LoadOptions::default() };
        line["scores"] = json!(CrossEncoder::load(&args.output, options)?.score(&pairs)?);
        line["pairs"] = json!(pairs);
    } else {
        let texts: Vec<&str> = shown.iter().map(|pair| &*pair.first).collect();
        line["vectors"] = json!(Encoder::load(&args.output, DeviceChoice::Cpu)?.encode(&texts)?);
        line["texts"] = json!(texts);
    }
    println!("{line}");
    Ok(())
}
