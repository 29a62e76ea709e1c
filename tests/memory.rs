//! `index --memory`: patents as long as books, and what the process takes at its peak.

#![cfg(target_os = "linux")]
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests fail by panic, and print what they found"
)]

mod harness;

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use harness::{Bench, Run, sample};

const PATENTS: usize = 48;

/// Bytes of each document. With more memory allowed, indexing these takes some 220 MB.
const DOCUMENT: usize = 2 << 20;

const ALLOWED_MB: u64 = 160;

/// A sample patent under many numbers, its description over and over.
fn dump() -> String {
    let grants = fs::read_to_string(sample("grants.xml")).unwrap();
    let grant =
        grants.split_inclusive("</us-patent-grant>").find(|grant| grant.contains("99005014")).unwrap();
    let description = grant.find("<description").unwrap();
    let start = description + grant[description..].find("<p ").unwrap();
    let end = grant.find("</description>").unwrap();
    let (head, text, tail) = (&grant[..start], &grant[start..end], &grant[end..]);
    let mut dump = String::new();
    for i in 0..PATENTS {
        let number = format!("<doc-number>{}</doc-number>", 98_000_000 + i);
        dump.push_str(&head.replacen("<doc-number>99005014</doc-number>", &number, 1));
        (0..DOCUMENT.div_ceil(text.len())).for_each(|_| dump.push_str(text));
        writeln!(dump, "{tail}").unwrap();
    }
    dump
}

/// The most memory that a process has held, in MB.
fn peak_mb(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024 / 1_000_000)
}

#[test]
fn indexing_keeps_within_the_memory_it_is_given() {
    let bench = Bench::with_tiny_model();
    let dump = dump();
    assert!(dump.len() as u64 > ALLOWED_MB / 3 * 1_000_000);
    fs::write(bench.path().join("dump.xml"), dump).unwrap();
    let memory = format!("{ALLOWED_MB}MB");
    let mut child = bench.spawn(&["index", "dump.xml", "--memory", &memory, "--json"]);
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak_mb(child.id()).unwrap_or(0).max(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.json()[0]["indexed"], PATENTS, "{}", run.stderr);
    println!("peak {peak} MB of {ALLOWED_MB} MB allowed");
    assert!(peak > 0 && peak <= ALLOWED_MB * 6 / 5, "{peak} MB");
}
