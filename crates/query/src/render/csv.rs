//! Comma-separated values.

use priorart_corpus::CitedBy;

use super::FIELDS;
use crate::hit::{Hit, Ranked};

/// How many of the fields are the columns where none are asked for: the first ones.
const USUAL: usize = 10;

/// Comma-separated values with a header (RFC 4180): a line a hit, with its best passage. `fields` are the
/// columns; where there are none, the usual ones.
///
/// # Panics
///
/// Never: writing to memory does not fail.
pub fn csv(hits: &[Hit], fields: &[String]) -> String {
    let columns: Vec<&str> = match fields {
        [] => FIELDS[..USUAL].to_vec(),
        asked => asked.iter().map(String::as_str).collect(),
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&columns).expect("memory can be written to");
    for hit in hits {
        let row = columns.iter().map(|column| value(hit, column));
        writer.write_record(row).expect("memory can be written to");
    }
    let bytes = writer.into_inner().expect("memory can be written to");
    String::from_utf8(bytes).expect("text makes text")
}

/// A value as text; several are joined by semicolons.
fn value(hit: &Hit, column: &str) -> String {
    let rank = |ranked: &Option<Ranked>| ranked.map(|ranked| ranked.rank.to_string()).unwrap_or_default();
    let passage = hit.passages.first();
    let class = hit.class.as_ref();
    match column {
        "rank" => hit.rank.to_string(),
        "number" => hit.number.clone(),
        "title" => hit.title.clone(),
        "date" => hit.date.clone().unwrap_or_default(),
        "assignee" => hit.assignee.clone().unwrap_or_default(),
        "inventors" => hit.inventors.join("; "),
        "score" => hit.score.to_string(),
        "keyword_rank" => rank(&hit.keyword),
        "semantic_rank" => rank(&hit.semantic),
        "place" => passage.map(|passage| passage.place.clone()).unwrap_or_default(),
        "passage" => passage.map(|passage| passage.text.clone()).unwrap_or_default(),
        "passages" => hit.passages.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join("; "),
        "class" => class.map(|class| class.symbol.clone()).unwrap_or_default(),
        "class_title" => class.map(|class| class.title.clone()).unwrap_or_default(),
        "family" => hit.family.join("; "),
        "known" => hit.known.and_then(name).unwrap_or_default(),
        "explain" => hit.explain.as_ref().map(|explain| explain.matched.join("; ")).unwrap_or_default(),
        _ => String::new(),
    }
}

/// "third-party", as in JSON.
fn name(by: CitedBy) -> Option<String> {
    Some(serde_json::to_value(by).ok()?.as_str()?.to_owned())
}
