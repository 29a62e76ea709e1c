//! What an index answers, whole, so that two can be compared.

use std::collections::BTreeMap;
use std::path::Path;

use priorart_index::{PassageId, Reader};
use serde_json::Value;

use crate::harness::Bench;

const QUERIES: [&[&str]; 6] = [
    &["battery electrode silicon particles"],
    &["a drone that exchanges its energy storage", "--mode", "semantic"],
    &["rotor blades ice", "--mode", "keyword", "--explain"],
    &["wound dressing cpc:A61", "--mode", "hybrid"],
    &["pd>1900", "--limit", "1000", "--mode", "keyword"],
    &["--like", "US99005014B2", "--limit", "50"],
];

/// The hits of several searches, with scores, passages and highlights.
pub(crate) fn answers(bench: &Bench) -> Vec<Vec<Value>> {
    QUERIES.iter().map(|query| bench.json(&[&["search"], *query].concat())).collect()
}

/// The vectors of each patent, as they are stored.
pub(crate) fn vectors(index: &Path) -> BTreeMap<String, Vec<Vec<f32>>> {
    let reader = Reader::open(index).expect("an index");
    let all = reader.matching(&tantivy::query::AllQuery).expect("all patents");
    let vectors = |id| {
        let passages = reader.passages_of(id).map(|ordinal| PassageId { segment: id.segment, ordinal });
        passages.filter_map(|passage| reader.vector(passage)).collect()
    };
    all.iter().map(|id| (reader.number(id).expect("a number").to_owned(), vectors(id))).collect()
}
