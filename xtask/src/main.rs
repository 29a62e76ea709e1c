//! `cargo xtask test` is the whole gate; `cargo xtask bench NAME` compares with the named peers.

#![expect(clippy::print_stdout, reason = "a command line prints")]

mod bench;
mod dependencies;
mod gate;
mod model;
mod shell;
mod system;
mod tally;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The developers' command")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the tests need, fetch the real weights, run every lint, test and doc check
    Test,
    /// Run a benchmark beside its peers; ends with one line of JSON
    Bench(bench::BenchArgs),
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Test => gate::run(),
        Command::Bench(args) => bench::run(&args),
    }
}
