//! `cargo xtask bench encoder`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::peers::{Engine, Runs, THREADS, build, interleaved, python};
use super::{need_shared, workplace};
use crate::model::reference_model;
use crate::shell::require;

/// A list of texts: its name in the figures, its key in the file, how many of it are encoded, and all.
type Texts = (&'static str, &'static str, usize, usize);

/// Some 128 tokens each, and 512.
const LENGTHS: [Texts; 2] = [("128", "a", 64, 256), ("512", "b", 16, 64)];

/// The peers and their scripts.
const PEERS: [(&str, &str); 3] = [
    ("onnxruntime", "onnxruntime_encode.py"),
    ("sentence_transformers", "sentence_transformers_encode.py"),
    ("fastembed", "fastembed_encode.py"),
];

/// Batch sizes; of each peer the best counts.
const BATCHES: [&str; 3] = ["1", "8", "32"];

/// Ours: as sentence-transformers' models are pooled, and as `PatentSBERTa` is, which reads less of the last layer.
const OURS: [(&str, &str, &str); 6] = [
    ("ours", "f32", "mean"),
    ("ours-bf16", "bf16", "mean"),
    ("ours-int8", "int8", "mean"),
    ("ours-cls", "f32", "cls"),
    ("ours-cls-bf16", "bf16", "cls"),
    ("ours-cls-int8", "int8", "cls"),
];

/// ONNX Runtime with a model quantised to bytes.
const PEER_INT8: &str = "onnxruntime_int8";

const PACKAGES: [&str; 6] =
    ["torch", "transformers", "sentence-transformers", "onnx", "onnxruntime", "fastembed"];

/// What all engines are given.
struct Setting {
    python: PathBuf,
    model: String,
    onnx: String,
    texts: String,
}

pub(crate) fn run(rounds: u32, full: bool) -> Result<()> {
    let texts = need_shared("reference/texts.json")?;
    build()?;
    let model = reference_model()?;
    let python = python("encoder", &PACKAGES)?;
    let onnx = export(&python, &model)?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let setting = Setting { model: text(&model), onnx: text(&onnx), texts: text(&texts), python };
    let mut line = json!({ "bench": "encoder", "threads": THREADS });
    for (length, list, some, all) in LENGTHS {
        let count = if full { all } else { some };
        println!("\n{count} texts of some {length} tokens, {THREADS} threads, median of {rounds}");
        let mut runs = interleaved(&setting.engines(length, list, count), rounds)?;
        // Not every processor has the instructions of every precision.
        runs.retain(|runs| runs.text("no_instructions").is_null());
        line["texts"][length] = json!(count);
        report(length, &runs, &mut line);
        report_reduced(length, &runs, &mut line);
    }
    println!("{line}");
    Ok(())
}

/// Exports the model to ONNX, once, in the layout that fastembed reads: beside the tokenizer.
fn export(python: &Path, model: &Path) -> Result<PathBuf> {
    let onnx = workplace()?.join("onnx");
    if !onnx.join("model.onnx").exists() {
        let (from, to) = (model.to_string_lossy(), onnx.to_string_lossy());
        let export = Engine::python("export", python, "export_onnx.py", &[&from, &to]);
        require(&mut export.command()).context("the model cannot be exported to ONNX")?;
    }
    if !onnx.join("int8.onnx").exists() {
        let quantise = Engine::python("quantise", python, "quantise_onnx.py", &[&onnx.to_string_lossy()]);
        require(&mut quantise.command()).context("the model cannot be quantised")?;
    }
    Ok(onnx)
}

impl Setting {
    /// Ours, the limit, and each peer at each batch size.
    fn engines(&self, length: &str, list: &str, count: usize) -> Vec<Engine> {
        let Self { python, model, onnx, texts } = self;
        let count = count.to_string();
        let ours = ["--model", model, "--texts", texts, "--set", list, "--count", &count];
        let mut engines = vec![Engine::python("sgemm", python, "sgemm.py", &[length])];
        for (name, precision, pooling) in OURS {
            let args = [&ours[..], &["--precision", precision, "--pooling", pooling]].concat();
            engines.push(Engine::ours(name, "bench-encoder", &args));
        }
        for (peer, script) in PEERS {
            let model = if peer == "sentence_transformers" { model } else { onnx };
            for batch in BATCHES {
                let threads = THREADS.to_string();
                let args = [model, texts, list, &count, batch, &threads];
                engines.push(Engine::python(&format!("{peer} {batch}"), python, script, &args));
            }
        }
        let args = [onnx, texts, list, &count, "1", &THREADS.to_string(), "int8"];
        engines.push(Engine::python(PEER_INT8, python, "onnxruntime_encode.py", &args));
        engines
    }
}

