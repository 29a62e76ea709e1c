//! `cargo xtask bench updates`.

use anyhow::Result;
use serde_json::{Value, json};

use super::peers::{Engine, Runs, build, interleaved};
use super::workplace;

/// The bound: how many times as long a search may take after a year of updates.
const BOUND: f64 = 1.3;

/// What is timed.
const TASKS: [(&str, &str); 3] =
    [("nearest", "ten nearest passages"), ("keyword", "keyword search"), ("hybrid", "hybrid search")];

/// How the indexes came about, beside the one that was built in one go.
const HISTORIES: [(&str, &str); 2] = [("weekly", "weekly"), ("weekly_uncompacted", "not compacted")];

pub(crate) fn run(rounds: u32, weeks: u32, patents: u32) -> Result<()> {
    build()?;
    let dir = workplace()?.display().to_string();
    let (weeks, patents) = (weeks.to_string(), patents.to_string());
    let args = ["--dir", &*dir, "--weeks", &weeks, "--patents", &patents];
    let runs = interleaved(&[Engine::ours("updates", "bench-updates", &args)], rounds)?;
    println!("{}", report(&runs[0]));
    Ok(())
}

fn report(runs: &Runs) -> Value {
    let mut line = json!({ "bench": "updates", "bound": BOUND });
    for count in ["weeks", "patents_a_week"] {
        line[count] = runs.text(count);
    }
    println!(
        "\n{:<16} {:>8} {:>8} {:>8} {:>9} {:>7}",
        "", "patents", "passages", "segments", "seconds", "recall"
    );
    for (name, shown) in [("whole", "in one go")].into_iter().chain(HISTORIES) {
        let figure = |what: &str| runs.figure(&format!("{name}/{what}"));
        let counts = ["patents", "passages", "segments", "make_seconds"].map(figure);
        let [patents, passages, segments, seconds] = counts;
        let recall = figure("times/recall");
        println!("{shown:<16} {patents:>8} {passages:>8} {segments:>8} {seconds:>9.1} {recall:>7.3}");
        line[name] = runs.text(name);
    }
    println!("\n{:<22} {:<14} {:>9} {:>9} {:>8}", "milliseconds", "", "p50", "p99", "times");
    for (task, what) in TASKS {
        let p50 = |name: &str| runs.figure(&format!("{name}/times/{task}/p50_ms"));
        for (name, shown) in [("whole", "in one go")].into_iter().chain(HISTORIES) {
            let (median, times) = (p50(name), p50(name) / p50("whole"));
            let p99 = runs.figure(&format!("{name}/times/{task}/p99_ms"));
            println!("{what:<22} {shown:<14} {median:>9.3} {p99:>9.3} {times:>7.2}x");
            line["ratio"][name][task] = json!(times);
        }
    }
    line
}
