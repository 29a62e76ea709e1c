//! What the commands print and how they end, on the sample patents and the tiny model.

mod harness;

use std::fs;
use std::io::Write;
use std::process::Stdio;

use harness::{Bench, Run, binary, sample};
use serde_json::Value;

fn indexed() -> Bench {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants.xml"), &sample("applications.xml"), "--quiet"]);
    bench
}

#[track_caller]
fn counts(report: &Value, expected: [u64; 5]) {
    let keys = ["read", "indexed", "replaced", "unchanged", "skipped"];
    assert_eq!(keys.map(|key| report[key].as_u64().expect("a count")), expected, "{keys:?}");
}

#[test]
fn index_counts_replaces_and_leaves_alone_what_is_unchanged() {
    let bench = indexed();
    let stats = bench.stats();
    assert_eq!(stats["patents"], 40);
    assert_eq!(stats["passages"], stats["embedded"]);
    assert!(stats["bytes"].as_u64().unwrap() > 0);
    counts(&bench.json(&["index", &sample("grants.xml")])[0], [29, 0, 28, 28, 1]);
    assert_eq!(bench.stats()["generation"], stats["generation"], "nothing changed, nothing is committed");
    counts(&bench.json(&["index", &sample("grants-week2.xml")])[0], [3, 2, 1, 0, 0]);
    assert_eq!(bench.stats()["patents"], 42);
    let shown = bench.json(&["show", "US99005014B2"]);
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["claims"].as_array().unwrap().len(), 7, "the later week's claims");
}

