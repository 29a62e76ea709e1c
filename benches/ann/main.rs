//! Builds an index of made-up passages and searches it: at growing ef until the recall is good, by filter.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod data;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Parser;
use data::{Data, HITS, PASSAGES};
use priorart_benches::percentiles;
use priorart_corpus::{PassageKind, Patent, PatentNumber, Place};
use priorart_index::{
    ModelStamp, NearestOptions, PassageId, PatentId, PatentSet, Precision, Reader, Writer, WriterOptions,
};
use serde_json::{Value, json};

/// As in `benches/peers/ann.py`.
const EFS: [usize; 23] =
    [16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768];

/// Of each figure, the best of so many runs over all queries.
const ROUNDS: usize = 3;

const SELECTIVITIES: [&str; 5] = ["1", "0.5", "0.1", "0.01", "0.001"];

#[derive(Parser)]
struct Args {
    /// Where `benches/peers/ann_data.py` put points and queries
    #[arg(long)]
    data: PathBuf,
    /// How many of the points
    #[arg(long)]
    points: u32,
    /// The precision of the vectors: f32, f16 or int8
    #[arg(long, default_value = "int8")]
    precision: String,
    /// Where to make the index
    #[arg(long)]
    index: PathBuf,
    /// Search the index that is there
    #[arg(long)]
    keep: bool,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let data = Data::open(&args.data, args.points)?;
    let build_s = if args.keep { f64::NAN } else { build(&args, &data)? };
    let reader = Reader::open(&args.index)?;
    let mut figures = json!({ "build_s": build_s });
    let bytes = sizes(&args.index)?;
    figures["memory_a_point"] = json!((bytes.rows + bytes.graph) as f64 / f64::from(args.points));
    figures["disk_a_point"] = json!((bytes.rows + bytes.graph + bytes.fine) as f64 / f64::from(args.points));
    let mut sweep = Vec::new();
    for ef in EFS {
        let run = run(&reader, &data, "1", NearestOptions { ef: Some(ef), exact: false })?;
        sweep.push(json!({ "ef": ef, "recall": run.recall, "qps": run.qps }));
        if run.recall >= 0.99 {
            for (name, value) in [("ef", json!(ef)), ("recall", json!(run.recall)), ("qps", json!(run.qps))] {
                figures[name] = value;
            }
            merge(&mut figures, run.percentiles);
            break;
        }
    }
    figures["sweep"] = sweep.into();
    for selectivity in SELECTIVITIES {
        let run = run(&reader, &data, selectivity, NearestOptions::default())?;
        figures["filters"][selectivity] = json!({ "recall": run.recall, "qps": run.qps });
        merge(&mut figures["filters"][selectivity], run.percentiles);
    }
    println!("{figures}");
    Ok(())
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

/// Makes the index; the seconds it takes, with the commit.
fn build(args: &Args, data: &Data) -> Result<f64> {
    let precision = match args.precision.as_str() {
        "f32" => Precision::F32,
        "f16" => Precision::F16,
        "int8" => Precision::Int8,
        other => bail!("{other} is none of f32, f16, int8"),
    };
    if args.index.exists() {
        std::fs::remove_dir_all(&args.index)?;
    }
    let start = Instant::now();
    let options = WriterOptions { precision, ..WriterOptions::default() };
    let mut writer = Writer::open_with(&args.index, options)?;
    writer.set_model(&ModelStamp {
        name: "made up".to_owned(),
        sha256: "0".to_owned(),
        dimension: data::DIMENSION as u32,
        pooling: "mean".to_owned(),
        max_tokens: 512,
    })?;
    let places = [0; PASSAGES].map(|start| Place { kind: PassageKind::Claim, number: 1, start, end: 1 });
    for (serial, vectors) in (0_u32..).zip(data.patents()) {
        let number = PatentNumber::new("US", &(7_000_000 + serial).to_string(), "B2");
        writer.add(&Patent { number, ..Patent::default() }, &places, Some(&vectors?))?;
    }
    writer.commit()?;
    writer.close()?;
    Ok(start.elapsed().as_secs_f64())
}

/// Bytes of the files that hold vectors and graphs.
#[derive(Default)]
struct Sizes {
    rows: u64,
    fine: u64,
    graph: u64,
}

fn sizes(index: &Path) -> Result<Sizes> {
    let mut sizes = Sizes::default();
    for segment in std::fs::read_dir(index.join("segments"))? {
        for file in std::fs::read_dir(segment?.path())? {
            let file = file?;
            let (name, bytes) = (file.file_name().to_string_lossy().into_owned(), file.metadata()?.len());
            match name.split(['-', '.']).collect::<Vec<_>>()[..] {
                ["graph", ..] => sizes.graph += bytes,
                ["vectors", _, "lo"] => sizes.fine += bytes,
                ["vectors", ..] => sizes.rows += bytes,
                _ => {}
            }
        }
    }
    Ok(sizes)
}

/// What one thread makes of all queries.
struct Run {
    recall: f64,
    qps: f64,
    percentiles: Value,
}

fn run(reader: &Reader, data: &Data, selectivity: &str, options: NearestOptions) -> Result<Run> {
    let truth = data.truth(selectivity)?;
    let filter = data.filter(selectivity)?;
    let filter = filter.map(|patents| {
        patents.into_iter().map(|ordinal| PatentId { segment: 0, ordinal }).collect::<PatentSet>()
    });
    let (mut best, mut times, mut found) = (f64::INFINITY, Vec::new(), 0);
    for round in 0..ROUNDS {
        let mut round_times = Vec::new();
        found = 0;
        for (query, truth) in data.queries.iter().zip(&truth) {
            let start = Instant::now();
            let hits = reader.nearest(query, HITS, filter.as_ref(), options)?;
            round_times.push(start.elapsed());
            let is_true = |(id, _): &&(PassageId, f32)| truth.contains(&id.ordinal);
            found += hits.iter().filter(is_true).count();
        }
        let seconds = round_times.iter().sum::<std::time::Duration>().as_secs_f64();
        if seconds < best || round == 0 {
            (best, times) = (seconds, round_times);
        }
    }
    let all: usize = truth.iter().map(Vec::len).sum();
    let qps = data.queries.len() as f64 / best;
    Ok(Run { recall: found as f64 / all as f64, qps, percentiles: percentiles(times) })
}
