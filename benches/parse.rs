//! Times reading a dump: by `priorart-corpus`, or by a bare quick-xml event loop over the same bytes.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use priorart_benches::peak_mb;
use priorart_corpus::{Record, parse, read_dump};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::json;

#[derive(Parser)]
struct Args {
    /// A bare quick-xml event loop instead of the corpus reader
    #[arg(long)]
    quick_xml: bool,
    /// An uncompressed dump
    dump: PathBuf,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let bytes = std::fs::metadata(&args.dump)?.len();
    let start = Instant::now();
    let count = if args.quick_xml { events(&args.dump)? } else { patents(&args.dump) };
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", json!({ "seconds": seconds, "bytes": bytes, "count": count, "peak_mb": peak_mb() }));
    Ok(())
}

fn patents(dump: &std::path::Path) -> u64 {
    let mut count = 0;
    read_dump(dump, &mut |document| {
        count += u64::from(document.is_ok_and(|document| matches!(parse(&document), Record::Patent(_))));
        ControlFlow::Continue(())
    });
    count
}

fn events(dump: &std::path::Path) -> Result<u64> {
    let mut reader = Reader::from_file(dump)?;
    reader.config_mut().check_end_names = false;
    let (mut buffer, mut count) = (Vec::new(), 0);
    while !matches!(reader.read_event_into(&mut buffer)?, Event::Eof) {
        count += 1;
        buffer.clear();
    }
    Ok(count)
}