#[test]
fn a_dump_may_come_from_standard_input_or_a_folder() {
    let bench = Bench::with_tiny_model();
    let mut child = bench
        .command(&["index", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(sample("grants-week2.xml")).unwrap()).unwrap();
    counts(&Run::from(child.wait_with_output().unwrap()).json()[0], [3, 3, 0, 0, 0]);

    let folder = bench.path().join("dumps/2024");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(sample("applications.xml"), folder.join("ipa.xml")).unwrap();
    fs::write(folder.join("readme.txt"), "not a dump").unwrap();
    counts(&bench.json(&["index", "dumps"])[0], [12, 12, 0, 0, 0]);
}

#[test]
fn embed_fills_in_what_no_embed_left_out() {
    let whole = indexed();
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants.xml"), &sample("applications.xml"), "--no-embed"]);
    let before = bench.stats();
    assert_eq!(before["embedded"], 0);
    assert_eq!(before["passages"], whole.stats()["passages"]);
    assert!(!bench.numbers(&["pump"]).is_empty(), "keyword search works before any embedding");
    let semantic = bench.run(&["search", "pump", "--mode", "semantic"]);
    assert_eq!(semantic.code, Some(3), "{}", semantic.stderr);

    let report = &bench.json(&["embed"])[0];
    assert_eq!(report["embedded"], before["passages"]);
    assert_eq!(bench.stats()["embedded"], before["passages"]);
    let query = ["a pump with a valve", "--mode", "semantic", "--limit", "40"];
    assert_eq!(bench.numbers(&query), whole.numbers(&query), "the same vectors, the same ranking");
    assert_eq!(bench.json(&["embed"])[0]["embedded"], 0);
}

#[test]
fn search_prints_the_documented_json() {
    let bench = indexed();
    let hits = bench.json(&["search", "invisible dog fence", "--limit", "3"]);
    assert_eq!(hits.len(), 3);
    for (at, hit) in hits.iter().enumerate() {
        assert_eq!(hit["rank"], at + 1);
        for key in ["number", "title", "date", "score", "passages"] {
            assert!(!hit[key].is_null(), "{key} in {hit}");
        }
        let passage = &hit["passages"][0];
        let text = passage["text"].as_str().unwrap();
        assert!(["abstract", "claim"].contains(&passage["kind"].as_str().unwrap()));
        assert!(passage["place"].is_string());
        for highlight in passage["highlights"].as_array().unwrap() {
            let range = highlight[0].as_u64().unwrap() as usize..highlight[1].as_u64().unwrap() as usize;
            assert!(text.get(range).is_some_and(|word| !word.is_empty()), "{highlight} in {text}");
        }
    }
    let keyword = bench.json(&["search", "dog", "--mode", "keyword"]);
    assert!(
        keyword.iter().all(|hit| hit["semantic"].is_null() && hit["keyword"]["rank"].is_u64()),
        "{keyword:?}"
    );
}

#[test]
fn filters_hold_in_every_mode() {
    let bench = indexed();
    for mode in ["hybrid", "keyword", "semantic"] {
        let hits =
            bench.json(&["search", "battery cpc:H01M4 pd<2016-01-01", "--mode", mode, "--limit", "40"]);
        assert!(!hits.is_empty(), "{mode}");
        for hit in hits {
            assert!(hit["date"].as_str().unwrap() < "2016", "{hit}");
            let patent = &bench.json(&["show", hit["number"].as_str().unwrap()])[0];
            let cpc = patent["cpc"].as_array().unwrap();
            assert!(cpc.iter().any(|cpc| cpc["symbol"].as_str().unwrap().starts_with("H01M4/")), "{cpc:?}");
        }
    }
}

#[test]
fn like_finds_the_neighbours_and_not_the_patent_itself() {
    let bench = indexed();
    let numbers = bench.numbers(&["--like", "US 99,001,204 B2", "--mode", "semantic", "--limit", "39"]);
    assert_eq!(numbers.len(), 39);
    assert!(!numbers.contains(&"US99001204B2".to_owned()));
    assert_eq!(bench.numbers(&["99001204"])[0], "US99001204B2", "a number is found first");
    assert_eq!(bench.run(&["search", "--like", "US1B1"]).code, Some(1));
}

#[test]
fn the_table_the_csv_and_explain_are_for_people() {
    let bench = indexed();
    let table = bench.ok(&["search", "dog fence", "--limit", "2", "--explain"]).stdout;
    assert!(table.contains("US") && table.contains("keyword") && !table.contains('\u{1b}'), "{table}");
    let csv = bench.ok(&["search", "dog fence", "--limit", "2", "--csv"]).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert!(["rank", "number", "title"].iter().all(|name| header.iter().any(|column| column == *name)));
    assert_eq!(reader.records().count(), 2);
}

#[test]
fn exit_codes_tell_found_from_not_found() {
    let bench = indexed();
    assert_eq!(bench.run(&["search", "dog"]).code, Some(0));
    assert_eq!(bench.run(&["search", "zyzzyva", "--mode", "keyword"]).code, Some(1));
    assert_eq!(bench.run(&["search", "dog pd<1900"]).code, Some(1));
    assert_eq!(bench.run(&["show", "US99001204B2"]).code, Some(0));
    assert_eq!(bench.run(&["show", "US1234567B2"]).code, Some(1));
    assert_eq!(bench.run(&["show", "not a number"]).code, Some(2));
}

#[test]
fn encode_writes_json_lines_and_npy() {
    let bench = Bench::with_tiny_model();
    fs::write(bench.path().join("texts"), "a dog\n\na fence for a dog\n").unwrap();
    let lines = Run::of(&mut bench.command(&["encode", "texts"])).json();
    assert_eq!(lines.len(), 3);
    let dimension = lines[0]["embedding"].as_array().unwrap().len();
    bench.ok(&["encode", "texts", "--format", "npy", "--output", "out.npy"]);
    let npy = fs::read(bench.path().join("out.npy")).unwrap();
    let header = usize::from(u16::from_le_bytes([npy[8], npy[9]])) + 10;
    assert_eq!(npy.len() - header, 3 * dimension * 4);
    for (row, line) in npy[header..].chunks(dimension * 4).zip(&lines) {
        for (bytes, value) in row.chunks(4).zip(line["embedding"].as_array().unwrap()) {
            let stored = f32::from_le_bytes(bytes.try_into().unwrap());
            assert!((f64::from(stored) - value.as_f64().unwrap()).abs() < 1e-6);
        }
    }
    let cls = Run::of(&mut bench.command(&["encode", "texts", "--pooling", "cls"])).json();
    assert_ne!(cls[0]["embedding"], lines[0]["embedding"]);
}

#[test]
fn settings_come_from_flags_then_environment_then_file() {
    let bench = indexed();
    let stats = |command: &mut std::process::Command| Run::of(command.args(["stats", "--json"])).code;
    let bare = || {
        let mut command = binary();
        command.current_dir(bench.path());
        command
    };
    assert_eq!(stats(&mut bare()), Some(3), "there is no ./priorart.index");
    fs::write(bench.path().join("priorart.toml"), "index = \"index\"\n").unwrap();
    assert_eq!(stats(&mut bare()), Some(0), "the file names the index");
    assert_eq!(stats(bare().env("PRIORART_INDEX", "nowhere")), Some(3), "the environment wins over the file");
    let mut flag = bare();
    flag.env("PRIORART_INDEX", "nowhere").args(["--index", "index"]);
    assert_eq!(stats(&mut flag), Some(0), "the flag wins over both");
}

#[test]
fn completions_and_help_are_there() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(Run::of(binary().args(["completions", shell])).stdout.contains("priorart"));
    }
    for command in ["search", "index", "encode", "show"] {
        let help = Run::of(binary().args([command, "--help"])).stdout;
        assert!(help.contains("Examples:"), "{command}: {help}");
    }
}

/// Ctrl-C in the middle: exit code 3, a usable index, and the same command completes it.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_a_usable_index() {
    let bench = Bench::with_tiny_model();
    let fifo = bench.path().join("dump");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let child = bench.spawn(&["index", "dump", "--json"]);
    let text = fs::read(sample("grants.xml")).unwrap();
    let mut pipe = fs::OpenOptions::new().write(true).open(&fifo).unwrap();
    pipe.write_all(&text[..text.len() / 2]).unwrap();
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    std::thread::sleep(std::time::Duration::from_millis(200));
    // The end of the pipe lets the reader notice.
    let _ = pipe.write_all(&text[text.len() / 2..]);
    drop(pipe);
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    assert_eq!(run.json()[0]["interrupted"], true);
    bench.ok(&["index", &sample("grants.xml")]);
    assert_eq!(bench.stats()["patents"], 28);
    assert_eq!(bench.stats()["embedded"], bench.stats()["passages"]);
}
