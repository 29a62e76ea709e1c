//! Runs engines, each a program that prints one line of JSON with its figures.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{median, workplace};
use crate::shell::{command, output, require, root};

/// An engine: its name, and the program that runs it once.
pub(crate) struct Engine {
    pub(crate) name: String,
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<String>,
}

impl Engine {
    /// One of our benchmark binaries.
    pub(crate) fn ours(name: &str, binary: &str, args: &[&str]) -> Self {
        Self::new(name, root().join("target/release").join(binary), args)
    }

    /// One of the scripts in `benches/peers`, run by the Python of a virtual environment.
    pub(crate) fn python(name: &str, python: &Path, script: &str, args: &[&str]) -> Self {
        let script = root().join("benches/peers").join(script);
        let script = script.to_string_lossy();
        Self::new(name, python.to_owned(), &[&[&*script], args].concat())
    }

    fn new(name: &str, program: PathBuf, args: &[&str]) -> Self {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        Self {
            name: name.to_owned(),
            program,
            args,
        }
    }

    /// Runs once and reads the last line it prints.
    pub(crate) fn run(&self) -> Result<Value> {
        let mut command = Command::new(&self.program);
        command
            .current_dir(root())
            .args(&self.args)
            .env("RAYON_NUM_THREADS", THREADS);
        // On some machines these hold numpy back.
        command
            .env("OMP_NUM_THREADS", THREADS)
            .env_remove("OPENBLAS_CORETYPE")
            .env_remove("OPENBLAS_L2_SIZE");
        let printed = output(&mut command)?;
        let last = printed
            .lines()
            .last()
            .with_context(|| format!("{} prints nothing", self.name))?;
        serde_json::from_str(last).with_context(|| format!("{} prints no JSON: {last}", self.name))
    }
}

/// Threads that every engine may use.
pub(crate) const THREADS: &str = "2";

/// Runs every engine in turn, `rounds` times over: what each printed, by engine.
pub(crate) fn interleaved(engines: &[Engine], rounds: usize) -> Result<Vec<Vec<Value>>> {
    let mut printed = vec![Vec::new(); engines.len()];
    for round in 1..=rounds {
        for (engine, printed) in engines.iter().zip(&mut printed) {
            let figures = engine.run()?;
            println!("round {round}  {:<28} {figures:.120}", engine.name);
            printed.push(figures);
        }
    }
    Ok(printed)
}

/// The median of a figure over the rounds.
pub(crate) fn figure(rounds: &[Value], path: &str) -> f64 {
    median(
        rounds
            .iter()
            .filter_map(|figures| figures.pointer(path)?.as_f64())
            .collect(),
    )
}

/// A virtual environment with packages from the Python registry; its Python.
pub(crate) fn python(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let venv = workplace()?.join(name);
    let python = venv.join("bin/python");
    if !python.exists() {
        require(&mut command("python3", &["-m", "venv", &venv.to_string_lossy()]))?;
    }
    let mut install = Command::new(&python);
    require(install.args(["-m", "pip", "install", "--quiet"]).args(packages))?;
    Ok(python)
}

/// Builds our benchmark binaries and the product.
pub(crate) fn build() -> Result<()> {
    require(&mut command("cargo", &["build", "--release", "--workspace"]))
}

/// The directory of the real weights, fetched where they are not at hand.
pub(crate) fn model() -> Result<String> {
    let binary = root().join("target/release/priorart");
    let printed = output(&mut command(
        &binary.to_string_lossy(),
        &["model", "fetch", "--json", "--quiet"],
    ))?;
    let model: Value = serde_json::from_str(&printed)?;
    Ok(model["path"].as_str().context("the model has a path")?.to_owned())
}
