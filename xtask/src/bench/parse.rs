//! `cargo xtask bench parse`.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::json;

use super::peers::{Engine, build, figure, interleaved, python};
use super::{shared, workplace};
use crate::shell::root;

/// The size of the dump that is read.
const BYTES: u64 = 200 << 20;

pub(crate) fn run(rounds: usize) -> Result<()> {
    build()?;
    let python = python("parse", &["lxml"])?;
    let dump = dump()?;
    let path = dump.to_string_lossy();
    let engines = [
        Engine::ours("priorart", "bench-parse", &[&path]),
        Engine::ours("quick-xml events", "bench-parse", &["--quick-xml", &path]),
        Engine::python("lxml", &python, "lxml_parse.py", &[&path]),
    ];
    let printed = interleaved(&engines, rounds)?;
    let megabytes = dump.metadata()?.len() as f64 / 1e6;
    let rates: Vec<f64> = printed
        .iter()
        .map(|rounds| megabytes / figure(rounds, "/seconds"))
        .collect();
    println!();
    for (engine, rate) in engines.iter().zip(&rates) {
        println!("{:<20} {rate:>8.1} MB/s", engine.name);
    }
    let ratio = json!({ "quick_xml": rates[0] / rates[1], "lxml": rates[0] / rates[2] });
    println!(
        "{}",
        json!({
            "bench": "parse", "megabytes": megabytes, "patents": figure(&printed[0], "/count"),
            "ours": rates[0], "quick_xml": rates[1], "lxml": rates[2], "ratio": ratio
        })
    );
    Ok(())
}

/// Real grants over and over; the sample patents where there are none.
fn dump() -> Result<PathBuf> {
    let real = shared("data/uspto/grants-v4/patentprocessor__ipg120327.196.xml");
    let source = if real.exists() {
        real
    } else {
        root().join("data/applications.xml")
    };
    println!("input: {}, repeated to {} MiB", source.display(), BYTES >> 20);
    let bytes = std::fs::read(&source)?;
    if bytes.is_empty() {
        bail!("{} is empty", source.display());
    }
    let path = workplace()?.join("parse.xml");
    let mut file = File::create(&path)?;
    for _ in 0..BYTES.div_ceil(bytes.len() as u64) {
        file.write_all(&bytes)?;
    }
    Ok(path)
}
