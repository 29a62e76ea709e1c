//! `cargo xtask bench parse`.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;

use super::peers::{Engine, Runs, build, interleaved, python};
use super::{dumps, shared};
use crate::shell::root;

pub(crate) fn run(rounds: u32, mebibytes: u64, large: u64) -> Result<()> {
    build()?;
    let python = python("parse", &["lxml"])?;
    let source = source();
    println!("input: {}, repeated to {mebibytes} MiB", source.display());
    let (dump, bytes) = dumps::make("plain", &source, mebibytes)?;
    let path = dump.to_string_lossy();
    let engines = [
        Engine::ours("ours", "bench-parse", &[&path]),
        Engine::ours("quick_xml", "bench-parse", &["--quick-xml", &path]),
        Engine::python("lxml", &python, "lxml_parse.py", &[&path]),
    ];
    let runs = interleaved(&engines, rounds)?;
    let megabytes = bytes as f64 / 1e6;
    let rate = |runs: &Runs| megabytes / runs.figure("seconds");
    let ours = rate(&runs[0]);
    let mut line = json!({ "bench": "parse", "threads": 1, "megabytes": megabytes });
    line["patents"] = json!(runs[0].figure("count"));
    println!("\n{:<12} {:>9} {:>8} {:>8}", "engine", "MB/s", "MB", "ours is");
    for runs in &runs {
        let (rate, peak) = (rate(runs), runs.figure("peak_mb"));
        println!("{:<12} {rate:>9.1} {peak:>8.0} {:>7.2}x", runs.name, ours / rate);
        line[&runs.name] = json!(rate);
        line["peak_mb"][&runs.name] = json!(peak);
        if runs.name != "ours" {
            line["ratio"][&runs.name] = json!(ours / rate);
        }
    }
    if large > 0 {
        line["large"] = dumps::run(&source, rounds, large)?;
    }
    println!("{line}");
    Ok(())
}

/// A week's real grants; the sample grants where there are none.
fn source() -> PathBuf {
    let real = shared("data/uspto/grants-v4/patentprocessor__ipg120327.196.xml");
    if real.exists() { real } else { root().join("data/grants.xml") }
}
