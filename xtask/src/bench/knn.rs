//! `cargo xtask bench knn`.

use anyhow::Result;
use serde_json::json;

use super::peers::{Engine, THREADS, build, interleaved, python};

/// Queries for which all points are compared.
const QUERIES: u32 = 1024;

pub(crate) fn run(rounds: u32, points: u32) -> Result<()> {
    build()?;
    let python = python("knn", &["numpy"])?;
    let [points_arg, queries] = [points, QUERIES].map(|count| count.to_string());
    let engines = [
        Engine::ours("ours", "bench-knn", &[&points_arg, &queries]),
        Engine::python("numpy_sgemm", &python, "numpy_knn.py", &[]),
    ];
    let runs = interleaved(&engines, rounds)?;
    let [ours, sgemm] = [&runs[0], &runs[1]].map(|runs| runs.figure("gflops"));
    let (seconds, more_mb) = (runs[0].figure("seconds"), runs[0].figure("more_mb"));
    println!("\n{QUERIES} queries against {points} points of 768 dimensions, {THREADS} threads");
    println!("ours    {ours:>7.1} GFLOP/s  {seconds:.1} s, {more_mb:.0} MB beside the vectors");
    println!("sgemm   {sgemm:>7.1} GFLOP/s");
    println!("ratio   {:>7.2}", ours / sgemm);
    let line = json!({
        "bench": "knn", "threads": THREADS, "points": points, "queries": QUERIES, "seconds": seconds,
        "more_mb": more_mb, "gflops": {"ours": ours, "numpy_sgemm": sgemm}, "ratio": ours / sgemm,
    });
    println!("{line}");
    Ok(())
}
