//! `cargo xtask test` is the whole gate; `cargo xtask bench NAME` compares with the named peers.

#![expect(clippy::print_stdout, reason = "a command line prints")]

mod api;
mod bench;
mod browser;
mod dependencies;
mod gate;
mod model;
mod python;
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
    /// Try the API with generated requests, which schemathesis makes of its `OpenAPI` document
    FuzzApi {
        /// Requests of each operation at most; some have fewer
        #[arg(long, default_value_t = 1500)]
        cases: u32,
    },
    /// Run a benchmark beside its peers; ends with one line of JSON
    Bench(bench::BenchArgs),
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Test => gate::run(),
        Command::FuzzApi { cases } => api::fuzz(cases),
        Command::Bench(args) => bench::run(&args),
    }
}
