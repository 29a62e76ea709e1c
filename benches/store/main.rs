//! Times the store: patents in block files, and the catalogue's entries in sled beside redb.
//!
//! Each run is a process of its own, so that its peak of memory is its own.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod catalogue;
mod engines;
mod patents;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::engines::Kind;

#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Index dumps without embeddings; how small are the patents, how quickly is one read?
    Patents {
        /// The index to make
        #[arg(long)]
        index: PathBuf,
        /// Dumps or folders of them
        #[arg(required = true)]
        dumps: Vec<PathBuf>,
    },
    /// Write entries, commit by commit; every other commit moves the patents of the one before, as merges do
    Write {
        engine: Kind,
        /// Where to; what is there is removed
        dir: PathBuf,
        /// How many patents
        entries: u32,
    },
    /// Open what was written, read all of it, then single entries
    Reopen {
        engine: Kind,
        /// Where from
        dir: PathBuf,
        /// How many patents
        entries: u32,
    },
}

fn main() -> Result<()> {
    let figures = match Args::parse().what {
        What::Patents { index, dumps } => patents::measure(&index, &dumps)?,
        What::Write { engine, dir, entries } => catalogue::write(engine, &dir, entries)?,
        What::Reopen { engine, dir, entries } => catalogue::reopen(engine, &dir, entries)?,
    };
    println!("{figures}");
    Ok(())
}
