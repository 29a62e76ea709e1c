//! Times reading a dump: by `priorart-corpus`, or by a bare quick-xml event loop over the same bytes.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use priorart_benches::peak_mb;
use priorart_corpus::{ParseOptions, Record, parse, parse_dump, read_dump};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::json;

#[derive(Parser)]
struct Args {
    /// A bare quick-xml event loop instead of the corpus reader
    #[arg(long)]
    quick_xml: bool,
    /// Parse on this many threads, with the order kept
    #[arg(long, default_value_t = NonZeroUsize::MIN)]
    threads: NonZeroUsize,
    /// A dump
    dump: PathBuf,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let bytes = std::fs::metadata(&args.dump)?.len();
    let start = Instant::now();
    let count = if args.quick_xml { events(&args.dump)? } else { patents(&args.dump, args.threads) };
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", json!({ "seconds": seconds, "bytes": bytes, "count": count, "peak_mb": peak_mb() }));
    Ok(())
}

fn patents(dump: &Path, threads: NonZeroUsize) -> u64 {
    let mut count = 0;
    let mut add = |record| {
        count += u64::from(matches!(record, Ok(Record::Patent(_))));
        ControlFlow::Continue(())
    };
    if threads == NonZeroUsize::MIN {
        read_dump(dump, &mut |document| add(document.map(|document| parse(&document))));
    } else {
        let options = ParseOptions { threads: Some(threads), ..ParseOptions::default() };
        parse_dump(dump, &options, &mut |parsed| add(parsed.outcome));
    }
    count
}

fn events(dump: &Path) -> Result<u64> {
    let mut reader = Reader::from_file(dump)?;
    reader.config_mut().check_end_names = false;
    let (mut buffer, mut count) = (Vec::new(), 0);
    while !matches!(reader.read_event_into(&mut buffer)?, Event::Eof) {
        count += 1;
        buffer.clear();
    }
    Ok(count)
}
