//! Saved searches.

use std::fs;

use crate::harness::{Bench, sample};

#[test]
fn only_what_is_new_is_reported() {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants.xml"), "--quiet"]);
    bench.ok(&["watch", "add", "lamps", "ti:luminaire"]);
    bench.ok(&["watch", "add", "all", "cc:US"]);
    let listed = bench.ok(&["watch", "list"]).stdout;
    assert!(listed.contains("lamps") && listed.contains("ti:luminaire"), "{listed}");
    assert_eq!(bench.run(&["watch", "run"]).code, Some(1), "what was found when it was added is not new");

    bench.ok(&["index", &sample("grants-week2.xml"), "--quiet"]);
    let new = bench.json(&["watch", "run", "all"]);
    let numbers: Vec<&str> = new.iter().filter_map(|one| one["hit"]["number"].as_str()).collect();
    assert_eq!(numbers.len(), 2, "of three grants, one was there: {numbers:?}");
    assert!(new.iter().all(|one| one["watch"] == "all"));
    assert_eq!(bench.run(&["watch", "run", "all"]).code, Some(1), "it is reported once");
    assert_eq!(bench.run(&["watch", "run"]).code, Some(1), "the lamp was there before");

    bench.ok(&["index", &sample("applications.xml"), "--quiet"]);
    assert_eq!(bench.json(&["watch", "run", "all"]).len(), 12);
    bench.ok(&["watch", "remove", "all"]);
    assert_eq!(bench.run(&["watch", "run", "all"]).code, Some(2), "it is forgotten");
    assert_eq!(bench.run(&["watch", "add", "wrong", "dog ("]).code, Some(2), "a query that does not parse");
    assert!(!bench.ok(&["watch", "list"]).stdout.contains("wrong"));
}

#[test]
fn of_conditions_all_that_is_new_is_reported() {
    let bench = Bench::with_tiny_model();
    let index = |from: u32, to: u32| {
        let patents = (from..to).map(|at| format!("{{\"number\":\"US{at}B2\",\"title\":\"Pump {at}\"}}\n"));
        fs::write(bench.path().join("pumps.jsonl"), patents.collect::<String>()).unwrap();
        bench.ok(&["index", "pumps.jsonl", "--no-embed", "--quiet"]);
    };
    index(9_000_000, 9_000_080);
    bench.ok(&["watch", "add", "pumps", "ti:pump"]);
    assert_eq!(
        bench.run(&["watch", "run"]).code,
        Some(1),
        "all eighty are known, not the first page of them"
    );
    index(9_000_070, 9_000_150);
    assert_eq!(bench.json(&["watch", "run"]).len(), 70);
    assert_eq!(bench.run(&["watch", "run"]).code, Some(1));
}
