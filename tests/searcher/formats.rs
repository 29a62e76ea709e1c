//! What `search` prints in each format.

use serde_json::{Value, json};

use crate::indexed;

const QUERY: [&str; 4] = ["search", "dog fence", "--limit", "3"];

#[track_caller]
fn printed(format: &str, more: &[&str]) -> String {
    indexed().ok(&[&QUERY[..], &["--format", format], more].concat()).stdout
}

fn numbers() -> Vec<String> {
    indexed().numbers(&QUERY[1..])
}

#[test]
fn json_is_one_object_and_json_lines_one_a_hit() {
    let whole: Value = serde_json::from_str(&printed("json", &["--facets"])).unwrap();
    let lines = printed("jsonl", &[]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(whole["hits"], Value::Array(lines));
    assert!(whole["warnings"].is_array() && whole["facets"]["patents"].is_u64(), "{whole}");
}

#[test]
fn fields_choose_columns_and_members() {
    let csv = printed("csv", &["--fields", "number,class,place"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["number", "class", "place"]);
    let rows: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    assert_eq!(rows, numbers());
    let lines = printed("jsonl", &["--fields", "number,rank"]);
    let expected: Vec<Value> =
        numbers().iter().enumerate().map(|(at, number)| json!({"number": number, "rank": at + 1})).collect();
    let found: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found, expected);
}

#[test]
fn references_are_those_of_the_hits() {
    let ris = printed("ris", &[]);
    let bibtex = printed("bibtex", &[]);
    for number in numbers() {
        assert!(ris.contains(&format!("  - {number}")), "{ris}");
        assert!(bibtex.contains(&number), "{bibtex}");
    }
    assert_eq!(ris.matches("TY  - PAT").count(), 3, "{ris}");
    assert_eq!(ris.matches("ER  -").count(), 3, "{ris}");
    assert_eq!(bibtex.matches("\n@").count() + usize::from(bibtex.starts_with('@')), 3, "{bibtex}");
    assert_eq!(bibtex.matches('{').count(), bibtex.matches('}').count(), "{bibtex}");
}

#[test]
fn the_report_is_a_page_with_its_query_escaped() {
    let html = indexed().ok(&["search", "dog <i>", "--mode", "keyword", "--format", "html"]).stdout;
    assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
    assert!(html.contains("<mark>") && !html.contains("<i>"), "{html}");
    let page = printed("html", &[]);
    assert!(numbers().iter().all(|number| page.contains(number)), "{page}");
}

#[test]
fn the_table_names_each_hit() {
    let table = printed("table", &[]);
    assert!(numbers().iter().all(|number| table.contains(number)), "{table}");
}
