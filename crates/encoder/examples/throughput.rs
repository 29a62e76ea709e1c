#![allow(
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "scratch"
)]
use priorart_encoder::*;
use std::time::Instant;
fn main() {
    let dir = std::env::var("PRIORART_TEST_MODEL_DIR").unwrap();
    let t = Instant::now();
    let enc = Encoder::load(dir.as_ref(), DeviceChoice::Cpu)
        .unwrap()
        .with_max_tokens(512)
        .unwrap();
    println!("load {:?} {}", t.elapsed(), enc.device_name());
    let j: serde_json::Value =
        serde_json::from_slice(&std::fs::read("/work/shared/reference/texts.json").unwrap()).unwrap();
    let get = |k: &str, n: usize| -> Vec<String> {
        j[k]["texts"].as_array()
            .unwrap()
            .iter()
            .take(n)
            .map(|t| {
                t.as_str()
                    .map(str::to_owned)
                    .unwrap_or_else(|| t["text"].as_str().unwrap().to_owned())
            })
            .collect()
    };
    let args: Vec<String> = std::env::args().collect();
    let na: usize = args.get(1).map_or(64, |s| s.parse().unwrap());
    let nb: usize = args.get(2).map_or(16, |s| s.parse().unwrap());
    for round in 0..args.get(3).map_or(2, |s| s.parse().unwrap()) {
        for (k, n) in [("a", na), ("b", nb)] {
            let texts = get(k, n);
            let refs: Vec<&str> = texts.iter().map(|s| s.as_str()).collect();
            let ids: Vec<Vec<u32>> = refs.iter().map(|t| enc.tokenize(t).unwrap()).collect();
            let tok: usize = ids.iter().map(Vec::len).sum();
            let t = Instant::now();
            let v = enc.encode_tokens(&ids).unwrap();
            let dt = t.elapsed().as_secs_f64();
            println!(
                "{round} {k}{n}: {tok} tokens {dt:.2} s {:.0} tok/s  {}",
                tok as f64 / dt,
                v[0][0]
            );
        }
        let q = vec![ids20(&enc)];
        let mut times: Vec<f64> = (0..15)
            .map(|_| {
                let t = Instant::now();
                enc.encode_tokens(&q).unwrap();
                t.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(|a, b| a.total_cmp(b));
        println!("20-token query p50 {:.1} ms min {:.1}", times[7], times[0]);
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    for l in status
        .lines()
        .filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS") || l.starts_with("RssAnon"))
    {
        println!("{l}");
    }
}
fn ids20(enc: &Encoder) -> Vec<u32> {
    let mut v = enc.tokenize("A method and apparatus for a secondary battery with graphene anode and silicon particles in a matrix of polymer binder and salt").unwrap();
    v.truncate(19);
    v.push(2);
    v
}
