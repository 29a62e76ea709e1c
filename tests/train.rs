//! Training and re-ranking from the command line, on the sample patents and the tiny model.

#![expect(clippy::unwrap_used, reason = "tests fail by panic, and print what they found")]

mod harness;

use std::fs;

use harness::{Bench, sample, workspace};

fn pairs() -> String {
    workspace().join("crates/encoder/tests/fixtures/train/pairs.csv").to_string_lossy().into_owned()
}

/// Quick settings for the tiny model.
const TUNING: [&str; 6] = ["--batch", "4", "--learning-rate", "1e-3", "--warmup", "2"];

#[track_caller]
fn check_fault(csv: &str, args: &[&str], code: i32, words: &str) {
    let bench = Bench::with_tiny_model();
    fs::write(bench.path().join("pairs.csv"), csv).unwrap();
    let run = bench.run(&[&["train", "pairs.csv", "--output", "out"], args].concat());
    assert_eq!(run.code, Some(code), "{}", run.stderr);
    assert!(run.stderr.contains(words), "{words:?} is not in: {}", run.stderr);
    assert!(!bench.path().join("out/model.safetensors").exists());
}

#[test]
fn bad_pairs_and_settings_get_a_clear_error() {
    check_fault("anchor,target\na,b\n", &[], 3, "pairs.csv: there is no column score");
    check_fault("anchor,target,score\na,b,1\nc,d,NaN\n", &[], 3, "pairs.csv, line 3: the score is \"NaN\"");
    check_fault("", &[], 3, "pairs.csv: there is no column anchor");
    check_fault("anchor,target,score\n", &[], 3, "pairs.csv: there are no pairs");
    check_fault("anchor,target,score\na,b,1\nc,d,1\n", &[], 3, "every score is 1");
    check_fault("anchor,target,score\na,b,1\nc,d,0\n", &["--dropout", "1"], 2, "the dropout must be");
}

#[test]
fn a_trained_model_is_a_model() {
    let bench = Bench::with_tiny_model();
    let lines = bench.json(
        &[
            &["train", &pairs(), "--output", "tuned", "--held-out", &pairs(), "--evaluate-every", "2"],
            &TUNING[..],
        ]
        .concat(),
    );
    let steps = lines.iter().filter(|line| line["done"].is_object()).count();
    let evaluations = lines.iter().filter(|line| line["evaluation"].is_object()).count();
    assert_eq!((steps, evaluations), (5, 4), "{lines:?}");
    assert_eq!(fs::read_to_string(bench.path().join("tuned/loss.csv")).unwrap().lines().count(), 6);
    fs::write(bench.path().join("text.txt"), "lithium battery\n").unwrap();
    bench.ok(&["encode", "text.txt", "--model", "tuned"]);
}

#[test]
fn augmented_pairs_are_new_and_have_scores() {
    let bench = Bench::with_tiny_model();
    bench
        .ok(&[&["train", &pairs(), "--output", "tuned", "--augment", "--neighbours", "2"], &TUNING[..]]
            .concat());
    let made = fs::read_to_string(bench.path().join("tuned/augmented.csv")).unwrap();
    assert!(made.lines().count() > 20, "{made}");
    let given = fs::read_to_string(pairs()).unwrap();
    for pair in made.lines().skip(1).map(|line| line.rsplit_once(',').unwrap().0) {
        assert!(!given.lines().any(|line| line.starts_with(&format!("{pair},"))), "{pair} had a score");
    }
    bench.ok(&["model", "info", "tuned"]);
}

#[test]
fn the_first_hits_are_put_in_the_order_of_a_cross_encoder() {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants.xml"), "--quiet"]);
    bench.ok(&[&["train", &pairs(), "--output", "judge", "--cross-encoder"], &TUNING[..]].concat());
    let search = ["search", "a pump with a valve", "--limit", "12", "--explain"];
    let plain = bench.json(&search);
    let reranked = bench.json(&[&search[..], &["--rerank", "8", "--reranker", "judge"]].concat());
    let scores: Vec<f64> = reranked.iter().filter_map(|hit| hit["reranked"].as_f64()).collect();
    assert_eq!((plain.len(), reranked.len(), scores.len()), (12, 12, 8));
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    let numbers = |hits: &[serde_json::Value]| -> Vec<String> {
        hits.iter().map(|hit| hit["number"].to_string()).collect()
    };
    let (before, after) = (numbers(&plain), numbers(&reranked));
    assert_ne!(before[..8], after[..8], "the order is another");
    let sorted = |numbers: &[String]| {
        let mut numbers = numbers.to_vec();
        numbers.sort();
        numbers
    };
    assert_eq!(sorted(&before[..8]), sorted(&after[..8]), "of the same hits");
    assert_eq!(before[8..], after[8..], "the others stay");
    let table = bench.ok(&[&search[..], &["--rerank", "8", "--reranker", "judge"]].concat());
    assert!(table.stdout.contains("re-ranked by 0."), "{}", table.stdout);

    let wrong =
        bench.run(&["search", "pump", "--rerank", "8", "--reranker", bench.model().to_str().unwrap()]);
    assert_eq!(wrong.code, Some(3), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("classifier.dense.weight"), "{}", wrong.stderr);
}
