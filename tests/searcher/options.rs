//! The options of `search`.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::indexed;

#[test]
fn a_text_comes_from_a_file_or_standard_input() {
    let bench = indexed();
    let text = "A wearable device confines a canine to a yard: AND (cpc:H01M \"without\" a wire.";
    fs::write(bench.path().join("disclosure.txt"), text).unwrap();
    let from_file = bench.numbers(&["--text", "disclosure.txt", "--mode", "keyword"]);
    assert_eq!(from_file[0], "US99006007B2");
    for args in [["search", "-", "--mode", "keyword"], ["search", "--text", "-", "--mode=keyword"]] {
        let run = bench.typed(&[&args[..], &["--json"]].concat(), text);
        let numbers: Vec<Value> = run.json().into_iter().map(|hit| hit["number"].clone()).collect();
        assert_eq!(numbers, from_file, "{args:?}");
    }
    // Beside a text, a query says what must hold.
    let beside = bench.numbers(&["--text", "disclosure.txt", "cpc:A01K47", "--mode", "hybrid"]);
    assert_eq!(beside, ["US20249900015A1"]);
    assert_eq!(bench.typed(&["search", "-"], " \n").code, Some(2), "a text without words");
}

#[test]
fn translate_says_how_a_query_is_understood() {
    let bench = indexed();
    let query = "graphene anode \"solid electrolyte\" -lead cpc:H01M4 pd<2015";
    let shown = bench.ok(&["search", query, "--translate"]).stdout;
    for line in [
        "keyword   graphene anode solid electrolyte",
        "filter    \"solid electrolyte\" AND NOT lead AND cpc:H01M4 AND pd:..20141231",
        "semantic  graphene anode solid electrolyte",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line:?} is not in:\n{shown}");
    }
    let json = &bench.json(&["search", "a OR b AND c", "--translate"])[0];
    assert_eq!(json["filter"], "(a OR (b AND c))");
    assert!(json["warnings"][0].as_str().unwrap().contains("AND binds tighter"), "{json}");
}

