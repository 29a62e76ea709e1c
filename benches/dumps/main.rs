//! Makes large dumps out of a small one: over and over, plain or zipped, or as `PatentsView`'s tables.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod tables;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

#[derive(Parser)]
struct Args {
    /// What the dump is
    kind: Kind,
    /// The dump it is made of
    source: PathBuf,
    /// A file; of tables, a folder
    out: PathBuf,
    /// Bytes, before they are zipped
    bytes: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Plain,
    Zip,
    Tables,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let bytes = match args.kind {
        Kind::Plain => plain(&args)?,
        Kind::Zip => zipped(&args)?,
        Kind::Tables => tables::write(&args.source, &args.out, args.bytes)?,
    };
    println!("{}", json!({ "bytes": bytes }));
    Ok(())
}

fn plain(args: &Args) -> Result<u64> {
    let mut out = BufWriter::new(File::create(&args.out)?);
    let bytes = repeat(&args.source, args.bytes, &mut out)?;
    out.flush()?;
    Ok(bytes)
}

fn zipped(args: &Args) -> Result<u64> {
    let mut out = ZipWriter::new(BufWriter::new(File::create(&args.out)?));
    out.start_file("dump.xml", SimpleFileOptions::default().large_file(true))?;
    let bytes = repeat(&args.source, args.bytes, &mut out)?;
    out.finish()?.flush()?;
    Ok(bytes)
}

/// Writes the source until it comes to so many bytes; as often as that takes, whole.
fn repeat(source: &Path, bytes: u64, out: &mut dyn Write) -> Result<u64> {
    let content = std::fs::read(source)?;
    ensure!(!content.is_empty(), "{} is empty", source.display());
    let times = bytes.div_ceil(content.len() as u64);
    for _ in 0..times {
        out.write_all(&content)?;
    }
    Ok(times * content.len() as u64)
}
