//! `cargo xtask bench load`: the server under load, by oha.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::peers::{Engine, build};
use super::workplace;
use crate::api::Server;
use crate::browser::install_browser;
use crate::model::reference_model;
use crate::shell::{binary, command, output, require, target, works};
use crate::system::memory_mb;
use crate::tally::Tally;

/// Where the server listens meanwhile.
const ADDRESS: &str = "127.0.0.1:7791";

/// Connections that ask one query after the other.
const CONNECTIONS: [(&str, u32); 3] = [("keyword", 8), ("like", 8), ("hybrid", 32)];

/// Queries that are asked in the browser.
const ASKED: usize = 21;

/// Connections of a load that is more than the server can take.
const MANY: u32 = 512;

pub(crate) fn run(patents: u32, seconds: u32, overload: u32) -> Result<()> {
    build()?;
    let oha = oha()?;
    let dir = workplace()?.join(format!("load-{patents}"));
    std::fs::create_dir_all(&dir)?;
    let model = reference_model()?.display().to_string();
    let (place, patents, base) =
        (dir.display().to_string(), patents.to_string(), format!("http://{ADDRESS}"));
    let args = ["--dir", &*place, "--model", &model, "--patents", &patents, "--base", &base];
    let printed = output(&mut Engine::ours("load", "bench-load", &args).command())?;
    let mut line: Value = serde_json::from_str(printed.lines().last().unwrap_or_default())?;
    let server = serve(&dir.join("index"), &model)?;
    println!("{:<10} {:>9} {:>9} {:>9} {:>9}", "", "/s", "p50 ms", "p99 ms", "503 %");
    let warm = Load { seconds: 3, connections: 8, rate: None };
    for (name, connections) in CONNECTIONS {
        warm.run(&oha, &dir, name)?;
        line[name] = Load { seconds, connections, rate: None }.run(&oha, &dir, name)?;
    }
    line["enter_to_first_hit"] = in_browser(&dir, &server)?;
    line["overload"] = overloaded(&oha, &dir, &server, seconds, overload)?;
    line["hybrid_share"] = json!(figure(&line["hybrid"]["per_s"]) / figure(&line["encoder_per_s"]));
    println!("{line}");
    Ok(())
}

/// Milliseconds from Enter to the first hit in Chromium, query by query.
fn in_browser(dir: &Path, server: &Server) -> Result<Value> {
    install_browser(&mut Tally::default())?;
    let addresses = std::fs::read_to_string(dir.join("hybrid.txt"))?;
    // From the end, as the loads began at the beginning: none of these has been asked.
    let asked = addresses.lines().rev().take(ASKED).filter_map(|address| address.split("?q=").nth(1));
    let queries: Vec<String> = asked.map(|query| query.replace('+', " ")).collect();
    let (tools, out) = (target().join("browser"), workplace()?.join("browser"));
    let mut test = command("node", &["--test", "tests/browser/enter.test.cjs"]);
    test.env("NODE_PATH", tools.join("node_modules"))
        .env("PRIORART_URL", &server.url)
        .env("PRIORART_CHROMIUM", "/usr/bin/chromium")
        .env("PRIORART_BROWSER_OUT", &out)
        .env("PRIORART_QUERIES", queries.join("\n"));
    require(&mut test)?;
    Ok(serde_json::from_str(&std::fs::read_to_string(out.join("enter-to-first-hit.json"))?)?)
}

/// Twice what the server can take, for so many seconds; then what it can take again.
fn overloaded(oha: &str, dir: &Path, server: &Server, seconds: u32, overload: u32) -> Result<Value> {
    let mixed = Load { seconds, connections: 32, rate: None };
    let before = mixed.run(oha, dir, "mixed")?;
    let rate = (2.0 * figure(&before["per_s"])) as u32;
    let memory = resident(server.id());
    let (done, peak) = (AtomicBool::new(false), AtomicU64::new(memory));
    let during = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                peak.fetch_max(resident(server.id()), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(200));
            }
        });
        let during = Load { seconds: overload, connections: MANY, rate: Some(rate) }.run(oha, dir, "mixed");
        done.store(true, Ordering::Relaxed);
        during
    })?;
    let after = mixed.run(oha, dir, "mixed")?;
    let memory =
        json!({ "before_mb": memory, "peak_mb": peak.into_inner(), "after_mb": resident(server.id()) });
    Ok(json!({ "before": before, "rate": rate, "during": during, "after": after, "memory": memory }))
}

/// A load: connections that ask one query after the other, or so many queries a second.
struct Load {
    seconds: u32,
    connections: u32,
    rate: Option<u32>,
}

impl Load {
    fn run(&self, oha: &str, dir: &Path, name: &str) -> Result<Value> {
        let addresses = dir.join(format!("{name}.txt")).display().to_string();
        let (seconds, connections) = (format!("{}s", self.seconds), self.connections.to_string());
        let mut load =
            command(oha, &["--no-tui", "--output-format", "json", "-z", &seconds, "-c", &connections]);
        if let Some(rate) = self.rate {
            load.args(["-q", &rate.to_string(), "--latency-correction"]);
        }
        let report: Value = serde_json::from_str(&output(load.args(["--urls-from-file", &addresses]))?)?;
        let figures = figures(&report);
        let of = |name: &str| figure(&figures[name]);
        println!(
            "{name:<10} {:>9.1} {:>9.2} {:>9.2} {:>9.2}",
            of("per_s"),
            of("p50_ms"),
            of("p99_ms"),
            100.0 * of("refused_share")
        );
        Ok(figures)
    }
}

fn figures(report: &Value) -> Value {
    let codes = &report["statusCodeDistribution"];
    let count = |code: &str| codes[code].as_u64().unwrap_or(0);
    let all: u64 = codes.as_object().into_iter().flatten().filter_map(|(_, count)| count.as_u64()).sum();
    let seconds = figure(&report["summary"]["total"]);
    let milliseconds = |name: &str| figure(&report["latencyPercentiles"][name]) * 1000.0;
    json!({
        "per_s": count("200") as f64 / seconds,
        "p50_ms": milliseconds("p50"),
        "p99_ms": milliseconds("p99"),
        "refused_share": count("503") as f64 / all.max(1) as f64,
        "statuses": codes,
        "errors": report["errorDistribution"],
    })
}

fn figure(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn serve(index: &Path, model: &str) -> Result<Server> {
    let mut serve = command(&binary("priorart").to_string_lossy(), &["serve", "--listen", ADDRESS, "--json"]);
    serve.arg("--index").arg(index).args(["--model", model, "--device", "cpu", "--quiet"]);
    Server::of(&mut serve)
}

fn resident(process: u32) -> u64 {
    memory_mb(process, "VmRSS:")
}

/// oha: the user's own, or one that is built below `target`.
fn oha() -> Result<String> {
    let tools = target().join("tools");
    let ours = tools.join("bin/oha").to_string_lossy().into_owned();
    if let Some(oha) = ["oha".to_owned(), ours.clone()].into_iter().find(|oha| works(oha, &["--version"])) {
        return Ok(oha);
    }
    let install = ["install", "oha", "--locked", "--quiet", "--no-default-features", "--root"];
    require(command("cargo", &install).arg(&tools)).context("oha cannot be installed")?;
    Ok(ours)
}
