//! `cargo xtask bench search`.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::peers::{Engine, build, figure, interleaved, model};
use super::{shared, workplace};
use crate::shell::{command, output, require, root};

pub(crate) fn run(rounds: usize) -> Result<()> {
    build()?;
    let model = model()?;
    let index = workplace()?.join("search.index");
    let patents = workplace()?.join("search.jsonl");
    make_index(&index, &model)?;
    write_patents(&index, &patents)?;
    let queries = root().join("benches/queries.txt");
    let [index, patents, queries] = [&index, &patents, &queries].map(|path| path.to_string_lossy());
    let ours = ["--model", &model, "--index", &index, "--queries", &queries];
    let engines = [
        Engine::ours("priorart", "bench-search", &ours),
        Engine::python(
            "sqlite fts5",
            Path::new("python3"),
            "sqlite_search.py",
            &[&patents, &queries],
        ),
    ];
    let printed = interleaved(&engines, rounds)?;
    let ours = |mode: &str, percentile: &str| figure(&printed[0], &format!("/{mode}/{percentile}_ms"));
    let mut line = json!({ "bench": "search", "patents": figure(&printed[0], "/stats/patents") });
    println!();
    for mode in ["keyword", "semantic", "hybrid", "encoding"] {
        let (p50, p99) = (ours(mode, "p50"), ours(mode, "p99"));
        println!("{mode:<12} p50 {p50:>8.2} ms   p99 {p99:>8.2} ms");
        line["ours"][mode] = json!({ "p50_ms": p50, "p99_ms": p99 });
    }
    let (p50, p99) = (figure(&printed[1], "/p50_ms"), figure(&printed[1], "/p99_ms"));
    println!("{:<12} p50 {p50:>8.2} ms   p99 {p99:>8.2} ms", "sqlite fts5");
    line["sqlite_fts5"] = json!({ "p50_ms": p50, "p99_ms": p99 });
    line["ratio"] = json!({ "keyword": p50 / ours("keyword", "p50") });
    println!("{line}");
    Ok(())
}

/// An index of the sample patents and, where they are, the real ones; made once.
fn make_index(index: &Path, model: &str) -> Result<()> {
    let binary = root().join("target/release/priorart");
    let mut make = command(
        &binary.to_string_lossy(),
        &["index", "data/grants.xml", "data/applications.xml"],
    );
    let real = ["data/uspto/grants-v4", "data/uspto/applications-v4"].map(shared);
    make.args(real.iter().filter(|path| path.exists()));
    require(
        make.arg("--index")
            .arg(index)
            .args(["--model", model, "--device", "cpu"]),
    )
}

/// The patents of the index as JSON lines, for peers.
fn write_patents(index: &Path, target: &Path) -> Result<()> {
    let binary = root().join("target/release/priorart");
    let binary = binary.to_string_lossy();
    let on_index = |args: &[&str]| output(command(&binary, args).arg("--json").arg("--index").arg(index));
    let all = on_index(&["search", "pd>1700", "--mode", "keyword", "--limit", "1000000"])?;
    let mut lines = String::new();
    for hit in all.lines() {
        let hit: serde_json::Value = serde_json::from_str(hit)?;
        lines.push_str(&on_index(&["show", hit["number"].as_str().unwrap_or_default()])?);
    }
    Ok(std::fs::write(target, lines)?)
}
