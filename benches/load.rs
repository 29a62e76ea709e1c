//! What the load test of the server needs: an index, addresses to ask for, and the encoder's own rate.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Parser;
use priorart_benches::made_up::{patent, places, vectors, words};
use priorart_encoder::{DeviceChoice, Encoder};
use priorart_index::{Compaction, Reader, Writer};
use priorart_indexer::stamp;
use serde_json::json;

/// Queries of each kind, so many that none comes twice in a short run.
const QUERIES: u32 = 50_000;

/// Words of a query.
const WORDS: usize = 6;

/// Queries that the encoder is given at a time, as the server gives them.
const BATCH: usize = 32;

/// How long the encoder is timed.
const TIMED: Duration = Duration::from_secs(10);

#[derive(Parser)]
struct Args {
    /// Where all of it is made; an index that is there already is kept
    #[arg(long)]
    dir: PathBuf,
    /// The model's directory
    #[arg(long)]
    model: PathBuf,
    /// How many made-up patents
    #[arg(long)]
    patents: u32,
    /// What addresses begin with: <http://127.0.0.1:7700>
    #[arg(long)]
    base: String,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let encoder = Encoder::load(&args.model, DeviceChoice::Cpu)?;
    make_index(&args, &encoder)?;
    let reader = Reader::open(&args.dir.join("index"))?;
    write_addresses(&args)?;
    println!(
        "{}",
        json!({
            "patents": args.patents,
            "passages": reader.coverage().passages,
            "words_a_query": WORDS,
            "encoder_per_s": encoder_rate(&encoder)?,
        })
    );
    Ok(())
}

/// Made-up vectors under the model's name: the server asks the model for those of queries.
fn make_index(args: &Args, encoder: &Encoder) -> Result<()> {
    let (index, partial) = (args.dir.join("index"), args.dir.join("partial"));
    if index.exists() {
        return Ok(());
    }
    let mut writer = Writer::open(&partial)?;
    writer.set_model(&stamp(encoder.info()))?;
    for i in 0..args.patents {
        writer.add(&patent(i, i), &places(), Some(&vectors(i)))?;
    }
    writer.commit()?;
    writer.compact(Compaction::Tiers(2), &mut |_| ControlFlow::Continue(()))?;
    writer.close()?;
    Ok(std::fs::rename(partial, index)?)
}

fn query(i: u32) -> String {
    words(i ^ (1 << 29), WORDS).replace(' ', "+")
}

fn write_addresses(args: &Args) -> Result<()> {
    let search = format!("{}/api/search", args.base);
    write(&args.dir, "keyword", |i| format!("{search}?mode=keyword&q={}", query(i)))?;
    write(&args.dir, "hybrid", |i| format!("{search}?q={}", query(i)))?;
    write(&args.dir, "like", |i| format!("{search}?like=US{}B2", 7_000_000 + i % args.patents))?;
    // Two of words, one of a patent, one of both rankings.
    write(&args.dir, "mixed", |i| match i % 4 {
        0 => format!("{search}?q={}", query(QUERIES + i)),
        1 => format!("{search}?like=US{}B2", 7_000_000 + i % args.patents),
        _ => format!("{search}?mode=keyword&q={}", query(QUERIES + i)),
    })
}

fn write(dir: &Path, name: &str, address: impl Fn(u32) -> String) -> Result<()> {
    let mut text = String::new();
    for i in 0..QUERIES {
        writeln!(text, "{}", address(i))?;
    }
    Ok(std::fs::write(dir.join(format!("{name}.txt")), text)?)
}

/// Queries a second, in calls of a full batch.
fn encoder_rate(encoder: &Encoder) -> Result<f64> {
    let queries: Vec<String> = (0..4096).map(|i| query(2 * QUERIES + i).replace('+', " ")).collect();
    let queries: Vec<&str> = queries.iter().map(String::as_str).collect();
    encoder.encode(&queries[..BATCH])?;
    let (start, mut done) = (Instant::now(), 0);
    for batch in queries.chunks(BATCH).cycle() {
        encoder.encode(batch)?;
        done += batch.len();
        if start.elapsed() > TIMED {
            break;
        }
    }
    Ok(done as f64 / start.elapsed().as_secs_f64())
}
