//! The server on a collection.

use crate::harness::server::Server;
use crate::{Pushed, numbers};

const GRANT: &str = "US99001204B2";

/// Queries that are answered with the same patents, whatever the rankings do within them.
const QUERIES: [&str; 6] = [
    "q=cc%3AUS&limit=100",
    "q=cpc%3AH01M&limit=100",
    "q=anode+cpc%3AH&limit=100&mode=keyword",
    "q=battery+electrode+pd%3C2015&limit=100",
    "q=ti%3Abottle&limit=100",
    "q=ti%3A%22solid+electrolyte%22&limit=100",
];

#[test]
fn the_server_answers_as_on_the_index() {
    let Some(pushed) = Pushed::new() else { return };
    let embedded = Server::start(&pushed.owner, &[]);
    let engine = Server::start(&pushed.client, &["--engine", &pushed.url()]);
    assert!(!pushed.client.index().exists(), "there is no index here");
    for query in QUERIES {
        let path = format!("/api/search?{query}");
        let (expected, found) = (embedded.json(&path), engine.json(&path));
        assert!(!numbers(&expected, "hits").is_empty(), "{path}");
        assert_eq!(numbers(&found, "hits"), numbers(&expected, "hits"), "{path}");
        let facets = format!("/api/facets?{query}");
        assert_eq!(engine.json(&facets)["patents"], embedded.json(&facets)["patents"], "{facets}");
    }
    nearest(&embedded, &engine);
    patents(&embedded, &engine);
    charts(&embedded, &engine);
    stats(&embedded, &engine);
    pages(&engine);
    what_is_refused(&engine);
}

/// Of the ten nearest nine are the same, or more: half floats and bytes round differently.
fn nearest(embedded: &Server, engine: &Server) {
    for path in [
        "/api/search?q=an+anode+with+a+coating&mode=semantic".to_owned(),
        format!("/api/patents/{GRANT}/similar?mode=semantic"),
    ] {
        let expected = numbers(&embedded.json(&path), "hits");
        let found = numbers(&engine.json(&path), "hits");
        let same = found.iter().filter(|number| expected.contains(number)).count();
        assert!(expected.len() == 10 && same >= 9, "{path}: {found:?} for {expected:?}");
    }
    let path = "/api/classify?text=an+anode+with+a+coating&neighbours=10";
    assert_eq!(engine.json(path)["neighbours"].as_array().unwrap().len(), 10);
}

/// Text for display comes from the collection, all of it.
fn patents(embedded: &Server, engine: &Server) {
    for number in [GRANT, "USD9900412S1", "US20249900019A1", "US99003111"] {
        let path = format!("/api/patents/{number}");
        assert_eq!(engine.json(&path), embedded.json(&path), "{path}");
    }
    assert_eq!(engine.body("/api/patents/US1B2").0, 404);
}

fn charts(embedded: &Server, engine: &Server) {
    for path in [
        format!("/api/chart?claim={GRANT}:1&limit=100"),
        "/api/chart?claim=A+battery+comprising:+an+anode;+and+a+cathode.&q=cpc%3AH01M&limit=100".to_owned(),
    ] {
        let (expected, found) = (embedded.json(&path), engine.json(&path));
        assert!(!numbers(&expected, "patents").is_empty(), "{path}");
        assert_eq!(found["elements"], expected["elements"], "{path}");
        assert_eq!(numbers(&found, "patents"), numbers(&expected, "patents"), "{path}");
    }
}

fn stats(embedded: &Server, engine: &Server) {
    let (expected, found) = (embedded.json("/api/stats"), engine.json("/api/stats"));
    for key in ["patents", "passages", "embedded", "model", "semantic"] {
        assert_eq!(found[key], expected[key], "{key}");
    }
    assert!(found.get("generation").is_none() && found.get("segments").is_none(), "{found}");
    assert_eq!(engine.json("/ready")["status"], "ready");
}

fn pages(engine: &Server) {
    for (path, expected) in [
        ("/", "40 patents"),
        ("/search?q=cpc%3AH01M", "/patents/US99001204B2"),
        ("/patents/US99002011B1?q=battery&hit=1", "/patents/US99001204B2"),
        ("/compare?number=US99001204B2&number=US99002011B1", "US99002011B1"),
        ("/chart?claim=US99001204B2:1", "Best pair"),
        ("/landscape?q=cc%3AUS", "<svg"),
        ("/export?q=cpc%3AH01M&format=csv", "US99001204B2"),
    ] {
        let (status, body) = engine.body(path);
        assert_eq!(status, 200, "{path}: {body}");
        assert!(body.to_lowercase().contains(&expected.to_lowercase()), "{expected} in {path}: {body}");
    }
}

/// What Milvus has no means of doing is said, to programs and to people.
fn what_is_refused(engine: &Server) {
    let (status, body) = engine.body("/api/search?q=(solid+NEAR3+electrolyte)");
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &problem["status"]), (501, &501.into()), "{body}");
    assert!(problem["detail"].as_str().unwrap().starts_with("Milvus cannot"), "{body}");
    let (status, page) = engine.body("/search?q=(solid+NEAR3+electrolyte)");
    assert_eq!(status, 501);
    assert!(page.contains("This cannot be searched for here") && page.contains("NEAR"), "{page}");
    let (status, body) = engine.body("/api/cpc/H01M");
    assert_eq!(status, 404);
    assert!(body.contains("no scheme of classes is known here"), "{body}");
}
