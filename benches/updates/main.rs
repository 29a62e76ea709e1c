//! Searches after a year of weekly updates beside searches in an index that was built in one go.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod make;
mod time;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use priorart_benches::made_up::PASSAGES;
use priorart_index::Reader;
use serde_json::{Value, json};

use crate::make::{History, make};

#[derive(Parser)]
struct Args {
    /// Where the indexes are made; those that are there already are kept
    #[arg(long)]
    dir: PathBuf,
    /// Patents of one week
    #[arg(long)]
    patents: u32,
    /// Weeks
    #[arg(long)]
    weeks: u32,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let mut figures =
        json!({ "weeks": args.weeks, "patents_a_week": args.patents, "passages_a_patent": PASSAGES });
    let mut readers = Vec::new();
    for history in History::ALL {
        let dir = args.dir.join(format!("{}-{}x{}", history.name(), args.weeks, args.patents));
        let seconds = make(&dir, history, args.weeks, args.patents)?;
        let reader = Reader::open(&dir)?;
        figures[history.name()] = shape(&reader, seconds)?;
        readers.push(reader);
    }
    for (history, times) in History::ALL.iter().zip(time::all(&readers)?) {
        figures[history.name()]["times"] = times;
    }
    println!("{figures}");
    Ok(())
}

/// What an index looks like.
fn shape(reader: &Reader, seconds: Option<f64>) -> Result<Value> {
    let stats = reader.stats()?;
    Ok(json!({
        "patents": stats.patents,
        "passages": stats.passages,
        "segments": stats.segments.len(),
        "parts": stats.segments.iter().map(|segment| segment.parts).sum::<usize>(),
        "keyword_segments": reader.keyword().searcher().segment_readers().len(),
        "deleted": stats.segments.iter().map(|segment| segment.deleted).sum::<u64>(),
        "bytes": stats.bytes,
        "make_seconds": seconds,
    }))
}
