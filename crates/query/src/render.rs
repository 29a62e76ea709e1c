//! Hits in the forms that other programs read.

use crate::hit::Hit;

const COLUMNS: [&str; 10] = [
    "rank",
    "number",
    "title",
    "date",
    "assignee",
    "score",
    "keyword_rank",
    "semantic_rank",
    "place",
    "passage",
];

/// Comma-separated values with a header (RFC 4180): a line a hit, with its best passage.
///
/// # Panics
///
/// Never: writing to memory does not fail.
pub fn csv(hits: &[Hit]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).expect("memory can be written to");
    for hit in hits {
        writer.write_record(row(hit)).expect("memory can be written to");
    }
    let bytes = writer.into_inner().expect("memory can be written to");
    String::from_utf8(bytes).expect("text makes text")
}

fn row(hit: &Hit) -> [String; 10] {
    let rank = |ranked: &Option<crate::hit::Ranked>| ranked.map(|r| r.rank.to_string()).unwrap_or_default();
    let passage = hit.passages.first();
    [
        hit.rank.to_string(),
        hit.number.clone(),
        hit.title.clone(),
        hit.date.clone().unwrap_or_default(),
        hit.assignee.clone().unwrap_or_default(),
        hit.score.to_string(),
        rank(&hit.keyword),
        rank(&hit.semantic),
        passage.map(|passage| passage.place.clone()).unwrap_or_default(),
        passage.map(|passage| passage.text.clone()).unwrap_or_default(),
    ]
}
