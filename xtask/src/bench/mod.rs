//! Benchmarks: the named peers and ours, interleaved on the same input in one run.

mod ann;
mod dumps;
mod encoder;
mod knn;
mod load;
mod overlap;
mod parse;
mod peers;
mod search;
mod store;
mod train;
mod updates;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::{Args, Subcommand, value_parser};

use crate::shell::{root, target};

#[derive(Args)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    name: Name,
    /// How often each engine runs; the median counts
    #[arg(long, global = true, default_value_t = 3, value_parser = value_parser!(u32).range(1..))]
    rounds: u32,
}

#[derive(Subcommand)]
enum Name {
    /// Reading a dump: beside a bare quick-xml event loop and Python's lxml; then large dumps, with their memory
    Parse {
        /// The size of the dump in MiB
        #[arg(long, default_value_t = 200)]
        size: u64,
        /// The size of each of the large dumps in MiB; 0 for none
        #[arg(long, default_value_t = 2048)]
        large: u64,
    },
    /// Encoding: beside ONNX Runtime, sentence-transformers and fastembed
    Encoder {
        /// All texts instead of the first 64 and 16
        #[arg(long)]
        full: bool,
    },
    /// Nearest passages at reduced precision beside those at f32
    Overlap {
        /// How many passages of real patents
        #[arg(long, default_value_t = 2_000)]
        passages: u32,
    },
    /// Nearest neighbours: beside usearch, faiss and hnswlib
    Ann {
        /// How many points of 768 dimensions; 1000000 takes 3 GB of disk for them, and hours
        #[arg(long, default_value_t = 50_000, value_parser = value_parser!(u32).range(10_000..))]
        points: u32,
    },
    /// Exact nearest neighbours: beside numpy's matrix product, which is the machine's limit
    Knn {
        /// How many points of 768 dimensions; they take 3 GB of memory a million
        #[arg(long, default_value_t = 1_000_000, value_parser = value_parser!(u32).range(1..))]
        points: u32,
    },
    /// Queries by mode: beside `SQLite` and bm25s for keywords, usearch for vectors
    Search {
        /// Instead, queries of each kind on so many patents, made by varying the real ones
        #[arg(long, value_parser = value_parser!(u32).range(1..))]
        patents: Option<u32>,
    },
    /// Patents in block files; the catalogue's entries in sled beside redb
    Store {
        /// How many entries
        #[arg(long, default_value_t = 1_000_000)]
        entries: u32,
    },
    /// A step of training: beside `PyTorch`, with losses and embeddings compared
    Train,
    /// The server under load, by oha: queries by kind, then twice what it can take
    Load {
        /// How many made-up patents
        #[arg(long, default_value_t = 100_000)]
        patents: u32,
        /// Seconds of each kind of query
        #[arg(long, default_value_t = 10)]
        seconds: u32,
        /// Seconds of twice what it can take
        #[arg(long, default_value_t = 600)]
        overload: u32,
    },
    /// Searches after weekly updates beside an index that was built in one go
    Updates {
        /// How many weeks
        #[arg(long, default_value_t = 52)]
        weeks: u32,
        /// Patents of one week
        #[arg(long, default_value_t = 500)]
        patents: u32,
    },
}

/// Runs the benchmark, which prints a table and then one line of JSON.
pub(crate) fn run(args: &BenchArgs) -> Result<()> {
    match args.name {
        Name::Parse { size, large } => parse::run(args.rounds, size, large),
        Name::Encoder { full } => encoder::run(args.rounds, full),
        Name::Overlap { passages } => overlap::run(passages),
        Name::Ann { points } => ann::run(args.rounds, points),
        Name::Search { patents: None } => search::run(args.rounds),
        Name::Search { patents: Some(patents) } => search::run_large(args.rounds, patents),
        Name::Knn { points } => knn::run(args.rounds, points),
        Name::Store { entries } => store::run(args.rounds, entries),
        Name::Train => train::run(args.rounds),
        Name::Load { patents, seconds, overload } => load::run(patents, seconds, overload),
        Name::Updates { weeks, patents } => updates::run(args.rounds, weeks, patents),
    }
}

/// Where inputs, virtual environments and exported models are kept between runs.
fn workplace() -> Result<PathBuf> {
    let path = target().join("bench");
    std::fs::create_dir_all(&path)?;
    Ok(path)
}

/// The shared real patents and texts; `PRIORART_SHARED`, by default beside the repository.
fn shared(path: &str) -> PathBuf {
    let base = std::env::var_os("PRIORART_SHARED").unwrap_or_else(|| "../shared".into());
    root().join(base).join(path)
}

/// As [`shared`], for what a benchmark cannot do without.
fn need_shared(path: &str) -> Result<PathBuf> {
    let path = shared(path);
    ensure!(path.exists(), "{} is absent; set PRIORART_SHARED", path.display());
    Ok(path)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
