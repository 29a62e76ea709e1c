//! `cargo xtask bench ann`.

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::peers::{Engine, Runs, THREADS, build, interleaved, python};
use super::workplace;
use crate::shell::require;

/// Queries; the true neighbours of each are found by an exact scan.
const QUERIES: &str = "1000";

/// Sizes at which growth is printed, as far as the points go.
const SIZES: [u32; 3] = [10_000, 50_000, 200_000];

/// The peers, each with the type of its vectors.
const PEERS: [(&str, &str); 5] =
    [("usearch", "f32"), ("usearch", "bf16"), ("usearch", "i8"), ("faiss", "f32"), ("hnswlib", "f32")];

/// Our precisions, the default first.
const OURS: [&str; 3] = ["int8", "f16", "f32"];

/// What ours are compared with.
const USEARCH: [&str; 3] = ["usearch f32", "usearch bf16", "usearch i8"];

const PACKAGES: [&str; 4] = ["usearch", "faiss-cpu", "hnswlib", "numpy"];

pub(crate) fn run(rounds: u32, points: u32) -> Result<()> {
    ensure!(points.is_multiple_of(10_000), "--points wants a multiple of 10,000");
    build()?;
    let python = python("ann", &PACKAGES)?;
    let data = workplace()?.join(format!("ann-{points}"));
    make_data(&python, &data, points)?;
    let data = data.to_string_lossy();
    let mut line = json!({ "bench": "ann", "points": points, "dimension": 768, "build_threads": THREADS });
    let grown = SIZES.into_iter().filter(|&size| size < points).map(|size| ours(&data, size, OURS[0]));
    let grown: Vec<Engine> = grown.collect::<Result<_>>()?;
    let growth = interleaved(&grown, 1)?;
    let mut engines =
        OURS.map(|precision| ours(&data, points, precision)).into_iter().collect::<Result<Vec<_>>>()?;
    engines.extend(PEERS.map(|(name, kind)| {
        let args = [&*data, &points.to_string(), name, kind];
        Engine::python(&format!("{name} {kind}"), &python, "ann.py", &args)
    }));
    let runs = interleaved(&engines, rounds)?;
    report(&runs, &mut line);
    report_growth(&growth, &runs[0], &mut line);
    report_filters(&runs[0], &mut line);
    println!("{line}");
    Ok(())
}

/// Points, queries and true neighbours, once.
fn make_data(python: &Path, data: &Path, points: u32) -> Result<()> {
    let done = data.join("done");
    if !done.exists() {
        std::fs::create_dir_all(data)?;
        let args = [&*data.to_string_lossy(), &points.to_string(), QUERIES];
        require(&mut Engine::python("data", python, "ann_data.py", &args).command())?;
        std::fs::write(done, "")?;
    }
    Ok(())
}

/// Ours, on the first so many points.
fn ours(data: &str, points: u32, precision: &str) -> Result<Engine> {
    let index = workplace()?.join("ann.index").to_string_lossy().into_owned();
    let points = points.to_string();
    let args = ["--data", data, "--points", &points, "--precision", precision, "--index", &index];
    Ok(Engine::ours(&format!("ours {precision}"), "bench-ann", &args))
}

const FIGURES: [&str; 8] =
    ["ef", "recall", "qps", "p50_ms", "p99_ms", "build_s", "memory_a_point", "disk_a_point"];

fn figures(runs: &Runs) -> Value {
    FIGURES.iter().map(|&name| (name.to_owned(), json!(runs.figure(name)))).collect()
}

/// Every engine at the smallest ef that finds 99 of 100 true neighbours.
fn report(runs: &[Runs], line: &mut Value) {
    println!("\nat recall@10 of 0.99, or as near to it as the engine comes; one thread searches");
    head("engine");
    for runs in runs {
        row(&runs.name, runs);
        line["engines"][&runs.name] = figures(runs);
        line["engines"][&runs.name]["sweep"] = runs.text("sweep");
        line["versions"][&runs.name] = runs.text("version");
    }
    println!(
        "\n{:<12} {:<14} {:>10} {:>10} {:>10} {:>10}",
        "ours", "to", "queries/s", "build", "memory", "disk"
    );
    let find = |name: &str| runs.iter().find(|runs| runs.name == name);
    for (precision, peer) in OURS.iter().flat_map(|ours| USEARCH.map(|peer| (ours, peer))) {
        let (Some(mine), Some(theirs)) = (find(&format!("ours {precision}")), find(peer)) else {
            continue;
        };
        let ratio = |name: &str| mine.figure(name) / theirs.figure(name);
        let [qps, build, memory, disk] = ["qps", "build_s", "memory_a_point", "disk_a_point"].map(ratio);
        println!("{precision:<12} {peer:<14} {qps:>9.2}x {build:>9.2}x {memory:>9.2}x {disk:>9.2}x");
        line["ratio"][precision][peer] =
            json!({ "qps": qps, "build": build, "memory": memory, "disk": disk });
    }
}

/// Ours by size.
fn report_growth(growth: &[Runs], largest: &Runs, line: &mut Value) {
    println!("\nours, growing");
    head("points");
    let points = line["points"].clone();
    let sizes = SIZES.iter().zip(growth).map(|(size, runs)| (size.to_string(), runs));
    for (size, runs) in sizes.chain([(points.to_string(), largest)]) {
        row(&size, runs);
        line["growth"][&size] = figures(runs);
    }
}

/// Ours by filter, all options at their defaults.
fn report_filters(ours: &Runs, line: &mut Value) {
    println!(
        "\n{:<14} {:>8} {:>10} {:>9} {:>9} {:>10}",
        "let through", "recall", "queries/s", "p50 ms", "p99 ms", "time"
    );
    let all = ours.figure("filters/1/p50_ms");
    for selectivity in ["1", "0.5", "0.1", "0.01", "0.001"] {
        let figure = |name: &str| ours.figure(&format!("filters/{selectivity}/{name}"));
        let [recall, qps, p50, p99] = ["recall", "qps", "p50_ms", "p99_ms"].map(figure);
        let time = p50 / all;
        println!("{selectivity:<14} {recall:>8.4} {qps:>10.0} {p50:>9.3} {p99:>9.3} {time:>9.2}x");
        line["filters"][selectivity] =
            json!({ "recall": recall, "qps": qps, "p50_ms": p50, "p99_ms": p99, "time_to_unfiltered": time });
    }
}

fn head(first: &str) {
    println!(
        "{first:<14} {:>4} {:>7} {:>10} {:>8} {:>8} {:>8} {:>9} {:>9}",
        "ef", "recall", "queries/s", "p50 ms", "p99 ms", "build s", "B memory", "B disk"
    );
}

fn row(name: &str, runs: &Runs) {
    let [ef, recall, qps, p50, p99, build, memory, disk] = FIGURES.map(|figure| runs.figure(figure));
    println!(
        "{name:<14} {ef:>4} {recall:>7.4} {qps:>10.0} {p50:>8.3} {p99:>8.3} {build:>8.1} {memory:>9.0} {disk:>9.0}"
    );
}
