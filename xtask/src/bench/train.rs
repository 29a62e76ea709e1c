//! `cargo xtask bench train`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::peers::{Engine, THREADS, build, interleaved, python};
use super::{need_shared, workplace};
use crate::model::reference_model;
use crate::shell::output;

const PACKAGES: [&str; 3] = ["torch", "transformers", "sentence-transformers"];

/// Steps that are timed, of so many pairs of texts of so many tokens.
const TIMED_STEPS: usize = 3;
const BATCH: usize = 16;
const TOKENS: &str = "128";

/// Steps whose losses are compared, on pairs of short phrases.
const COMPARED_STEPS: usize = 20;

/// How far losses and embeddings may be from `PyTorch`'s.
const TOLERANCE: f64 = 1e-4;

/// What both sides are given.
struct Setting {
    python: PathBuf,
    model: String,
}

pub(crate) fn run(rounds: u32) -> Result<()> {
    let texts = need_shared("reference/texts.json")?;
    let phrases = need_shared("data/evaluation/phrase-matching/pairs.csv")?;
    build()?;
    let setting = Setting {
        python: python("encoder", &PACKAGES)?,
        model: reference_model()?.to_string_lossy().into_owned(),
    };
    let (long, short) = (workplace()?.join("train-long.csv"), workplace()?.join("train-short.csv"));
    std::fs::write(&long, long_pairs(&texts)?)?;
    std::fs::write(&short, first_lines(&phrases, COMPARED_STEPS * BATCH + 1)?)?;
    let mut line = json!({ "bench": "train", "threads": THREADS });
    setting.time(&long, rounds, &mut line)?;
    setting.compare(&short, &mut line)?;
    println!("{line}");
    Ok(())
}

impl Setting {
    fn ours(&self, pairs: &Path, more: &[&str]) -> Result<Engine> {
        let output = workplace()?.join("trained");
        if output.exists() {
            std::fs::remove_dir_all(&output)?;
        }
        let [pairs, output] = [pairs, &output].map(|path| path.to_string_lossy().into_owned());
        let args = ["--model", &self.model, "--pairs", &pairs, "--output", &output];
        Ok(Engine::ours("ours", "bench-train", &[&args, more].concat()))
    }

    fn pytorch(&self, pairs: &Path, more: &[&str]) -> Engine {
        let (pairs, threads) = (pairs.to_string_lossy(), THREADS.to_string());
        let args = [&self.model, &*pairs, "--threads", &threads];
        Engine::python("pytorch", &self.python, "train_losses.py", &[&args, more].concat())
    }

    /// Steps as they are in real training, with dropout.
    fn time(&self, pairs: &Path, rounds: u32, line: &mut Value) -> Result<()> {
        println!("\n{TIMED_STEPS} steps of {BATCH} pairs, {TOKENS} tokens a text, median of {rounds}");
        let ours = self.ours(pairs, &["--max-tokens", TOKENS, "--dropout", "0.1"])?;
        let pytorch = self.pytorch(pairs, &["--max-tokens", TOKENS, "--dropout"]);
        let runs = interleaved(&[ours, pytorch], rounds)?;
        for runs in &runs {
            let (seconds, peak) = (runs.figure("seconds"), runs.figure("peak_mb"));
            println!("{:<10} {seconds:>7.2} s a step {peak:>7.0} MB", runs.name);
            line["seconds"][&runs.name] = json!(seconds);
            line["peak_mb"][&runs.name] = json!(peak);
        }
        line["versions"]["pytorch"] = runs[1].text("version");
        line["ratio"] = json!(runs[1].figure("seconds") / runs[0].figure("seconds"));
        Ok(())
    }

    /// Losses with dropout off, and what Python makes of the models that were trained.
    fn compare(&self, pairs: &Path, line: &mut Value) -> Result<()> {
        let ours = last_line(&self.ours(pairs, &[])?)?;
        let embeddings = self.loaded(&ours)?;
        let theirs = losses(&last_line(&self.pytorch(pairs, &[]))?)?;
        let ours = losses(&ours)?;
        ensure!(ours.len() == theirs.len(), "{} losses beside {}", ours.len(), theirs.len());
        let losses = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let scores = self.loaded(&last_line(&self.ours(pairs, &["--cross-encoder"])?)?)?;
        println!("\ngreatest difference from PyTorch's and sentence-transformers' figures");
        for (name, off) in [("losses", losses), ("embeddings", embeddings), ("scores", scores)] {
            println!("{name:<12} {off:.1e}");
            line["greatest_difference"][name] = json!(off);
            ensure!(off <= TOLERANCE, "{name} are off by {off}, more than {TOLERANCE}");
        }
        line["compared_steps"] = json!(ours.len());
        Ok(())
    }

    /// How far what Python makes of the trained model is from our `figures`.
    fn loaded(&self, figures: &str) -> Result<f64> {
        let file = workplace()?.join("trained.json");
        std::fs::write(&file, figures)?;
        let model = workplace()?.join("trained").to_string_lossy().into_owned();
        let args = [&*model, &*file.to_string_lossy()];
        let loaded = last_line(&Engine::python("load", &self.python, "train_load.py", &args))?;
        let loaded: Value = serde_json::from_str(&loaded)?;
        loaded["difference"].as_f64().context("a difference was printed")
    }
}

/// What an engine prints at its end.
fn last_line(engine: &Engine) -> Result<String> {
    let printed = output(&mut engine.command())?;
    Ok(printed.lines().last().context("nothing was printed")?.to_owned())
}

fn losses(line: &str) -> Result<Vec<f64>> {
    let figures: Value = serde_json::from_str(line)?;
    let losses = figures["losses"].as_array().context("there are losses")?;
    Ok(losses.iter().filter_map(Value::as_f64).collect())
}

/// Pairs of the long texts, with scores of all kinds.
fn long_pairs(texts: &Path) -> Result<String> {
    let sets: Value = serde_json::from_str(&std::fs::read_to_string(texts)?)?;
    let texts = sets["a"]["texts"].as_array().context("there is a set of texts")?;
    let texts: Vec<String> =
        texts.iter().filter_map(Value::as_str).map(|text| text.replace('"', "\"\"")).collect();
    let mut csv = "anchor,target,score\n".to_owned();
    for (place, pair) in texts.chunks_exact(2).take(TIMED_STEPS * BATCH).enumerate() {
        writeln!(csv, "\"{}\",\"{}\",{}", pair[0], pair[1], (place % 5) as f64 / 4.0)?;
    }
    Ok(csv)
}

/// The beginning of a file.
fn first_lines(path: &Path, count: usize) -> Result<String> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.split_inclusive('\n').take(count).collect())
}
