//! Clusters and maps, on the sample patents and the tiny model.

mod harness;

use std::collections::BTreeSet;
use std::fs;

use harness::{Bench, sample};
use serde_json::Value;

fn indexed() -> Bench {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants.xml"), &sample("applications.xml"), "--quiet"]);
    bench
}

fn numbers(cluster: &Value) -> Vec<&str> {
    cluster["numbers"]
        .as_array()
        .expect("numbers")
        .iter()
        .map(|number| number.as_str().expect("a number"))
        .collect()
}

/// The numbers of the clusters' patents, one list a cluster.
fn members(clusters: &Value) -> Vec<Vec<&str>> {
    clusters["clusters"].as_array().expect("clusters").iter().map(numbers).collect()
}

#[test]
fn every_patent_is_in_one_cluster_of_k_means() {
    let bench = indexed();
    let found = bench.json(&["cluster", "--clusters", "4"]).remove(0);
    let members = members(&found);
    assert_eq!((members.len(), found["in_no_cluster"].as_u64()), (4, Some(0)));
    let all: BTreeSet<&str> = members.iter().flatten().copied().collect();
    assert_eq!((all.len(), found["patents"].as_u64()), (40, Some(40)));
    for (cluster, members) in found["clusters"].as_array().unwrap().iter().zip(&members) {
        assert_eq!(cluster["size"], members.len());
        assert!(!cluster["words"].as_array().unwrap().is_empty(), "{cluster}");
        let share = cluster["class"]["share"].as_f64().unwrap();
        assert!(share > 0.0 && share <= 1.0, "{cluster}");
    }
    for measure in ["homogeneity", "completeness", "v_measure"] {
        assert!((0.0..=1.0).contains(&found["v_measure"][measure].as_f64().unwrap()), "{measure}");
    }
    assert_eq!(bench.json(&["cluster", "--clusters", "4"])[0], found, "the same again");
}

#[test]
fn a_query_selects_what_is_grouped() {
    let bench = indexed();
    let found = bench.json(&["cluster", "cpc:H01M", "--clusters", "2"]).remove(0);
    let selected: BTreeSet<String> = members(&found).into_iter().flatten().map(str::to_owned).collect();
    let expected: BTreeSet<String> = bench.numbers(&["cpc:H01M", "-n", "40"]).into_iter().collect();
    assert_eq!(selected, expected);
    let best = bench.json(&["cluster", "battery", "--limit", "7", "--clusters", "2"]).remove(0);
    assert_eq!(best["patents"], 7);
    assert_eq!(bench.run(&["cluster", "pa:nobody"]).code, Some(1));
}

#[test]
fn clusters_are_a_table_or_csv() {
    let bench = indexed();
    let table = bench.ok(&["cluster"]).stdout;
    assert!(table.contains("40 patents in 3 clusters") && table.contains("V-measure"), "{table}");
    let csv = bench.ok(&["cluster", "--csv"]).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["number", "title", "cluster", "label", "section"]);
    assert_eq!(reader.records().filter(|row| !row.as_ref().unwrap()[2].is_empty()).count(), 40);
    let hdbscan = bench.json(&["cluster", "--method", "hdbscan", "--min-size", "5"]).remove(0);
    let sizes = members(&hdbscan).iter().map(Vec::len).collect::<Vec<_>>();
    assert!(sizes.iter().all(|&size| size >= 5), "{sizes:?}");
    let outside = hdbscan["in_no_cluster"].as_u64().unwrap() as usize;
    assert_eq!(sizes.iter().sum::<usize>() + outside, 40);
}

#[test]
fn a_map_is_one_file_and_the_same_bytes_each_time() {
    let bench = indexed();
    for extension in ["html", "svg", "json"] {
        let [first, second] = ["first", "second"].map(|name| {
            let name = format!("{name}.{extension}");
            bench.ok(&["map", "--clusters", "4", "--output", &name]);
            fs::read_to_string(bench.path().join(name)).unwrap()
        });
        assert_eq!(first, second, "{extension}");
        for number in bench.numbers(&["battery", "-n", "40"]) {
            assert!(first.contains(&number), "{number} in {extension}");
        }
        for link in ["src=", "href=\"http", "@import", "url("] {
            assert!(!first.contains(link), "{link} in {extension}");
        }
    }
    let map: Value =
        serde_json::from_str(&fs::read_to_string(bench.path().join("first.json")).unwrap()).unwrap();
    for point in map["points"].as_array().unwrap() {
        assert!(
            ["x", "y"].iter().all(|axis| (0.0..=1.0).contains(&point[axis].as_f64().unwrap())),
            "{point}"
        );
        assert!(point["cluster"].as_u64().unwrap() < 4, "{point}");
    }
    assert_eq!(map["clusters"].as_array().unwrap().len(), 4);
    let report = bench.json(&["map", "--output", "third.html"]).remove(0);
    assert_eq!((report["patents"].as_u64(), report["output"].as_str()), (Some(40), Some("third.html")));
}

#[track_caller]
fn refused(bench: &Bench, args: &[&str], code: i32, said: &str) {
    let run = bench.run(args);
    assert_eq!(run.code, Some(code), "{args:?}: {}", run.stderr);
    assert!(run.stderr.contains(said), "{args:?}: {}", run.stderr);
}

#[test]
fn what_cannot_be_grouped_is_refused_with_a_reason() {
    let bench = indexed();
    refused(&bench, &["cluster", "pn:US99005014B2"], 2, "too few patents (1) for 2 clusters");
    refused(&bench, &["cluster", "--clusters", "1"], 2, "ask for at least 2");
    refused(&bench, &["cluster", "--clusters", "41"], 2, "too few patents (40) for 41 clusters");
    refused(&bench, &["cluster", "--method", "hdbscan", "-k", "3"], 2, "--clusters goes with");
    refused(&bench, &["cluster", "--method", "hdbscan", "--min-size", "41"], 2, "for a cluster of 41");
    refused(&bench, &["map", "--output", "map.png"], 2, "ends in .html, .svg or .json");
    let words = Bench::with_tiny_model();
    words.ok(&["index", &sample("grants.xml"), "--no-embed", "--quiet"]);
    refused(&words, &["cluster"], 3, "none has an embedding; `priorart embed` makes them");
}
