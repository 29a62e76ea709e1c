//! A patent, a chart, a class, the state of the server.

use axum::body::Body;
use axum::http::Request;
use priorart_server::{Access, App, Limits};
use serde_json::{Value, json};

use crate::harness::{Served, add_words, sample_index, words_index};

#[test]
fn a_patent_is_found_however_its_number_is_written() {
    let served = Served::samples();
    let patent = served.json("/api/patents/US99001204B2");
    assert_eq!(patent["number"], "US99001204B2");
    for written in ["US%2099,001,204%20B2", "99001204", "US-99001204-B2"] {
        assert_eq!(served.json(&format!("/api/patents/{written}")), patent, "{written}");
    }
    served.get("/api/patents/anode").problem(400, "no publication number");
    served.get("/api/patents/US1234567").problem(404, "US1234567 is not in the index");
    served.get("/api/patents/%FF").problem(400, "UTF-8");
    served.get("/api/patents/..%2F..%2Fetc%2Fpasswd").problem(400, "no publication number");
}

#[test]
fn a_chart_is_of_a_text_or_of_an_indexed_claim() {
    let served = Served::samples();
    let claim = "A pump comprising: a rotor with blades; and a valve that closes.";
    let chart = served.post("/api/chart", &json!({"claim": claim, "limit": 2})).ok();
    assert_eq!(chart["elements"], json!(["A pump", "a rotor with blades", "a valve that closes"]));
    assert_eq!(chart["patents"].as_array().unwrap().len(), 2);
    let csv = served.get("/api/chart?claim=US99002011B1:1&format=csv");
    assert!(csv.text().starts_with("element,text,number"), "{}", csv.text());
    served.get("/api/chart?claim=US99002011B1:99").problem(404, "no claim 99");
    served.get("/api/chart").problem(400, "empty");
    served.get("/api/chart?claim=a+pump&limit=0").problem(400, "1 or more");
}

#[test]
fn classes_come_from_the_scheme() {
    let dir = words_index(&crate::harness::samples(&["grants-week2.xml"]));
    let open = || Served::new(App::open(dir.path(), None, Limits::default()).unwrap(), Access::open());
    open().get("/api/cpc/H01M").problem(404, "cpc import");
    let titles = dir.path().join("titles.txt");
    fs_err::write(&titles, "H\t\tELECTRICITY\nH01\t\tELEMENTS\nH01M\t\tBATTERIES\nH01M4/00\t0\tElectrodes\nH01M4/02\t1\tActive\n")
        .unwrap();
    priorart_query::cpc::import(dir.path(), &titles).unwrap();
    let served = open();
    let class = served.json("/api/cpc/H01M4/00");
    assert_eq!(class, served.json("/api/cpc/h01m4%2F00"));
    assert_eq!(
        (&class["path"][3]["symbol"], &class["below"][0]["title"]),
        (&json!("H01M4/00"), &json!("Active"))
    );
    served.get("/api/cpc/H01M99/00").problem(404, "not in the scheme");
    served.get("/api/cpc/anode").problem(400, "no class");
}

#[test]
fn neighbours_vote_on_classes() {
    let served = Served::samples();
    let of_text = served.post("/api/classify", &json!({"text": "an anode of graphene"})).ok();
    assert_eq!(of_text["neighbours"].as_array().unwrap().len(), 8);
    for class in of_text["classes"].as_array().unwrap() {
        let has = |neighbour: &&Value| neighbour["classes"].as_array().unwrap().contains(&class["class"]);
        let votes = of_text["neighbours"].as_array().unwrap().iter().filter(has).count();
        assert_eq!((&class["votes"], &class["given"]), (&json!(votes), &json!(votes >= 3)), "{class}");
    }
    let of_patent = served.json("/api/classify?number=US99001204B2&neighbours=3&least=1");
    let neighbours = of_patent["neighbours"].as_array().unwrap();
    assert!(neighbours.len() == 3 && neighbours.iter().all(|one| one["number"] != "US99001204B2"));
    served.get("/api/classify").problem(400, "either text or number");
    served.get("/api/classify?text=a&least=9").problem(400, "between 1 and neighbours");
    served.get("/api/classify?number=US1234567").problem(404, "not in the index");
}

#[test]
fn the_state_is_told() {
    let served = Served::samples();
    let stats = served.json("/api/stats");
    assert_eq!((&stats["semantic"], &stats["model"]["pooling"]), (&json!(true), &json!("mean")));
    assert!(stats["embedded"].as_u64().unwrap() > 0 && stats["embedded"] == stats["passages"], "{stats}");
    assert_eq!(served.json("/health"), json!({"status": "ok"}));
    assert_eq!(served.json("/ready"), json!({"status": "ready", "generation": stats["generation"]}));
    served.json("/api/search?q=an+anode");
    let metrics = served.get("/metrics");
    assert!(metrics.header("content-type").starts_with("text/plain"));
    for line in [
        "priorart_requests_total{method=\"GET\",path=\"/api/search\",status=\"200\"} 1",
        "priorart_request_seconds_count{path=\"/api/search\"} 1",
        "priorart_encoder_batch_texts_count 1",
        "priorart_waiting 0",
    ] {
        assert!(metrics.text().lines().any(|own| own == line), "{line} in {}", metrics.text());
    }
}

/// Where the model is absent, hybrid searches go by words, and say so.
#[test]
fn without_a_model_words_remain() {
    let served = Served::new(App::open(sample_index(), None, Limits::default()).unwrap(), Access::open());
    let found = served.json("/api/search?q=gearbox");
    assert!(found["warnings"][0].as_str().unwrap().contains("keyword ranking only"), "{found}");
    served.get("/api/search?q=gearbox&mode=semantic").problem(409, "not possible");
    assert_eq!(served.json("/api/stats")["semantic"], json!(false));
}

#[test]
fn every_answer_carries_the_policy() {
    let served = Served::samples();
    for path in ["/api/search?q=a", "/api/search?q=(", "/nowhere", "/api/docs", "/health", "/metrics", "/"] {
        let answer = served.get(path);
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    let request = Request::builder().method("TRACE").uri("/api/stats").body(Body::empty()).unwrap();
    assert!(!served.send(request).header("content-security-policy").is_empty());
}

/// A title that is a script stays text wherever it comes out as JSON, and never becomes a page.
#[test]
fn scripts_in_titles_stay_text() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("evil.jsonl");
    let patent = json!({"number": "US99999999B2", "type": "utility", "title": "<script>alert(1)</script> pump",
        "abstract": "A pump.", "source": {"file": "evil", "record": 1, "offset": 0}});
    fs_err::write(&file, format!("{patent}\n")).unwrap();
    let index = dir.path().join("index");
    add_words(&index, &[file]);
    let served = Served::new(App::open(&index, None, Limits::default()).unwrap(), Access::open());
    for path in ["/api/search?q=pump", "/api/patents/US99999999B2", "/api/chart?claim=a+pump"] {
        let answer = served.get(path);
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
        assert!(answer.ok().to_string().contains("<script>"), "{path}");
    }
}
