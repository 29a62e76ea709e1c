//! A session, typed by a script.

use std::fs;

use crate::harness::{Bench, sample};
use crate::indexed;

/// What a session prints for each line that is typed.
#[track_caller]
fn session(lines: &[&str]) -> String {
    let run = indexed().typed(&["repl"], &(lines.join("\n") + "\n"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout
}

#[test]
fn hits_are_opened_and_searched_from() {
    let printed = session(&["ti:silicon", ":open 3"]);
    let third = indexed().numbers(&["ti:silicon"])[2].clone();
    assert!(printed.contains(third.as_str()) && printed.contains("priority"), "{printed}");
    let like = session(&["ti:closure", ":like 1"]);
    assert!(like.contains("US99004031B2") && like.contains("  1  US"), "{like}");
    assert_eq!(like.matches("US99004031B2 ").count(), 1, "it is not among those like it: {like}");
    let paged = session(&["ti:closure", ":like 1", ":next", ":less 11"]);
    assert!(paged.contains(" 11  US") && !paged.contains("error: "), "{paged}");
    assert_eq!(paged.matches("US99004031B2 ").count(), 1, "nor on their later pages: {paged}");
    assert!(paged.contains("away from [US"), "{paged}");
}

#[test]
fn a_query_is_moved_towards_and_away_from_hits() {
    let printed = session(&["ti:silicon", ":more 3", ":less 2"]);
    let found = indexed().numbers(&["ti:silicon"]);
    assert!(printed.contains(&format!("towards [{}]", found[2])), "{printed}");
    assert!(printed.contains("away from [US"), "{printed}");
}

#[test]
fn sets_are_combined() {
    let numbers = |query: &str| {
        let mut found = indexed().numbers(&[query, "--limit", "10"]);
        found.sort();
        found
    };
    let out = indexed().path().join("combined.jsonl");
    let export = format!(":export {}", out.display());
    session(&["ti:silicon", "kind:A1", "S1 AND S2", &export]);
    let mut combined: Vec<String> = fs::read_to_string(&out)
        .unwrap()
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["number"].as_str().unwrap().to_owned()
        })
        .collect();
    combined.sort();
    assert_eq!(combined, numbers("ti:silicon AND kind:A1"));
    assert!(!combined.is_empty());
    let listed = session(&["dog", "kind:A1", ":sets"]);
    assert!(listed.contains("S1  dog") && listed.contains("S2  kind:A1"), "{listed}");
}

#[test]
fn results_are_exported_by_the_name_of_the_file() {
    for (extension, mark) in [
        ("csv", "rank,number"),
        ("json", "\"hits\""),
        ("jsonl", "{\"rank\""),
        ("ris", "TY  - "),
        ("bib", "@"),
        ("html", "<html"),
    ] {
        let file = indexed().path().join(format!("hits.{extension}"));
        let printed = session(&["dog", &format!(":export {}", file.display())]);
        assert!(printed.contains("10 hits are in"), "{printed}");
        assert!(fs::read_to_string(&file).unwrap().contains(mark), "{extension}");
    }
    assert!(session(&["dog", ":export hits.doc"]).contains("error: "));
}

#[test]
fn pages_modes_and_reasons_change_within_a_session() {
    let printed = session(&[
        ":mode keyword",
        ":explain",
        "water metal layer surface",
        ":next",
        ":sort date",
        "battery",
    ]);
    assert!(printed.contains("why: keyword rank 1") && printed.contains(" 11  US"), "{printed}");
    assert!(printed.contains("not in the semantic ranking"), "{printed}");
    assert!(session(&[":help"]).contains(":open N"));
    let short = session(&[":limit 2", "water metal layer surface", ":limit none"]);
    assert!(short.contains("  2  US") && !short.contains("  3  US") && short.contains("error: "), "{short}");
}

#[test]
fn what_was_typed_is_kept_for_the_next_session() {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants-week2.xml"), "--no-embed", "--quiet"]);
    bench.typed(&["repl"], "ti:silicon\n:sets\n");
    bench.typed(&["repl"], "ti:closure\n");
    let history = fs::read_to_string(bench.path().join(".priorart_history")).unwrap();
    assert!(["ti:silicon", ":sets", "ti:closure"].iter().all(|line| history.contains(line)), "{history}");
}

#[test]
fn what_is_wrong_does_not_end_a_session() {
    let printed =
        session(&["dog (", ":open 1", ":sparkle", ":mode fast", "ti:closure", ":quit", "ti:silicon"]);
    assert!(printed.matches("error: ").count() >= 4, "{printed}");
    assert!(printed.contains("never closed") && printed.contains("US99004031B2"), "{printed}");
    assert!(!printed.contains("US99001204B2"), "nothing follows :quit: {printed}");
}
