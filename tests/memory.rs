//! What the process takes at its peak: `index --memory` with patents as long as books, `parse` with documents and
//! dumps of any size.

#![cfg(target_os = "linux")]
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests fail by panic, and print what they found"
)]

mod harness;

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::process::{Child, Stdio};
use std::thread;
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

/// Waits for the end of a process; what it printed, and its peak in MB.
fn watched(mut child: Child) -> (Run, u64) {
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak_mb(child.id()).unwrap_or(0).max(peak);
        thread::sleep(Duration::from_millis(5));
    }
    (Run::from(child.wait_with_output().unwrap()), peak)
}

#[test]
fn indexing_keeps_within_the_memory_it_is_given() {
    let bench = Bench::with_tiny_model();
    let dump = dump();
    assert!(dump.len() as u64 > ALLOWED_MB / 3 * 1_000_000);
    fs::write(bench.path().join("dump.xml"), dump).unwrap();
    let memory = format!("{ALLOWED_MB}MB");
    let (run, peak) = watched(bench.spawn(&["index", "dump.xml", "--memory", &memory, "--json"]));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.json()[0]["indexed"], PATENTS, "{}", run.stderr);
    println!("peak {peak} MB of {ALLOWED_MB} MB allowed");
    assert!(peak > 0 && peak <= ALLOWED_MB * 6 / 5, "{peak} MB");
}

/// What `parse` takes at most, whatever it reads.
const PARSE_MB: u64 = 200;

/// Parses what `write` writes into its standard input, and requires `summary` of it.
#[track_caller]
fn check_parse(write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send, summary: &str) {
    let bench = Bench::with_tiny_model();
    let mut parse = bench.command(&["parse", "-"]);
    let parse = parse.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = parse.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let (run, peak) = thread::scope(|scope| {
        scope.spawn(move || write(&mut input).unwrap());
        watched(child)
    });
    println!("peak {peak} MB");
    assert!(run.stderr.contains(summary), "{}", run.stderr);
    assert!(peak > 0 && peak <= PARSE_MB, "{peak} MB");
}

/// A grant of that number, up to the text of its description and from there on.
fn grant(number: u32) -> (String, &'static str) {
    let head = format!(
        "<?xml version=\"1.0\"?>\n<us-patent-grant><us-bibliographic-data-grant><publication-reference>\
         <document-id><country>US</country><doc-number>{number}</doc-number><kind>B2</kind></document-id>\
         </publication-reference><invention-title>Enzyme</invention-title></us-bibliographic-data-grant>\
         <description><p>"
    );
    (head, "</p></description></us-patent-grant>\n")
}

/// Writes a grant with 300 MB of `piece` between `open` and `close`, and a small one behind it.
fn write_large(out: &mut dyn Write, open: &str, piece: &str, close: &str) -> io::Result<()> {
    let (head, tail) = grant(99_000_001);
    let block = piece.repeat(1 + 1_000_000 / piece.len());
    write!(out, "{head}{open}")?;
    (0..300).try_for_each(|_| out.write_all(block.as_bytes()))?;
    let (next, end) = grant(99_000_002);
    write!(out, "{close}{tail}{next}An enzyme.{end}")
}

#[test]
fn a_document_of_300_mb_is_read_without_its_sequences() {
    let row = "<row><entry>acgtacgtac gtacgtacgt</entry></row>\n";
    check_parse(
        |out| write_large(out, "<tables><table>", row, "</table></tables>"),
        "2 read: 2 printed, 0 skipped",
    );
}

#[test]
fn a_document_of_300_mb_of_prose_is_reported() {
    check_parse(|out| write_large(out, "", "An enzyme is a protein. ", ""), "2 read: 1 printed, 1 skipped");
}

#[test]
fn entities_within_entities_are_refused() {
    let mut doctype = String::from("<!DOCTYPE us-patent-grant [<!ENTITY l0 \"ha\">");
    for level in 1..10 {
        let inner = format!("&l{};", level - 1).repeat(10);
        write!(doctype, "<!ENTITY l{level} \"{inner}\">").unwrap();
    }
    let (head, tail) = grant(99_000_001);
    let laughs = head.replacen("<us-patent-grant>", &format!("{doctype}]>\n<us-patent-grant>"), 1);
    check_parse(move |out| write!(out, "{laughs}&l9;{tail}"), "declares an entity of its own");
}

#[test]
fn a_long_dump_takes_no_more_than_a_short_one() {
    let grants = fs::read(sample("grants.xml")).unwrap();
    let times = 400_000_000 / grants.len();
    let read = 29 * times;
    let summary = format!("{read} read: {} printed, {times} skipped", read - times);
    check_parse(move |out| (0..times).try_for_each(|_| out.write_all(&grants)), &summary);
}

#[test]
fn tables_larger_than_what_is_allowed_are_joined() {
    const PATENTS: u32 = 250_000;
    let bench = Bench::with_tiny_model();
    let tables = bench.path().join("tables");
    fs::create_dir(&tables).unwrap();
    let table = |name: &str, header: &str, row: &dyn Fn(u32) -> String| {
        let mut out = io::BufWriter::new(fs::File::create(tables.join(name)).unwrap());
        writeln!(out, "{header}").unwrap();
        (0..PATENTS).for_each(|i| out.write_all(row(i).as_bytes()).unwrap());
        out.flush().unwrap();
    };
    let text = "a pan with a lid and a spring, wherein ".repeat(25);
    // In two orders, neither of them that of the numbers.
    table("g_claims.tsv", "patent_id\tclaim_sequence\tclaim_text", &|i| {
        format!("{}\t0\t1. A pan: {text}\n", 20_000_000 + i * 7919 % PATENTS)
    });
    table("g_patent.tsv", "patent_id\tpatent_title", &|i| format!("{}\tPan\n", 20_000_000 + PATENTS - 1 - i));
    let mut parse = bench.command(&["parse", "tables"]);
    let (run, peak) = watched(parse.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    println!("peak {peak} MB");
    assert!(run.stderr.contains(&format!("{PATENTS} read: {PATENTS} printed, 0 skipped")), "{}", run.stderr);
    assert!(peak > 0 && peak <= PARSE_MB, "{peak} MB");
}
