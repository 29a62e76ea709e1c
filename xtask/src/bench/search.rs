//! `cargo xtask bench search`.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::peers::{Engine, Runs, build, interleaved, python};
use super::{shared, workplace};
use crate::model::reference_model;
use crate::shell::{binary, command, require, root};

/// What is timed: our name for it, and the peers that do the same.
const TASKS: [(&str, &[&str]); 5] = [
    ("keyword", &["sqlite_fts5", "bm25s"]),
    ("semantic", &[]),
    ("hybrid", &[]),
    ("nearest", &["usearch"]),
    ("encoding", &[]),
];

pub(crate) fn run(rounds: u32) -> Result<()> {
    build()?;
    let python = python("search", &["bm25s", "PyStemmer", "usearch", "numpy"])?;
    let (index, export) = (workplace()?.join("search.index"), workplace()?.join("search"));
    let queries = root().join("benches/queries.txt");
    let model = reference_model()?;
    make_index(&index, &model)?;
    let [index, export, queries, model] =
        [index, export, queries, model].map(|path| path.display().to_string());
    let ours = ["--model", &*model, "--index", &index, "--queries", &queries];
    let export_all = [&ours[..], &["--export", &export]].concat();
    require(&mut Engine::ours("export", "bench-search", &export_all).command())?;
    let peer = |name: &str, script: &str| Engine::python(name, &python, script, &[&export, &queries]);
    let engines = [
        Engine::ours("ours", "bench-search", &ours),
        peer("sqlite_fts5", "sqlite_search.py"),
        peer("bm25s", "bm25s_search.py"),
        peer("usearch", "usearch_search.py"),
    ];
    let runs = interleaved(&engines, rounds)?;
    println!("{}", report(&runs[0], &runs[1..]));
    Ok(())
}

/// What is timed on many patents.
const KINDS: [&str; 6] = ["keyword", "semantic", "hybrid", "filtered", "proximity", "chart"];

/// Queries of each kind on many patents, which are made of the others.
pub(crate) fn run_large(rounds: u32, patents: u32) -> Result<()> {
    build()?;
    let (from, index) =
        (workplace()?.join("search.index"), workplace()?.join(format!("search-{patents}.index")));
    let model = reference_model()?;
    make_index(&from, &model)?;
    let [from, index, model] = [from, index, model].map(|path| path.display().to_string());
    let args = ["--model", &*model, "--from", &from, "--index", &index, "--patents", &patents.to_string()];
    let ours = interleaved(&[Engine::ours("ours", "bench-large", &args)], rounds)?.remove(0);
    let mut line = json!({ "bench": "search", "threads": 1 });
    for count in ["patents", "passages"] {
        line[count] = json!(ours.figure(&format!("stats/{count}")));
    }
    println!("\n{:<12} {:>9} {:>9}", "milliseconds", "p50", "p99");
    for kind in KINDS {
        let [p50, p99] = ["p50_ms", "p99_ms"].map(|figure| ours.figure(&format!("{kind}/{figure}")));
        println!("{kind:<12} {p50:>9.3} {p99:>9.3}");
        line["ours"][kind] = json!({ "p50_ms": p50, "p99_ms": p99 });
    }
    println!("{line}");
    Ok(())
}

/// An index of the sample patents and, where they are, the real ones. What is there already is kept.
fn make_index(index: &Path, model: &Path) -> Result<()> {
    let mut make = command(&binary("priorart").to_string_lossy(), &["index", "data"]);
    let real = ["data/uspto/grants-v4", "data/uspto/applications-v4"].map(shared);
    make.args(real.iter().filter(|path| path.exists()));
    make.arg("--index").arg(index).arg("--model").arg(model);
    make.args(["--device", "cpu"]);
    // Some of the real dumps are broken on purpose: their records are reported, and the rest is indexed.
    let status = make.status()?;
    if status.code() == Some(3) {
        println!("some dumps could not be read to their end");
        return Ok(());
    }
    anyhow::ensure!(status.success(), "{make:?} ended with {status}");
    Ok(())
}

fn report(ours: &Runs, peers: &[Runs]) -> Value {
    let mut line = json!({ "bench": "search", "threads": 1 });
    for count in ["patents", "passages"] {
        line[count] = json!(ours.figure(&format!("stats/{count}")));
    }
    println!("\n{:<22} {:>9} {:>9} {:>7} {:>8}", "milliseconds", "p50", "p99", "recall", "ours is");
    for (task, names) in TASKS {
        let mine = ours.figure(&format!("{task}/p50_ms"));
        line["ours"][task] = row(task, task, ours, mine);
        for peer in peers.iter().filter(|peer| names.contains(&peer.name.as_str())) {
            let name = format!("  {}", peer.name);
            line[&peer.name] = row(&name, task, peer, mine);
            line["ratio"][&peer.name] = json!(peer.figure(&format!("{task}/p50_ms")) / mine);
            line["versions"][&peer.name] = peer.text("version");
        }
    }
    line
}

/// Prints a row and gives its figures; `mine` is our median.
fn row(name: &str, task: &str, runs: &Runs, mine: f64) -> Value {
    let [p50, p99, recall] =
        ["p50_ms", "p99_ms", "recall"].map(|figure| runs.figure(&format!("{task}/{figure}")));
    let shown = if recall.is_nan() { String::new() } else { format!("{recall:.3}") };
    println!("{name:<22} {p50:>9.3} {p99:>9.3} {shown:>7} {:>7.2}x", p50 / mine);
    let mut figures = json!({ "p50_ms": p50, "p99_ms": p99 });
    if !recall.is_nan() {
        figures["recall"] = json!(recall);
    }
    figures
}