#[test]
fn an_error_has_a_caret_and_a_suggestion() {
    let run = indexed().run(&["search", "graphene cpd:H01M"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("\n         ^^^^\n"), "{}", run.stderr);
    assert!(run.stderr.contains("did you mean cpc:?"), "{}", run.stderr);
}

#[test]
fn explain_gives_ranks_scores_shares_words_and_the_passage() {
    let bench = indexed();
    for hit in bench.json(&["search", "dog fence", "--explain", "--floor", "0"]) {
        let (explain, passage) = (&hit["explain"], &hit["passages"][0]);
        let added = ["keyword", "semantic"].map(|name| explain[name].as_f64().unwrap());
        assert!((added[0] + added[1] - hit["score"].as_f64().unwrap()).abs() < 1e-9, "{hit}");
        for ranking in ["keyword", "semantic"] {
            let place = &hit[ranking];
            assert!(place.is_null() || (place["rank"].is_u64() && place["score"].is_f64()), "{hit}");
        }
        assert_eq!(hit["keyword"].is_null(), explain["matched"].as_array().unwrap().is_empty(), "{hit}");
        assert!(!passage["text"].as_str().unwrap().is_empty());
    }
    let shown = bench.ok(&["search", "dog fence", "--explain"]).stdout;
    assert!(shown.contains("why: ") && shown.contains("matched: "), "{shown}");
    let refined = bench.ok(&["search", "dog", "--more", "US99006007B2", "--explain"]).stdout;
    assert!(refined.contains("query moved by 0.75 towards [US99006007B2]"), "{refined}");
}

#[test]
fn hits_are_ordered_by_date_or_number() {
    let bench = indexed();
    let keys = |sort: &str, key: &str| -> Vec<String> {
        let hits = bench.json(&["search", "battery OR sensor", "--sort", sort, "--limit", "40"]);
        hits.iter().map(|hit| hit[key].as_str().unwrap().to_owned()).collect()
    };
    let dates = keys("date", "date");
    assert!(dates.len() > 5 && dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
    let numbers = keys("number", "number");
    assert!(numbers.is_sorted(), "{numbers:?}");
    let mut by_score = keys("score", "number");
    by_score.sort();
    assert_eq!(by_score, numbers, "the same hits");
}

#[test]
fn a_family_is_one_hit() {
    let bench = indexed();
    let family = ["US20249900019A1", "US99001204B2", "US99002011B1"];
    let query = "pn:US99001204 OR pn:US99002011 OR pn:US20249900019";
    assert_eq!(bench.numbers(&[query]).len(), 3);
    let hits = bench.json(&["search", query, "--family", "extended"]);
    assert_eq!(hits.len(), 1);
    let mut members: Vec<&str> =
        hits[0]["family"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    members.extend(hits[0]["number"].as_str());
    members.sort_unstable();
    assert_eq!(members, family);
    for format in ["table", "html"] {
        let shown = bench.ok(&["search", query, "--family", "extended", "--format", format]).stdout;
        assert!(shown.contains("family: US"), "{shown}");
    }
}

#[test]
fn prior_art_is_without_citations_or_marks_them() {
    let bench = indexed();
    let ask = ["search", "--prior-art-of", "USD9900412S1", "--limit", "40"];
    let cited = |hits: &[Value]| {
        hits.iter().find(|hit| hit["number"] == "US99004031B2").map(|hit| hit["known"].clone())
    };
    let hits = bench.json(&ask);
    assert!(!hits.is_empty());
    assert!(hits.iter().all(|hit| hit["number"] != "USD9900412S1"), "itself is left out");
    assert_eq!(cited(&hits), None, "what it cites is left out");
    let hits = bench.json(&[&ask[..], &["--known-citations"]].concat());
    assert_eq!(cited(&hits), Some("examiner".into()));
    let shown = bench.ok(&[&ask[..], &["--known-citations"]].concat()).stdout;
    assert!(shown.contains("cited by the examiner"), "{shown}");
    let marked = |format: &[&str]| bench.ok(&[&ask[..], &["--known-citations"], format].concat()).stdout;
    assert!(marked(&["--csv", "--fields", "number,known"]).contains("US99004031B2,examiner"));
    assert!(marked(&["--format", "html"]).contains("cited by the examiner"));
    let priority = bench.json(&["show", "USD9900412S1"])[0]["priority_date"].as_str().unwrap().to_owned();
    assert!(hits.iter().all(|hit| hit["date"].as_str().unwrap() < priority.as_str()), "{priority}");
}

#[test]
fn facets_count_what_is_found_and_not_what_is_shown() {
    let bench = indexed();
    let json = bench.ok(&["search", "cc:US kind:B2", "--facets", "--limit", "3", "--format", "json"]).stdout;
    let result: Value = serde_json::from_str(&json).unwrap();
    let all = bench.numbers(&["cc:US kind:B2", "--limit", "100"]).len();
    assert_eq!(result["hits"].as_array().unwrap().len(), 3);
    assert_eq!(result["facets"]["patents"], all);
    assert_eq!(result["facets"]["countries"][0], serde_json::json!(["US", all]));
    let years = result["facets"]["years"].as_array().unwrap();
    assert_eq!(years.iter().filter_map(|year| year[1].as_u64()).sum::<u64>() as usize, all);
    assert!(bench.ok(&["search", "battery", "--facets"]).stdout.contains("classes"));
}

#[test]
fn pages_neither_repeat_nor_drop() {
    let bench = indexed();
    for options in [&[][..], &["--family", "extended"], &["--sort", "date"], &["--diversity", "0.5"]] {
        let page = |offset: usize, limit: usize| {
            let (offset, limit) = (offset.to_string(), limit.to_string());
            bench.numbers(&[&["battery sensor", "--offset", &offset, "--limit", &limit], options].concat())
        };
        let whole = page(0, 100);
        let paged: Vec<String> = (0..6).flat_map(|at| page(at * 7, 7)).collect();
        assert_eq!(paged, whole, "{options:?}");
        assert_eq!(paged.iter().collect::<BTreeSet<_>>().len(), paged.len(), "{options:?}");
    }
}

#[test]
fn wrong_options_are_wrong_use() {
    let bench = indexed();
    for args in [
        &["search", "dog", "--fields", "colour"][..],
        &["search", "dog", "--diversity", "2"],
        &["search", "dog", "--limit", "0"],
        &["search", "dog", "--rrf-k", "-1"],
        &["search", "dog", "--like", "soon"],
        &["search", "dog", "--known-citations"],
        &["search"],
    ] {
        let run = bench.run(args);
        assert_eq!(run.code, Some(2), "{args:?}: {}", run.stderr);
    }
}
