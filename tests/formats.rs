//! `formats`, `parse`, `index --format`: what can be read, and what is printed of it.

mod harness;

use std::fs;

use harness::{Bench, sample};
use serde_json::Value;

fn format_sample(name: &str) -> String {
    sample(&format!("formats/{name}"))
}

#[test]
fn every_format_is_listed_and_may_be_asked_for() {
    let bench = Bench::with_tiny_model();
    let listed = bench.json(&["formats"]);
    let names: Vec<&str> = listed.iter().map(|format| format["name"].as_str().unwrap()).collect();
    for name in ["uspto-grant", "ep", "docdb", "marec", "patentsview", "bigquery", "hupd", "lens", "json"] {
        assert!(names.contains(&name), "{name}");
    }
    let table = bench.ok(&["formats"]).stdout;
    assert!(names.iter().all(|name| table.contains(name)));
    assert_eq!(bench.run(&["parse", "x", "--format", "docx"]).code, Some(2));
}

#[test]
fn parse_prints_patents_and_a_summary() {
    let bench = Bench::with_tiny_model();
    let run = bench.ok(&["parse", &sample("grants.xml")]);
    let patents = run.json();
    assert_eq!(patents.len(), 28);
    assert!(run.stderr.contains("29 read: 28 printed, 1 skipped; 1 sequence listings"), "{}", run.stderr);
    assert!(run.stderr.contains("record 16 at byte"), "{}", run.stderr);
    assert_eq!(bench.ok(&["parse", &sample("grants.xml"), "--limit", "3", "--quiet"]).json(), patents[..3]);

    let one = bench.ok(&["parse", &sample("grants.xml"), "--number", "US 99,006,007"]).json();
    assert_eq!((one.len(), &one[0]["number"]), (1, &Value::from("US99006007B2")));
    assert_eq!(bench.run(&["parse", &sample("grants.xml"), "--number", "US1234567"]).code, Some(1));
    assert_eq!(bench.run(&["parse", &sample("grants.xml"), "--number", "a pan"]).code, Some(2));
    let missing = bench.run(&["parse", &sample("grants.xml"), "absent.xml"]);
    assert_eq!((missing.code, missing.json().len()), (Some(3), 28));
}

#[test]
fn what_parse_prints_can_be_indexed() {
    let bench = Bench::with_tiny_model();
    let run = bench.ok(&["parse", &format_sample("ep.xml"), &format_sample("patentsview")]);
    fs::write(bench.path().join("patents.jsonl"), &run.stdout).unwrap();
    let report = &bench.json(&["index", "patents.jsonl", "--no-embed"])[0];
    assert_eq!((&report["indexed"], &report["skipped"]), (&Value::from(4), &Value::from(0)));
    let shown = &bench.json(&["show", "EP9900001B1"])[0];
    assert_eq!(shown["claims"], run.json()[0]["claims"]);
    assert_eq!(shown["translations"].as_array().unwrap().len(), 2);
}

#[test]
fn docdb_gives_an_indexed_patent_its_family() {
    let bench = Bench::with_tiny_model();
    let (text, docdb) = (format_sample("ep.xml"), format_sample("docdb.xml"));
    bench.ok(&["index", &text, &docdb, "--quiet"]);
    let shown = &bench.json(&["show", "EP9900001B1"])[0];
    assert_eq!(
        (&shown["family"], &shown["family_members"]),
        (&"99000077".into(), &serde_json::json!(["US20200990001A1"]))
    );
    assert_eq!((shown["claims"].as_array().unwrap().len(), shown["cpc"].as_array().unwrap().len()), (2, 2));
    assert_eq!(shown["abstract"], "A pan has a bottom and a lid with a spring.");
    let stats = bench.stats();
    assert_eq!(stats["passages"], stats["embedded"]);
    let again = &bench.json(&["index", &docdb, &text])[0];
    assert_eq!((&again["replaced"], &again["unchanged"]), (&Value::from(3), &Value::from(3)));
}

#[test]
fn a_format_may_be_asked_for() {
    let bench = Bench::with_tiny_model();
    let lens = "{\"display_key\": \"EP 1000000 B1\", \"title\": \"Pan\", \"claims\": []}";
    fs::write(bench.path().join("odd.json"), lens).unwrap();
    assert_eq!(bench.run(&["index", "odd.json", "--no-embed"]).code, Some(3));
    let report = &bench.json(&["index", "odd.json", "--format", "lens", "--no-embed"])[0];
    assert_eq!(report["indexed"], 1);
}
