//! Claim charts of the claims in `claims.jsonl`, which say what discloses their elements.

use serde_json::Value;

use crate::harness::{Bench, sample};
use crate::indexed;

/// Claims, the patent and a word of the passage for each element, and the pair.
fn claims() -> Vec<Value> {
    include_str!("claims.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Charts all claims and compares with what they say.
fn check(bench: &Bench, more: &[&str]) {
    let (mut right, mut all) = (0, 0);
    for claim in claims() {
        let text = claim["claim"].as_str().unwrap();
        let args = [&["chart", text, "--limit", "50"], more].concat();
        let chart = &bench.json(&args)[0];
        let disclosed = claim["disclosed"].as_array().unwrap();
        assert_eq!(chart["elements"].as_array().unwrap().len(), disclosed.len(), "{}", chart["elements"]);
        let mut pair: Vec<&Value> = chart["pair"]["numbers"].as_array().unwrap().iter().collect();
        pair.sort_by_key(|number| number.as_str());
        let mut planted: Vec<&Value> = claim["pair"].as_array().unwrap().iter().collect();
        planted.sort_by_key(|number| number.as_str());
        assert_eq!(pair, planted, "{text} {more:?}");
        for (element, expected) in disclosed.iter().enumerate() {
            let score = |patent: &&Value| patent["cells"][element]["score"].as_f64().unwrap_or_default();
            let patents = chart["patents"].as_array().unwrap();
            let best = patents.iter().max_by(|a, b| score(a).total_cmp(&score(b))).unwrap();
            let passage = best["cells"][element]["passage"]["text"].as_str().unwrap().to_lowercase();
            let has_word = passage.contains(&expected[1].as_str().unwrap().to_lowercase());
            let is_right = best["number"] == expected[0] && has_word;
            if !is_right {
                println!("{}: {} {passage}", chart["elements"][element], best["number"]);
            }
            right += usize::from(is_right);
            all += 1;
        }
    }
    println!("{right} of {all} elements {more:?}");
    assert!(right * 10 >= all * 9, "{right} of {all} elements");
}

#[test]
fn known_disclosures_are_found_by_words() {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants.xml"), &sample("applications.xml"), "--no-embed", "--quiet"]);
    check(&bench, &["--mode", "keyword"]);
}

#[test]
fn known_disclosures_are_found_with_the_real_model() {
    let Some(bench) = Bench::with_real_model() else {
        return;
    };
    bench.ok(&["index", &sample("grants.xml"), &sample("applications.xml"), "--quiet"]);
    check(&bench, &[]);
}

#[test]
fn charts_come_in_four_forms_and_from_three_places() {
    let bench = indexed();
    let claim = claims()[0]["claim"].as_str().unwrap().to_owned();
    let printed = |format: &str| bench.ok(&["chart", &claim, "--mode", "keyword", "--format", format]).stdout;
    assert!(printed("table").contains("best pair: US99004006B2 + US99002018B2"), "{}", printed("table"));
    let csv = printed("csv");
    assert!(csv::Reader::from_reader(csv.as_bytes()).records().count() >= 6, "{csv}");
    assert!(printed("html").contains("<mark>"));
    let json: Value = serde_json::from_str(&printed("json")).unwrap();
    assert!(json["patents"][0]["cells"][0]["passage"]["place"].is_string(), "{json}");
    let read = bench.typed(&["chart", "-", "--mode", "keyword", "--json"], &claim).json().remove(0);
    assert_eq!(read["pair"], json["pair"]);
    // Of a claim of the index, what was published before its priority, without its family.
    let own = &bench.json(&["chart", "US99002011B1:1", "--limit", "50"])[0];
    let numbers: Vec<&str> =
        own["patents"].as_array().unwrap().iter().filter_map(|one| one["number"].as_str()).collect();
    assert!(!numbers.contains(&"US99001204B2") && !numbers.contains(&"US99002011B1"), "{numbers:?}");
    let within = &bench.json(&["chart", &claim, "--where", "cpc:B66B", "--mode", "keyword"])[0];
    assert_eq!(within["patents"].as_array().unwrap().len(), 1);
    assert!(within["pair"].is_null());
    assert_eq!(bench.run(&["chart", "US99002011B1:99"]).code, Some(2));
    assert_eq!(bench.run(&["chart", " ; "]).code, Some(2));
}
