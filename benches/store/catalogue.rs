//! The catalogue's entries: a publication number, and 16 bytes that say where its patent lies.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use priorart_benches::{peak_mb, percentiles};
use serde_json::{Value, json};

use crate::engines::{Kind, open};

/// Patents of one commit, as `index` makes them.
const COMMIT: u32 = 16_384;

/// Single entries that are read.
const READS: u32 = 100_000;

/// Grants and applications in turn, each in the order of their numbers.
fn number(i: u32) -> String {
    if i.is_multiple_of(2) { format!("US{}B2", 10_000_000 + i / 2) } else { format!("US2024{:07}A1", i / 2) }
}

/// The entry of a patent that was moved `moves` times.
fn entry(i: u32, moves: u32) -> (String, [u8; 16]) {
    let mut value = [0; 16];
    value[..4].copy_from_slice(&(i / COMMIT * 2 + moves).to_be_bytes());
    value[4..8].copy_from_slice(&(i % COMMIT).to_be_bytes());
    value[8..].copy_from_slice(&u64::from(i).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    (number(i), value)
}

/// Adds all patents and moves each of them once, as a merge does.
pub(crate) fn write(kind: Kind, dir: &Path, entries: u32) -> Result<Value> {
    if dir.exists() {
        std::fs::remove_dir_all(dir)?;
    }
    let mut store = open(kind, dir)?;
    let start = Instant::now();
    for first in (0..entries).step_by(COMMIT as usize) {
        for moves in 0..2 {
            let patents = first..entries.min(first + COMMIT);
            store.commit(&patents.map(|i| entry(i, moves)).collect::<Vec<_>>())?;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    drop(store);
    let bytes = bytes(dir)?;
    Ok(json!({
        "writes_per_second": 2.0 * f64::from(entries) / seconds,
        "bytes_per_patent": bytes as f64 / f64::from(entries),
        "peak_mb": peak_mb(),
    }))
}

/// Opens, reads everything as a writer does on opening, then entries here and there.
pub(crate) fn reopen(kind: Kind, dir: &Path, entries: u32) -> Result<Value> {
    let start = Instant::now();
    let store = open(kind, dir)?;
    let opening = start.elapsed();
    let found = store.scan()?;
    let scanned = start.elapsed();
    ensure!(found == u64::from(entries), "{found} entries of {entries}");
    let mut times = Vec::new();
    for read in 0..READS {
        let (key, value) = entry((u64::from(read) * 7_919 % u64::from(entries)) as u32, 1);
        let start = Instant::now();
        let stored = store.get(&key)?;
        times.push(start.elapsed());
        ensure!(stored.as_deref() == Some(&value[..]), "{key} was lost");
    }
    Ok(json!({
        "open_seconds": opening.as_secs_f64(),
        "open_and_scan_seconds": scanned.as_secs_f64(),
        "get": percentiles(times),
        "peak_mb": peak_mb(),
    }))
}

/// Bytes of all files under a directory.
fn bytes(dir: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(dir)? {
        let (path, metadata) = entry.map(|entry| (entry.path(), entry.metadata()))?;
        sum += if path.is_dir() { bytes(&path)? } else { metadata?.len() };
    }
    Ok(sum)
}
