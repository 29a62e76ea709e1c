//! `cargo xtask bench store`.

use anyhow::Result;
use serde_json::{Value, json};

use super::peers::{Engine, Runs, build, interleaved};
use super::{need_shared, workplace};

pub(crate) fn run(rounds: u32, entries: u32) -> Result<()> {
    build()?;
    let mut line = json!({ "bench": "store", "entries": entries });
    line["patents"] = patents()?;
    line["catalogue"] = catalogue(rounds, entries)?;
    println!("{line}");
    Ok(())
}

/// How small real patents become, and how quickly one is read.
fn patents() -> Result<Value> {
    let index = workplace()?.join("store.index").display().to_string();
    let dumps = ["data/uspto/grants-v4", "data/uspto/applications-v4"].map(need_shared);
    let dumps = dumps.into_iter().map(|dump| Ok(dump?.display().to_string())).collect::<Result<Vec<_>>>()?;
    let args = [&["patents", "--index", &index][..], &[&dumps[0], &dumps[1]]].concat();
    let runs = interleaved(&[Engine::ours("patents", "bench-store", &args)], 1)?;
    let figure = |name: &str| runs[0].figure(name);
    println!("\n{} patents in {:.1} MB", figure("patents"), figure("stored_bytes") / 1e6);
    for (name, of) in [("text", "their text"), ("json", "all that is known of them"), ("dump", "their XML")] {
        let (bytes, share) = (figure(&format!("{name}_bytes")), figure(&format!("of_{name}")));
        println!("  {:>5.1} % of {of} ({:.1} MB)", 100.0 * share, bytes / 1e6);
    }
    println!("  one is read in {:.3} ms (p50), {:.3} ms (p99)", figure("read/p50_ms"), figure("read/p99_ms"));
    let names = ["patents", "stored_bytes", "of_text", "of_json", "of_dump", "read/p50_ms", "read/p99_ms"];
    Ok(names.into_iter().map(|name| (name.replace('/', "_"), json!(figure(name)))).collect())
}

/// The catalogue's entries in sled and in redb; each run is a process of its own.
fn catalogue(rounds: u32, entries: u32) -> Result<Value> {
    let engine = |name: &str, step: &str| -> Result<Engine> {
        let dir = workplace()?.join(format!("store.{name}")).display().to_string();
        Ok(Engine::ours(&format!("{name} {step}"), "bench-store", &[step, name, &dir, &entries.to_string()]))
    };
    let engines = [
        engine("sled", "write")?,
        engine("sled", "reopen")?,
        engine("redb", "write")?,
        engine("redb", "reopen")?,
    ];
    let runs = interleaved(&engines, rounds)?;
    println!("\n{:<34} {:>9} {:>9}", format!("{entries} patents"), "sled", "redb");
    let mut line = json!({});
    for (step, figure, name) in FIGURES {
        let at = usize::from(step == "reopen");
        let [sled, redb] = [&runs[at], &runs[2 + at]].map(|runs: &Runs| runs.figure(figure));
        println!("{name:<34} {sled:>9.3} {redb:>9.3}");
        line["sled"][step][figure] = json!(sled);
        line["redb"][step][figure] = json!(redb);
    }
    Ok(line)
}

/// What is measured in which step, and how it is shown.
const FIGURES: [(&str, &str, &str); 8] = [
    ("write", "bytes_per_patent", "bytes a patent on disk"),
    ("write", "writes_per_second", "entries written a second"),
    ("write", "peak_mb", "peak MB while writing"),
    ("reopen", "open_seconds", "seconds to open"),
    ("reopen", "open_and_scan_seconds", "seconds to open and read all"),
    ("reopen", "get/p50_ms", "ms to read one, p50"),
    ("reopen", "get/p99_ms", "ms to read one, p99"),
    ("reopen", "peak_mb", "peak MB while reading"),
];
