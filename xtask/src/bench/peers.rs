//! Runs engines, each a program whose last line is a JSON object of its figures.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{median, workplace};
use crate::python::venv;
use crate::shell::{binary, command, output, require, root};

/// Threads that every engine may use.
pub(crate) const THREADS: u32 = 2;

/// An engine: its name, and the program that runs it once.
pub(crate) struct Engine {
    name: String,
    program: PathBuf,
    args: Vec<String>,
}

/// What an engine printed in each round.
pub(crate) struct Runs {
    pub(crate) name: String,
    printed: Vec<Value>,
}

impl Engine {
    /// One of our benchmark binaries.
    pub(crate) fn ours(name: &str, program: &str, args: &[&str]) -> Self {
        Self::new(name, binary(program), args)
    }

    /// One of the scripts in `benches/peers`, run by the Python of a virtual environment.
    pub(crate) fn python(name: &str, python: &Path, script: &str, args: &[&str]) -> Self {
        let script = root().join("benches/peers").join(script);
        Self::new(name, python.to_owned(), &[&[&*script.to_string_lossy()], args].concat())
    }

    fn new(name: &str, program: PathBuf, args: &[&str]) -> Self {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        Self { name: name.to_owned(), program, args }
    }

    /// The program with the same threads for all.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(root()).args(&self.args);
        for threads in ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"] {
            command.env(threads, THREADS.to_string());
        }
        // Set on some machines for the sake of old libraries, these hold numpy back.
        command.env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
        command
    }

    /// Runs once and reads the last line it prints.
    fn run(&self) -> Result<Value> {
        let printed = output(&mut self.command())?;
        let last = printed.lines().last();
        let last = last.with_context(|| format!("{} prints nothing", self.name))?;
        serde_json::from_str(last).with_context(|| format!("{} prints no JSON: {last}", self.name))
    }
}

impl Runs {
    /// The median of a figure over the rounds; NaN, which JSON writes as null, where there is none.
    pub(crate) fn figure(&self, name: &str) -> f64 {
        let figures = self.printed.iter().filter_map(|printed| at(printed, name)?.as_f64());
        median(figures.collect())
    }

    /// Something that is the same in every round.
    pub(crate) fn text(&self, name: &str) -> Value {
        let first = self.printed.first();
        first.and_then(|printed| at(printed, name)).cloned().unwrap_or_default()
    }
}

/// A figure by the names that lead to it, such as `keyword/p50_ms`.
fn at<'a>(printed: &'a Value, path: &str) -> Option<&'a Value> {
    printed.pointer(&format!("/{path}"))
}

/// Runs every engine in turn, `rounds` times over.
pub(crate) fn interleaved(engines: &[Engine], rounds: u32) -> Result<Vec<Runs>> {
    let new = |engine: &Engine| Runs { name: engine.name.clone(), printed: Vec::new() };
    let mut runs: Vec<Runs> = engines.iter().map(new).collect();
    for round in 1..=rounds {
        for (engine, runs) in engines.iter().zip(&mut runs) {
            let printed = engine.run()?;
            println!("round {round}  {:<26} {}", engine.name, shortened(&printed));
            runs.printed.push(printed);
        }
    }
    Ok(runs)
}

fn shortened(figures: &Value) -> String {
    figures.to_string().chars().take(120).collect()
}

/// A virtual environment with packages from the Python registry; its Python.
pub(crate) fn python(name: &str, packages: &[&str]) -> Result<PathBuf> {
    venv(&workplace()?.join(name), packages)
}

/// Builds the product and our benchmark binaries: all at once, for the sake of one set of features.
pub(crate) fn build() -> Result<()> {
    require(&mut command("cargo", &["build", "--release", "--workspace", "--quiet"]))
}
