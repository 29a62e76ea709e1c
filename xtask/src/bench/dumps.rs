//! Large dumps, parsed by the product as it is: how quickly, and in how much memory.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{median, workplace};
use crate::shell::{binary, command, output};
use crate::system::memory_mb;

/// What a dump may be: real patents over and over, plain or zipped, or as tables that are joined.
const KINDS: [&str; 3] = ["plain", "zip", "tables"];

/// How often the memory is looked at; the system keeps the peak in between.
const INTERVAL: Duration = Duration::from_millis(5);

/// Makes a dump of each kind out of `source`, of that size before it is zipped, and parses it.
pub(crate) fn run(source: &Path, rounds: u32, mebibytes: u64) -> Result<Value> {
    let threads = thread::available_parallelism()?;
    println!("\n{:<12} {:>9} {:>9} {:>8}", format!("{threads} threads"), "MB", "MB/s", "peak MB");
    let mut line = json!({ "threads": threads });
    for kind in KINDS {
        let (dump, bytes) = make(kind, source, mebibytes)?;
        let runs = (0..rounds).map(|_| parse(&dump)).collect::<Result<Vec<_>>>()?;
        let megabytes = bytes as f64 / 1e6;
        let rate = megabytes / median(runs.iter().map(|run| run.seconds).collect());
        let peak = runs.iter().map(|run| run.peak_mb).max();
        println!("{kind:<12} {megabytes:>9.0} {rate:>9.1} {:>8}", peak.unwrap_or(0));
        line[kind] = json!({ "megabytes": megabytes, "mb_per_s": rate, "peak_mb": peak });
        remove(&dump)?;
    }
    Ok(line)
}

/// A dump of that kind, and its bytes before it is zipped.
pub(crate) fn make(kind: &str, source: &Path, mebibytes: u64) -> Result<(PathBuf, u64)> {
    let dump = workplace()?.join(format!("parse-{mebibytes}.{kind}"));
    let args = [kind, &source.to_string_lossy(), &dump.to_string_lossy(), &(mebibytes << 20).to_string()];
    let printed = output(&mut command(&binary("bench-dumps").to_string_lossy(), &args))?;
    let printed: Value = serde_json::from_str(&printed)?;
    Ok((dump, printed["bytes"].as_u64().context("bench-dumps tells no size")?))
}

struct Run {
    seconds: f64,
    peak_mb: u64,
}

fn parse(dump: &Path) -> Result<Run> {
    let mut parse = command(&binary("priorart").to_string_lossy(), &["parse", "--quiet"]);
    let start = Instant::now();
    let mut parsing = parse.arg(dump).stdout(Stdio::null()).spawn()?;
    let mut peak_mb = 0;
    let status = loop {
        if let Some(status) = parsing.try_wait()? {
            break status;
        }
        peak_mb = memory_mb(parsing.id(), "VmHWM:").max(peak_mb);
        thread::sleep(INTERVAL);
    };
    let seconds = start.elapsed().as_secs_f64();
    ensure!(status.success(), "`priorart parse` ended with {status}");
    Ok(Run { seconds, peak_mb })
}

fn remove(dump: &Path) -> Result<()> {
    if dump.is_dir() {
        fs_err::remove_dir_all(dump)?;
    } else {
        fs_err::remove_file(dump)?;
    }
    Ok(())
}