/// Prints the table of one length and adds its figures to the line.
fn report(length: &str, runs: &[Runs], line: &mut Value) {
    let rate = |runs: &Runs| runs.figure("tokens") / runs.figure("seconds");
    let of = |name: &str| runs.iter().find(|runs| runs.name == name).map_or(f64::NAN, rate);
    let (ours, cls) = (of("ours"), of("ours-cls"));
    println!("\n{:<26} {:>9} {:>8} {:>8} {:>7}", "engine, batch", "tokens/s", "texts/s", "MB", "ours is");
    for runs in runs.iter().filter(|runs| runs.name != "sgemm") {
        let (rate, texts) = (rate(runs), runs.figure("texts") / runs.figure("seconds"));
        let (peak, times) = (runs.figure("peak_mb"), ours / rate);
        println!("{:<26} {rate:>9.0} {texts:>8.1} {peak:>8.0} {times:>6.2}x", runs.name);
    }
    line["ours"][length] = json!(ours);
    line["ours_cls"][length] = json!(cls);
    let mut best = f64::NAN;
    for (peer, _) in PEERS {
        let Some(fastest) = fastest(peer, runs) else {
            continue;
        };
        let rate = rate(fastest);
        best = best.max(rate);
        line[peer][length] = json!(rate);
        line["batch"][peer][length] = json!(fastest.name.rsplit(' ').next());
        line["versions"][peer] = fastest.text("version");
        line["peak_mb"][peer][length] = json!(fastest.figure("peak_mb"));
    }
    for runs in runs {
        if runs.name == "ours" {
            line["peak_mb"]["ours"][length] = json!(runs.figure("peak_mb"));
            line["load_seconds"] = json!(runs.figure("load"));
        }
        if runs.name == "sgemm" {
            let limit = runs.figure("tokens_per_second");
            println!("{:<26} {limit:>9.0} {:>25.2}x", "limit by sgemm", ours / limit);
            line["sgemm_gflops"][length] = json!(runs.figure("gflops"));
            line["sgemm_fraction"][length] = json!(ours / limit);
        }
    }
    line["ratio"][length] = json!(ours / best);
    line["ratio_cls"][length] = json!(cls / best);
}

/// Adds the figures of reduced precision and of a single query to the line, and prints them.
fn report_reduced(length: &str, runs: &[Runs], line: &mut Value) {
    let rate = |runs: &Runs| runs.figure("tokens") / runs.figure("seconds");
    let Some(onnx) = fastest("onnxruntime", runs) else { return };
    println!(
        "\n{:<26} {:>9} {:>18} {:>9} {:>12}",
        "precision", "tokens/s", "to ONNX Runtime f32", "cosine", "query ms"
    );
    let all = runs.iter().filter(|runs| runs.name.starts_with("ours") || runs.name == PEER_INT8);
    for runs in all.chain([onnx]) {
        let (query, times) = (runs.figure("query/p50_ms"), rate(runs) / rate(onnx));
        let cosine = runs.figure("cosine");
        println!("{:<26} {:>9.0} {times:>18.2}x {cosine:>9.5} {query:>12.2}", runs.name, rate(runs));
        let name = runs.name.split(' ').next().unwrap_or_default();
        line["query_ms"][length][name] = json!(query);
        if cosine.is_finite() {
            line["reduced"][length][name] =
                json!({ "tokens_per_second": rate(runs), "to_onnxruntime": times, "cosine": cosine });
        }
    }
}

/// A peer at the batch size that suits it best.
fn fastest<'a>(peer: &str, runs: &'a [Runs]) -> Option<&'a Runs> {
    let of_peer = runs.iter().filter(|runs| runs.name.split(' ').next() == Some(peer));
    of_peer.min_by(|left, right| left.figure("seconds").total_cmp(&right.figure("seconds")))
}
