//! A searcher's commands on the sample patents: search and its options, chart, repl, watch, cpc.

#![expect(clippy::unwrap_used, reason = "a test fails where its helpers do")]
#![expect(clippy::print_stdout, reason = "tests fail by panic, and print what they found")]

#[path = "../harness/mod.rs"]
mod harness;

mod chart;
mod classes;
mod formats;
mod options;
mod repl;
mod watch;

use std::sync::OnceLock;

use harness::{Bench, sample};

/// The sample patents, embedded by the tiny model; tests that share it change nothing.
fn indexed() -> &'static Bench {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    BENCH.get_or_init(|| {
        let bench = Bench::with_tiny_model();
        bench.ok(&["index", &sample("grants.xml"), &sample("applications.xml"), "--quiet"]);
        bench
    })
}
