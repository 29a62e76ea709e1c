//! What becomes of the sample files, one of each format, patent by patent; reviewed against the files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use std::ops::ControlFlow;
use std::path::Path;

use priorart_corpus::{Format, Record, parse, read_dump, read_dump_as};
use serde_json::{Value, json};

/// The records of a sample, with the file's name in place of its path.
fn records(sample: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/formats");
    let mut records = Vec::new();
    read_dump(&folder.join(sample), &mut |document| {
        let mut document = document.unwrap();
        let file = Path::new(&document.source.file).file_name().unwrap().to_str().unwrap();
        document.source.file = file.to_owned();
        records.push(match parse(&document) {
            Record::Patent(patent) => serde_json::to_value(&patent).unwrap(),
            Record::Skipped(skip) => json!({ "skipped": skip.to_string() }),
            Record::SequenceListing(source) => json!({ "sequence listing": source }),
        });
        ControlFlow::Continue(())
    });
    records
}

#[test]
fn every_sample_is_read_as_reviewed() {
    for sample in [
        "pftaps841113.txt",
        "pg010102.sgml",
        "pg030107.xml",
        "pa010719.xml",
        "ep.xml",
        "docdb.xml",
        "marec.xml",
        "patents.jsonl",
        "bigquery.jsonl",
        "bigquery.csv",
        "hupd.json",
        "lens.jsonl",
        "lens.csv",
        "patentsview",
    ] {
        insta::assert_json_snapshot!(sample, records(sample));
    }
}

#[test]
fn a_grant_and_an_application_are_read_as_reviewed() {
    for (sample, number) in [("../grants.xml", "US99003111B2"), ("../applications.xml", "US20249900019A1")] {
        let found = records(sample).into_iter().find(|record| record["number"] == number).unwrap();
        insta::assert_json_snapshot!(number, found);
    }
}

#[test]
fn what_was_printed_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    for sample in
        ["ep.xml", "docdb.xml", "marec.xml", "bigquery.jsonl", "hupd.json", "lens.jsonl", "patentsview"]
    {
        let bare = |mut patent: Value| {
            patent.as_object_mut().unwrap().remove("source");
            patent
        };
        let patents: Vec<Value> =
            records(sample).into_iter().filter(|one| one.get("number").is_some()).collect();
        let lines: Vec<String> = patents.iter().map(Value::to_string).collect();
        let path = dir.path().join("printed.jsonl");
        std::fs::write(&path, lines.join("\n")).unwrap();
        let again: Vec<Value> = records(path.to_str().unwrap()).into_iter().map(bare).collect();
        assert_eq!(again, patents.into_iter().map(bare).collect::<Vec<_>>(), "{sample}");
    }
}

#[test]
fn a_format_that_is_asked_for_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("odd.json");
    std::fs::write(&path, "{\"display_key\": \"EP 1000000 B1\", \"title\": \"Pan\"}").unwrap();
    let mut found = Vec::new();
    let mut visit = |document: Result<_, _>| {
        found.push(document.map(|document| matches!(parse(&document), Record::Patent(_))).map_err(drop));
        ControlFlow::Continue(())
    };
    read_dump(&path, &mut visit);
    read_dump_as(&path, Some(Format::Lens), &mut visit);
    assert_eq!(found, [Err(()), Ok(true)]);
}
