//! Servers that are not there, are slow, or are not what they should be.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use priorart_index::ModelStamp;
use priorart_milvus::{Milvus, PushOptions, Pusher, push, records};
use priorart_query::{EmbedQuery, Mode};

use crate::lite::{Lite, free_port};
use crate::proxy::Proxy;
use crate::server::{address, found, push_index, search, search_with};
use crate::support::{TestIndex, sample};

/// How much longer than its limit a call may take on a busy machine.
const LEEWAY: Duration = Duration::from_secs(10);

#[track_caller]
fn check(port: u16, options: &str, limit: u64, expected: &str) {
    let start = Instant::now();
    let error = Milvus::open(&address(port, "any", options)).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
    assert!(start.elapsed() < Duration::from_secs(limit) + LEEWAY, "{:?}", start.elapsed());
}

#[test]
fn no_server_and_a_silent_one() {
    check(free_port(), "?timeout=1", 1, "cannot be reached");
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    check(silent.local_addr().unwrap().port(), "?timeout=1", 1, "cannot be reached");
}

#[test]
fn what_is_not_as_it_should_be() {
    let Some(lite) = Lite::start() else { return };
    let index = TestIndex::embedded(&sample());
    let reader = index.reader();
    check(
        lite.port,
        "",
        30,
        "there is no such collection; make it with `priorart push --to milvus://127.0.0.1",
    );
    let at = lite.address("faults");
    push_index(&at, &reader);

    let own = reader.model().unwrap();
    let other = ModelStamp { sha256: "another".into(), ..own.clone() };
    let narrow = ModelStamp { dimension: 3, ..own.clone() };
    let milvus = Milvus::open(&at).unwrap();
    assert!(milvus.check_model(own).is_ok());
    for given in [other, narrow] {
        let error = milvus.check_model(&given).unwrap_err().to_string();
        assert!(error.contains("was embedded by toy") && error.contains(&given.to_string()), "{error}");
        let (_, all) = records(&reader).unwrap();
        let outcome = push(&at, &given, all, &PushOptions::default(), &Pusher::default());
        assert_eq!(outcome.unwrap_err().to_string(), error);
    }
    let error = search_with(&milvus, "pump", Mode::Semantic, &Narrow).unwrap_err().to_string();
    assert!(error.contains("a vector has 3 dimensions where the collection has 64"), "{error}");
}

/// A model of another dimension.
struct Narrow;

impl EmbedQuery for Narrow {
    fn embed(&self, _: &str) -> Result<Vec<f32>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(vec![1.0; 3])
    }
}

#[test]
fn a_lost_connection_is_tried_once_more_and_then_told_as_is_a_server_that_stalls() {
    let Some(lite) = Lite::start() else { return };
    let index = TestIndex::embedded(&sample());
    push_index(&lite.address("lost"), &index.reader());
    let proxy = Proxy::to(lite.port);
    let milvus = Milvus::open(&address(proxy.port, "lost", "?timeout=5")).unwrap();
    let before = found(&milvus, "pump", Mode::Hybrid);
    proxy.cut();
    assert_eq!(found(&milvus, "pump", Mode::Hybrid), before);
    proxy.stall(true);
    told_in_time(&milvus, &["no answer within 5 s"]);
    proxy.stall(false);
    proxy.cut();
    assert_eq!(found(&milvus, "pump", Mode::Hybrid), before);
    proxy.shut();
    told_in_time(&milvus, &["cannot be reached", "no answer within"]);
    proxy.open();
    assert_eq!(found(&milvus, "pump", Mode::Hybrid), before);
}

/// A search ends with one of these errors within the time that an answer may take.
#[track_caller]
fn told_in_time(milvus: &Milvus, expected: &[&str]) {
    let start = Instant::now();
    let error = search(milvus, "pump", Mode::Hybrid).unwrap_err().to_string();
    assert!(expected.iter().any(|expected| error.contains(expected)), "{error}");
    assert!(start.elapsed() < Duration::from_secs(5) + LEEWAY, "{:?}", start.elapsed());
}
