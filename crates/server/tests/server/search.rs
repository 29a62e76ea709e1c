//! `/api/search`, `/api/facets` and what else searches.

use serde_json::{Value, json};

use crate::harness::{Served, post};

fn numbers(result: &Value) -> Vec<&str> {
    result["hits"].as_array().unwrap().iter().map(|hit| hit["number"].as_str().unwrap()).collect()
}

#[test]
fn hits_have_both_ranks_and_the_passage() {
    let found = Served::samples().json("/api/search?q=graphene+silicon+anode&explain=true");
    let hit = &found["hits"][0];
    assert_eq!((&found["query"], &hit["rank"]), (&json!("graphene silicon anode"), &json!(1)));
    assert!(hit["keyword"]["rank"].is_u64() && hit["explain"]["keyword"].is_f64(), "{hit}");
    assert!(found["hits"].as_array().unwrap().iter().any(|hit| hit["semantic"]["rank"].is_u64()), "{found}");
    assert!(!hit["passages"][0]["text"].as_str().unwrap().is_empty());
}

#[test]
fn a_body_asks_for_the_same_as_an_address() {
    let served = Served::samples();
    let by_address = served.json("/api/search?q=gearbox&mode=keyword&country=US&limit=3");
    let body = json!({"q": "gearbox", "mode": "keyword", "country": ["US"], "limit": 3});
    assert_eq!(served.post("/api/search", &body).ok(), by_address);
    let form = "q=gearbox&mode=keyword&country=US&limit=3".to_owned();
    let by_form = served.send(post("/api/search", "application/x-www-form-urlencoded", form));
    assert_eq!(by_form.ok(), by_address);
}

#[test]
fn pages_follow_one_another() {
    let served = Served::samples();
    let whole = served.json("/api/search?q=cc:US&limit=20");
    let mut found = Vec::new();
    let pages: Vec<Value> =
        (1..=4).map(|page| served.json(&format!("/api/search?q=cc:US&limit=5&page={page}"))).collect();
    pages.iter().for_each(|page| found.extend(numbers(page)));
    assert_eq!(found, numbers(&whole));
}

#[test]
fn facets_filter_to_what_they_count() {
    let served = Served::samples();
    let facets = served.json("/api/facets?q=cc:US");
    for (name, facet) in
        [("class", "classes"), ("assignee", "assignees"), ("country", "countries"), ("year", "years")]
    {
        let (value, count) = (facets[facet][0][0].as_str().unwrap(), &facets[facet][0][1]);
        let query = [("q", "cc:US"), (name, value)];
        let filtered = served.json(&format!("/api/facets?{}", serde_html_form::to_string(query).unwrap()));
        assert_eq!(&filtered["patents"], count, "{name}={value}");
    }
}

#[test]
fn every_format_exports_all_hits() {
    let served = Served::samples();
    let count = served.json("/api/facets?q=cc:US")["patents"].as_u64().unwrap() as usize;
    let export = |format: &str| served.get(&format!("/api/search?q=cc:US&limit=10000&format={format}"));
    let lines = export("jsonl");
    assert_eq!(lines.text().lines().count(), count);
    assert!(lines.text().lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    assert_eq!(export("ris").text().matches("TY  - PAT").count(), count);
    assert_eq!(export("bibtex").text().matches("@patent{").count(), count);
    let columns = served.get("/api/search?q=cc:US&limit=10000&format=csv&fields=number&fields=rank");
    assert_eq!(columns.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(columns.text().lines().next(), Some("number,rank"));
    assert_eq!(columns.text().lines().count(), count + 1);
}

#[test]
fn what_is_not_understood_is_a_problem() {
    let served = Served::samples();
    let wrong = served.get("/api/search?q=gearbox+(clutch");
    wrong.problem(400, "bracket");
    assert_eq!(wrong.value()["span"], json!({"start": 8, "end": 9}));
    served.get("/api/search").problem(400, "the query is empty");
    served.get("/api/search?q=a&mode=best").problem(400, "best");
    served.get("/api/search?q=a&limit=x").problem(400, "parameters");
    served.get("/api/search?q=a&limit=101").problem(400, "at most 100");
    served.get("/api/search?q=a&format=csv&fields=colour").problem(400, "no field colour");
    served.get("/api/search?q=a&fields=rank").problem(400, "csv and jsonl");
    served.get("/api/search?prior_art_of=US1234567").problem(404, "US1234567 is not in the index");
    served.post("/api/search", &json!({"q": 1})).problem(400, "the body");
    served.send(post("/api/search", "text/plain", "q".to_owned())).problem(415, "application/json");
    served.send(post("/api/search", "application/json", " ".repeat(3 << 20))).problem(413, "limit");
    served.get("/nowhere").problem(404, "nothing under this path");
    served.post("/api/stats", &json!({})).problem(405, "not for this method");
}

#[test]
fn what_is_similar_leaves_the_patent_out() {
    let served = Served::samples();
    let similar = served.json("/api/patents/US99001204B2/similar?limit=100");
    assert!(!numbers(&similar).is_empty() && !numbers(&similar).contains(&"US99001204B2"));
    let like = served.json("/api/search?like=US+99,001,204+B2&limit=100");
    assert_eq!(numbers(&similar), numbers(&like));
    served.get("/api/patents/US1234567/similar").problem(404, "not in the index");
}
