//! `cargo xtask bench encoder`.

use std::path::Path;

use anyhow::{Result, bail};
use serde_json::{Map, Value, json};

use super::peers::{Engine, THREADS, build, figure, interleaved, model, python};
use super::{shared, workplace};
use crate::shell::require;

/// Two lengths of text: the name in the figures, the list in the file, how many texts, and of all.
const SETS: [(&str, &str, usize, usize); 2] = [("128", "a", 64, 256), ("512", "b", 16, 64)];

/// Batch sizes of which each peer's best counts.
const BATCHES: [&str; 3] = ["1", "8", "32"];

pub(crate) fn run(rounds: usize, full: bool) -> Result<()> {
    let texts = shared("reference/texts.json");
    if !texts.exists() {
        bail!("{} is absent; set PRIORART_SHARED", texts.display());
    }
    build()?;
    let model = model()?;
    let packages = [
        "torch",
        "transformers",
        "sentence-transformers",
        "onnx",
        "onnxruntime",
    ];
    let python = python("encoder", &packages)?;
    let onnx = export(&python, &model)?;
    let mut report = Map::new();
    for (name, list, some, all) in SETS {
        let count = if full { all } else { some };
        let texts = texts.to_string_lossy();
        report.insert(
            name.to_owned(),
            compare(&python, &model, &onnx, &texts, (name, list, count), rounds)?,
        );
    }
    println!("{}", summary(&report));
    Ok(())
}

/// Exports the model to ONNX, once.
fn export(python: &Path, model: &str) -> Result<String> {
    let target = workplace()?.join("model.onnx");
    let path = target.to_string_lossy().into_owned();
    if !target.exists() {
        let export = Engine::python("export", python, "export_onnx.py", &[model, &path]);
        require(std::process::Command::new(&export.program).args(&export.args))?;
    }
    Ok(path)
}

fn compare(
    python: &Path,
    model: &str,
    onnx: &str,
    texts: &str,
    (name, list, count): (&str, &str, usize),
    rounds: usize,
) -> Result<Value> {
    let count = count.to_string();
    let ours = [
        "--model", model, "--texts", texts, "--set", list, "--count", &count,
    ];
    let mut engines = vec![
        Engine::ours("ours", "bench-encoder", &ours),
        Engine::python("sgemm", python, "sgemm.py", &[name]),
    ];
    for batch in BATCHES {
        let ort = [model, onnx, texts, list, &count, batch, THREADS];
        let torch = [model, texts, list, &count, batch, THREADS];
        engines.push(Engine::python(
            &format!("onnxruntime {batch}"),
            python,
            "onnxruntime_encode.py",
            &ort,
        ));
        let script = "sentence_transformers_encode.py";
        engines.push(Engine::python(
            &format!("sentence_transformers {batch}"),
            python,
            script,
            &torch,
        ));
    }
    println!("\n{count} texts of some {name} tokens, {THREADS} threads");
    let printed = interleaved(&engines, rounds)?;
    let rate = |rounds: &[Value]| figure(rounds, "/tokens") / figure(rounds, "/seconds");
    let mut figures = Map::new();
    for (engine, rounds) in engines.iter().zip(&printed) {
        let rate = if engine.name == "sgemm" {
            figure(rounds, "/tokens_per_second")
        } else {
            rate(rounds)
        };
        println!(
            "{:<28} {rate:>8.0} tokens/s {:>6.0} MB",
            engine.name,
            figure(rounds, "/peak_mb")
        );
        let peer = engine.name.split(' ').next().unwrap_or_default();
        let best = figures
            .get(peer)
            .and_then(|known: &Value| known["tokens_per_second"].as_f64());
        if best.is_none_or(|best| rate > best) {
            let peak = figure(rounds, "/peak_mb");
            figures.insert(
                peer.to_owned(),
                json!({ "tokens_per_second": rate, "peak_mb": peak }),
            );
        }
    }
    Ok(Value::Object(figures))
}

/// The figures by engine and length, the ratio to the best peer, and the fraction of the sgemm limit.
fn summary(report: &Map<String, Value>) -> Value {
    let mut line = json!({ "bench": "encoder", "threads": THREADS.parse::<u32>().unwrap_or_default() });
    for (length, figures) in report {
        let rate = |engine: &str| figures[engine]["tokens_per_second"].as_f64().unwrap_or(f64::NAN);
        for engine in ["ours", "onnxruntime", "sentence_transformers"] {
            line[engine][length] = figures[engine].clone();
        }
        let best = rate("onnxruntime").max(rate("sentence_transformers"));
        line["ratio"][length] = json!(rate("ours") / best);
        line["sgemm_fraction"][length] = json!(rate("ours") / rate("sgemm"));
    }
    line
}
