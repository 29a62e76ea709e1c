//! A server whose collection goes away, is slow, or is not what it should be.

use std::time::{Duration, Instant};

use crate::Pushed;
use crate::harness::server::Server;
use crate::harness::{Bench, change_a_weight, copy_folder};
use crate::lite::{free_port, url};
use crate::proxy::Proxy;

/// How long an answer of the collection may take, and how much longer a call may on a busy machine.
const LIMIT: &str = "?timeout=3";
const LEEWAY: Duration = Duration::from_secs(13);

const SEARCH: &str = "/api/search?q=battery";

/// An answer of 503 within the time limit, for programs and as a page.
#[track_caller]
fn unavailable(server: &Server, expected: &[&str]) {
    let start = Instant::now();
    let answer = server.get(SEARCH, "");
    assert!(start.elapsed() < LEEWAY, "{:?}", start.elapsed());
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    let head = answer.to_lowercase();
    assert!(head.contains("application/problem+json") && head.contains("retry-after: 1"), "{answer}");
    assert!(expected.iter().any(|expected| answer.contains(expected)), "{answer}");
    let (status, page) = server.body("/patents/US99001204B2");
    assert_eq!(status, 503);
    assert!(page.contains("This cannot be answered just now"), "{page}");
}

#[test]
fn a_server_says_what_is_wrong_with_its_collection_and_goes_on_when_it_is_back() {
    let Some(pushed) = Pushed::new() else { return };
    let proxy = Proxy::to(pushed.lite.port);
    let address = url(proxy.port, "patents") + LIMIT;
    let server = Server::start(&pushed.client, &["--engine", &address]);
    let before = server.json(SEARCH);
    proxy.cut();
    assert_eq!(server.json(SEARCH), before, "a lost connection is made again");
    proxy.stall(true);
    unavailable(&server, &["no answer within 3 s"]);
    proxy.stall(false);
    proxy.cut();
    assert_eq!(server.json(SEARCH), before);
    proxy.shut();
    unavailable(&server, &["cannot be reached", "no answer within"]);
    assert!(server.get("/health", "").starts_with("HTTP/1.1 200"));
    proxy.open();
    assert_eq!(server.json(SEARCH), before);
}

#[test]
fn a_server_does_not_start_on_what_is_not_there() {
    let bench = Bench::with_tiny_model();
    for command in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["repl"], &["chart", "A pump."], &["show", "US1B2"]]
    {
        let start = Instant::now();
        let nowhere = url(free_port(), "patents") + "?timeout=1";
        let run = bench.run(&[command, &["--engine", &nowhere]].concat());
        assert_eq!(run.code, Some(3), "{command:?}: {}", run.stderr);
        assert!(run.stderr.contains("cannot be reached"), "{command:?}: {}", run.stderr);
        assert!(start.elapsed() < LEEWAY, "{command:?}: {:?}", start.elapsed());
    }
    let secret = bench.run(&["serve", "--engine", "milvus://user:secret@127.0.0.1:1/not-a-name"]);
    assert_eq!(secret.code, Some(2), "{}", secret.stderr);
    assert!(!secret.stderr.contains("secret"), "{}", secret.stderr);
}

#[test]
fn a_server_does_not_start_with_another_model_or_collection() {
    let Some(pushed) = Pushed::new() else { return };
    let model = pushed.client.path().join("model");
    copy_folder(pushed.client.model(), &model);
    change_a_weight(&model.join("model.safetensors"));
    let refused = |args: &[&str], expected: &str| {
        let run = pushed.client.run(&[&["serve", "--listen", "127.0.0.1:0"], args].concat());
        assert_eq!(run.code, Some(3), "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    };
    refused(
        &["--engine", &pushed.url(), "--model", model.to_str().unwrap()],
        "the collection was embedded by",
    );
    refused(&["--engine", &pushed.lite.url("nothing")], "there is no such collection");
}
