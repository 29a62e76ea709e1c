//! Real patents in block files.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, ensure};
use priorart_benches::percentiles;
use priorart_corpus::{Patent, Record, parse, read_dump};
use priorart_index::{Reader, Writer};
use serde_json::{Value, json};
use tantivy::query::AllQuery;

/// Every patent is read so often; the first round warms up.
const ROUNDS: usize = 4;

pub(crate) fn measure(index: &Path, dumps: &[PathBuf]) -> Result<Value> {
    let sizes = make(index, dumps)?;
    let reader = Reader::open(index)?;
    let stored: u64 =
        reader.files()?.iter().filter(|file| file.path.ends_with("/patents.blk")).map(|f| f.bytes).sum();
    let mut ids: Vec<_> = reader.matching(&AllQuery)?.iter().collect();
    ensure!(!ids.is_empty(), "no patents in the dumps");
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        // In an order that is not that of the file.
        ids.sort_by_key(|id| id.ordinal.wrapping_mul(2_654_435_761).rotate_left(round as u32));
        for &id in &ids {
            let start = Instant::now();
            let patent = reader.patent(id)?;
            if round > 0 {
                times.push(start.elapsed());
            }
            std::hint::black_box(patent);
        }
    }
    Ok(json!({
        "patents": ids.len(),
        "text_bytes": sizes.text,
        "json_bytes": sizes.json,
        "dump_bytes": sizes.dump,
        "stored_bytes": stored,
        "of_text": stored as f64 / sizes.text as f64,
        "of_json": stored as f64 / sizes.json as f64,
        "of_dump": stored as f64 / sizes.dump as f64,
        "read": percentiles(times),
    }))
}

/// Bytes of the patents that are indexed.
#[derive(Default)]
struct Sizes {
    /// Title, abstract, claims and description alone.
    text: u64,
    /// With everything else that is known of them.
    json: u64,
    /// The documents they were read from.
    dump: u64,
}

fn make(index: &Path, dumps: &[PathBuf]) -> Result<Sizes> {
    if index.exists() {
        std::fs::remove_dir_all(index)?;
    }
    let mut writer = Writer::open(index)?;
    let mut sizes = std::collections::HashMap::new();
    let mut failed = Ok(());
    for dump in dumps {
        read_dump(dump, &mut |document| {
            let Ok(document) = document else { return ControlFlow::Continue(()) };
            let Record::Patent(patent) = parse(&document) else { return ControlFlow::Continue(()) };
            failed = writer.add(&patent, &[], None).map(|_| ());
            // A number that comes again replaces the patent that was there.
            sizes.insert(patent.number.to_string(), measured(&patent, document.bytes.len()));
            if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
    }
    failed?;
    writer.commit()?;
    // Replaced patents take up space until they are dropped.
    writer.compact(priorart_index::Compaction::All, &mut |_| ControlFlow::Continue(()))?;
    writer.close()?;
    Ok(sizes.into_values().fold(Sizes::default(), |sum, one: Sizes| Sizes {
        text: sum.text + one.text,
        json: sum.json + one.json,
        dump: sum.dump + one.dump,
    }))
}

fn measured(patent: &Patent, dump: usize) -> Sizes {
    let texts = patent.claims.iter().map(|claim| &claim.text);
    let texts = texts.chain(patent.description.iter().map(|paragraph| &paragraph.text));
    let text = texts.chain([&patent.title, &patent.abstract_text]).map(|text| text.len() as u64).sum();
    let json = serde_json::to_vec(patent).map_or(0, |json| json.len() as u64);
    Sizes { text, json, dump: dump as u64 }
}
