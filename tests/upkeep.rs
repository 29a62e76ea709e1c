//! Upkeep: compact, stats, check, backup and restore, as they are typed.

mod harness;

use harness::{Bench, sample};

/// The sample patents in three commits that were left as they came; the last replaces one of the first.
fn three_commits() -> Bench {
    let bench = Bench::with_tiny_model();
    for dump in ["grants.xml", "applications.xml", "grants-week2.xml"] {
        bench.ok(&["index", &sample(dump), "--no-compact", "--quiet"]);
    }
    bench
}

#[test]
fn compact_merges_what_updates_leave_and_changes_no_answer() {
    let bench = three_commits();
    assert_eq!(bench.stats()["segments"].as_array().unwrap().len(), 3);
    let searches = [&["invisible dog fence"][..], &["--like", "US99005014B2", "--mode", "semantic"]];
    let before = searches.map(|search| bench.numbers(search));
    let report = &bench.json(&["compact", "--all"])[0];
    assert_eq!((&report["merged"], &report["made"], &report["dropped"]), (&3.into(), &1.into(), &1.into()));
    let stats = bench.stats();
    assert_eq!((&stats["patents"], &stats["generation"]), (&42.into(), &4.into()));
    assert_eq!(stats["segments"].as_array().unwrap().len(), 1);
    assert_eq!(searches.map(|search| bench.numbers(search)), before);
    assert!(bench.ok(&["compact", "--all"]).stdout.contains("nothing to merge"));
}

#[test]
fn index_compacts_by_itself() {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants.xml"), "--quiet"]);
    let report = &bench.json(&["index", &sample("applications.xml")])[0];
    assert_eq!(report["merged"], 2);
    assert_eq!(bench.stats()["segments"].as_array().unwrap().len(), 1);
    assert_eq!(bench.stats()["patents"], 40);
}

#[test]
fn vectors_are_kept_as_they_are_asked_for() {
    let bench = Bench::with_tiny_model();
    let kept = |precision: &str| {
        let files = bench.json(&["stats", "--files"])[0]["files"].to_string();
        files.contains(&format!("vectors-0.{precision}\""))
    };
    bench.ok(&["index", &sample("grants.xml"), "--quiet", "--vectors", "f16"]);
    assert!(kept("f16") && !kept("f32"));
    let before = bench.numbers(&["dog fence", "--mode", "semantic"]);
    bench.ok(&["index", &sample("applications.xml"), "--quiet", "--no-compact"]);
    bench.ok(&["compact", "--all", "--vectors", "f32"]);
    assert!(kept("f32") && !kept("f16"));
    assert!(!before.is_empty() && bench.numbers(&["dog fence", "--mode", "semantic"]).contains(&before[0]));
}

#[test]
fn compacting_nothing_is_a_failure_and_makes_no_index() {
    let bench = Bench::with_tiny_model();
    let run = bench.run(&["compact"]);
    assert!(run.code == Some(3) && run.stderr.contains("no index here"), "{}", run.stderr);
    assert!(!bench.index().exists());
}

#[test]
fn stats_are_per_segment_and_per_file() {
    let bench = three_commits();
    let stats = bench.stats();
    let files = stats["files"].as_array().unwrap();
    let bytes = |end: &str| {
        let file = files.iter().find(|file| file["path"].as_str().unwrap().ends_with(end)).unwrap();
        assert_eq!(file["checksummed"], end != "meta.json", "{file}");
        file["bytes"].as_u64().unwrap()
    };
    for end in ["manifest-3.json", "2-1/patents.blk", ".idx", "meta.json", "catalogue/db"] {
        assert!(bytes(end) > 0, "{end}");
    }
    let table = bench.ok(&["stats", "--files"]).stdout;
    assert!(table.contains("replaced") && table.contains("segments/1-0/passages.tbl"), "{table}");
}

#[test]
fn check_names_damage_and_repair_mends_it() {
    let bench = three_commits();
    assert!(bench.ok(&["check"]).stdout.contains("generation 3 is whole"));
    let path = bench.index().join("segments/2-1/patents.blk");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let found = bench.run(&["check"]);
    assert!(found.code == Some(3) && found.stdout.contains("2-1/patents.blk: "), "{}", found.stdout);
    let repaired = bench.run(&["check", "--repair", "--json"]);
    let report = &repaired.json()[0];
    let lost = report["lost"].as_array().unwrap();
    assert_eq!((repaired.code, lost.len()), (Some(3), 1), "{report}");
    bench.ok(&["check"]);
    assert_eq!(bench.stats()["patents"], 41);
    assert_eq!(bench.run(&["show", lost[0].as_str().unwrap()]).code, Some(1));
    assert_eq!(
        bench.json(&["index", &sample("applications.xml")])[0]["indexed"],
        1,
        "the lost one comes back"
    );
}

#[test]
fn what_was_backed_up_is_restored() {
    let bench = three_commits();
    bench.ok(&["watch", "add", "fences", "dog fence"]);
    for name in ["backup", "backup.tar"] {
        bench.ok(&["backup", name]);
        let index = format!("{name}-restored");
        bench.ok(&["restore", name, "--index", &index]);
        bench.ok(&["check", "--index", &index]);
        let watches = bench.ok(&["watch", "list", "--index", &index]);
        assert!(watches.stdout.contains("fences"), "saved searches come along");
        let query = ["dog fence", "--limit", "40"];
        let restored = bench.numbers(&[&query[..], &["--index", &index]].concat());
        assert_eq!(restored, bench.numbers(&query));
    }
    let again = bench.run(&["backup", "backup.tar"]);
    assert!(again.code == Some(3) && again.stderr.contains("exists already"), "{}", again.stderr);
}
