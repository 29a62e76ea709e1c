//! What a passage costs on a server: pushes patents that are made up, then searches for them.
//!
//! `cargo run --release -p priorart-milvus --example measure -- milvus://127.0.0.1:19530/measured 10000`

#![expect(clippy::print_stdout, reason = "it prints what it measured")]

use std::error::Error;
use std::time::Instant;

use priorart_corpus::{Claim, CpcSymbol, Date, Party, PassageKind, Patent, PatentNumber, Place};
use priorart_index::ModelStamp;
use priorart_milvus::{Address, Milvus, PushOptions, Pusher, Record, Session, push};
use priorart_query::{EmbedQuery, Mode, SearchOptions, Searcher, parse};

const DIMENSION: usize = 768;
/// Passages of a patent: an abstract and claims, as the sample patents have them.
const CLAIMS: u32 = 4;
const QUERIES: u64 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, patents] = arguments.as_slice() else {
        return Err("give an address and a number of patents".into());
    };
    let (address, patents) = (address.parse::<Address>()?, patents.parse::<u64>()?);
    let start = Instant::now();
    let records = (0..patents).map(|n| Ok(record(n)));
    let pushed = push(&address, &stamp(), records, &PushOptions::default(), &Pusher::default())?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{} passages pushed in {seconds:.1} s: {:.0} a second",
        pushed.rows,
        pushed.rows as f64 / seconds
    );
    let milvus = Milvus::open(&address)?;
    for (name, mode) in [("keyword", Mode::Keyword), ("semantic", Mode::Semantic), ("hybrid", Mode::Hybrid)] {
        let mut times = Vec::new();
        for n in 0..QUERIES {
            let query = parse(&format!("{} {} pd<2015", word(n), word(n * 7 + 3)))?;
            let options = SearchOptions { mode, ..SearchOptions::default() };
            let start = Instant::now();
            let searcher = Searcher::on(Box::new(Session::new(&milvus))).with_encoder(&Numbers);
            if let Err(error) = searcher.search(&query, &options) {
                println!("{name}: {error}");
                break;
            }
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        if let (Some(median), Some(slow)) = (times.get(times.len() / 2), times.get(times.len() * 95 / 100)) {
            println!("{name}: median {median:.1} ms, 95th percentile {slow:.1} ms, one search at a time");
        }
    }
    Ok(())
}

fn stamp() -> ModelStamp {
    let text = |text: &str| text.to_owned();
    ModelStamp {
        name: text("made up"),
        sha256: text("00"),
        dimension: DIMENSION as u32,
        pooling: text("mean"),
        max_tokens: 384,
    }
}

/// Vectors that depend on the text alone.
struct Numbers;

impl EmbedQuery for Numbers {
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        Ok(vector(text.bytes().fold(7, |hash, byte| mixed(hash ^ u64::from(byte)))))
    }
}

/// The steps of splitmix64.
fn mixed(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One of a thousand directions, and a tenth part noise.
fn vector(seed: u64) -> Vec<f32> {
    let uniform = |seed: u64| (mixed(seed) >> 40) as f32 / (1 << 23) as f32 - 1.0;
    let at = |n: u64| uniform(seed % 1000 * 1_000_003 + n) + 0.5 * uniform(seed.wrapping_mul(977) + n);
    let vector: Vec<f32> = (0..DIMENSION as u64).map(at).collect();
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.into_iter().map(|x| x / length).collect()
}

/// A word, frequent ones more often.
fn word(seed: u64) -> String {
    let rank = (mixed(seed) % 30_000) * (mixed(seed + 1) % 30_000) / 30_000;
    let letters = (0..4).map(|n| char::from(b'a' + ((rank >> (4 * n)) % 16) as u8));
    letters.chain(['e', 'r']).collect()
}

fn words(seed: u64, count: u64) -> String {
    (0..count).map(|n| word(seed * 1000 + n)).collect::<Vec<_>>().join(" ")
}

fn record(n: u64) -> Record {
    let claims = (1..=CLAIMS).map(|number| Claim {
        number,
        text: words(n * 10 + u64::from(number), 130),
        depends_on: Vec::new(),
    });
    let date = Date::constant(1976, 1, 6) + jiff::Span::new().days((mixed(n) % 18_000) as i64);
    let party = |seed: u64| Party { name: format!("{} {}", word(seed), word(seed + 5)), ..Party::default() };
    let patent = Patent {
        number: PatentNumber::new("US", &(4_000_000 + n).to_string(), "B2"),
        title: words(n, 8),
        abstract_text: words(n * 3, 110),
        claims: claims.collect(),
        publication_date: Some(date),
        filing_date: Some(date),
        priority_date: Some(date),
        application_number: Some(format!("{}", 10_000_000 + n)),
        assignees: vec![party(n % 5000)],
        inventors: vec![party(n), party(n + 1)],
        cpc: (0..5)
            .map(|k| CpcSymbol {
                symbol: format!("H01M{}/{:02}", 4 + k, n % 90),
                inventive: true,
                first: k == 0,
            })
            .collect(),
        ..Patent::default()
    };
    let kinds =
        std::iter::once((PassageKind::Abstract, 0)).chain((1..=CLAIMS).map(|n| (PassageKind::Claim, n)));
    let passages = kinds.map(|(kind, number)| {
        let end = patent.passage_source(kind, number).map_or(0, |source| source.len()) as u32;
        (Place { kind, number, start: 0, end }, vector(n * 10 + u64::from(number)))
    });
    let passages = passages.collect();
    Record { patent, passages }
}
