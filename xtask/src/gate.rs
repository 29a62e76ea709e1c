//! The gate: everything that must pass before a change lands.
//!
//! Everything is built in the release profile and for the whole workspace at once, so that the dependencies
//! are compiled once and with one set of features; they are most of the time. Lints and documentation share
//! what the compiler checks of them.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::api;
use crate::browser::install_browser;
use crate::model::reference_model;
use crate::shell::{command, require};
use crate::system::install_vulkan;
use crate::tally::Tally;
use crate::{dependencies, python};

/// What a step does; what it leaves out, it notes in the tally.
type Step = fn(&mut Tally) -> Result<()>;

const STEPS: [(&str, Step); 11] = [
    ("format", format),
    ("software Vulkan", install_vulkan),
    ("browser", install_browser),
    ("Python packages", python::install),
    ("build", build),
    ("weights", fetch_weights),
    ("lint", lint),
    ("test", test),
    ("API", api::check),
    ("documentation", document),
    ("dependencies", dependencies::check),
];

/// Runs the steps in order, stops at the first that fails, and sums up.
pub(crate) fn run() -> Result<()> {
    let mut tally = Tally::default();
    let mut times = Vec::new();
    let mut outcome = Ok(());
    for (name, step) in STEPS {
        println!("\n=== {name}");
        let start = Instant::now();
        outcome = step(&mut tally).with_context(|| format!("the step \"{name}\" failed"));
        times.push((name, start.elapsed()));
        if outcome.is_err() {
            break;
        }
    }
    sum_up(&times, &tally, outcome.is_ok());
    outcome
}

/// Times, what was skipped, and last the count of the tests.
fn sum_up(times: &[(&str, Duration)], tally: &Tally, passed: bool) {
    println!("\n=== summary");
    for (name, time) in times {
        println!("{:>6} s  {name}", time.as_secs());
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    println!("{:>6} s  in all", total.as_secs());
    if let (false, Some((name, _))) = (passed, times.last()) {
        println!("FAILED: {name}");
    }
    for line in &tally.skipped {
        println!("{line}");
    }
    if tally.ran() {
        println!("{} passed, {} failed", tally.passed, tally.failed);
    }
}

fn cargo(args: &[&str]) -> Command {
    command("cargo", args)
}

fn format(_: &mut Tally) -> Result<()> {
    require(&mut cargo(&["fmt", "--all", "--check"]))
}

fn build(_: &mut Tally) -> Result<()> {
    require(&mut cargo(&["build", "--release", "--workspace", "--all-targets"]))
}

fn fetch_weights(_: &mut Tally) -> Result<()> {
    println!("{}", reference_model()?.display());
    Ok(())
}

fn lint(_: &mut Tally) -> Result<()> {
    let lints = ["--", "--deny", "warnings"];
    require(cargo(&["clippy", "--release", "--workspace", "--all-targets"]).args(lints))
}

/// Unit, crate, end-to-end and documentation tests, on the real weights.
fn test(tally: &mut Tally) -> Result<()> {
    let mut tests = cargo(&["test", "--release", "--workspace", "--no-fail-fast"]);
    // What a test that passed has printed is else kept back, and with it what it skipped.
    tests.args(["--", "--nocapture"]).env("PRIORART_TEST_MODEL_DIR", reference_model()?);
    if !watch(&mut tests, tally)? {
        bail!("{} tests failed, or a test could not be built", tally.failed);
    }
    Ok(())
}

/// Passes on what a command prints and counts it.
fn watch(command: &mut Command, tally: &mut Tally) -> Result<bool> {
    // One pipe for both, so that the lines keep their order.
    let (reader, writer) = std::io::pipe()?;
    command.stdout(Stdio::from(writer.try_clone()?)).stderr(Stdio::from(writer));
    let mut child = command.spawn().context("cargo cannot be started")?;
    // The command holds the pipe's other end, which would keep it open for ever.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    for line in BufReader::new(reader).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        tally.read(&line);
    }
    Ok(child.wait()?.success())
}

fn document(_: &mut Tally) -> Result<()> {
    let mut doc = cargo(&["doc", "--release", "--workspace", "--no-deps", "--document-private-items"]);
    require(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}
