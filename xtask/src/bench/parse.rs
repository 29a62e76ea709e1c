//! `cargo xtask bench parse`.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::json;

use super::peers::{Engine, Runs, build, interleaved, python};
use super::{shared, workplace};
use crate::shell::root;

pub(crate) fn run(rounds: u32, mebibytes: u64) -> Result<()> {
    build()?;
    let python = python("parse", &["lxml"])?;
    let dump = dump(mebibytes << 20)?;
    let path = dump.to_string_lossy();
    let engines = [
        Engine::ours("ours", "bench-parse", &[&path]),
        Engine::ours("quick_xml", "bench-parse", &["--quick-xml", &path]),
        Engine::python("lxml", &python, "lxml_parse.py", &[&path]),
    ];
    let runs = interleaved(&engines, rounds)?;
    let megabytes = dump.metadata()?.len() as f64 / 1e6;
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
    println!("{line}");
    Ok(())
}

/// A week's real grants over and over; the sample grants where there are none.
fn dump(bytes: u64) -> Result<PathBuf> {
    let real = shared("data/uspto/grants-v4/patentprocessor__ipg120327.196.xml");
    let source = if real.exists() { real } else { root().join("data/grants.xml") };
    println!("input: {}, repeated to {} MiB", source.display(), bytes >> 20);
    let content = std::fs::read(&source)?;
    if content.is_empty() {
        bail!("{} is empty", source.display());
    }
    let path = workplace()?.join("parse.xml");
    let mut file = File::create(&path)?;
    for _ in 0..bytes.div_ceil(content.len() as u64) {
        file.write_all(&content)?;
    }
    Ok(path)
}
