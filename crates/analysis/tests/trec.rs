//! Measures of retrieval beside those of `trec_eval`, recorded by `benches/peers/trec_eval.py`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use priorart_analysis::{evaluate, mean, read_judgements, read_run};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/trec").join(name)
}

/// Query and measures, line by line.
fn expected() -> BTreeMap<String, Vec<f64>> {
    let text = fs_err::read_to_string(file("expected.csv")).expect("figures were recorded");
    let lines = text.lines().skip(1).filter_map(|line| line.split_once(','));
    let values = |values: &str| values.split(',').map(|value| value.parse().expect("a number")).collect();
    lines.map(|(query, measures)| (query.to_owned(), values(measures))).collect()
}

#[track_caller]
fn check(query: &str, found: &[f64], expected: &[f64]) {
    let agrees =
        found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 5e-5);
    assert!(agrees, "{query}: {found:?} where trec_eval has {expected:?}");
}

#[test]
fn measures_are_those_of_trec_eval_to_four_decimals() {
    let judgements = read_judgements(&file("qrels.txt")).unwrap();
    let queries = evaluate(&read_run(&file("random.run")).unwrap(), &judgements);
    let mut expected = expected();
    let all = expected.remove("all").unwrap();
    check("all", &mean(queries.values()).values(), &all);
    assert_eq!(queries.len(), 12);
    for (query, measures) in &queries {
        check(query, &measures.values(), &expected[query]);
    }
}
