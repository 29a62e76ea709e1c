//! More requests than can be answered, and what takes too long.

use std::time::Duration;

use futures_util::future::join_all;
use priorart_server::Limits;

use crate::harness::{Served, get};

#[test]
fn too_many_requests_are_told_to_come_again_and_then_it_recovers() {
    let served = Served::limited(Limits { running: 1, waiting: 1, ..Limits::default() });
    // On one thread all of them are asked before the first is answered.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answers = runtime.block_on(join_all((0..50).map(|_| served.answer(get("/api/search?q=gearbox")))));
    let (answered, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((answered.len(), refused.len()), (2, 48));
    for answer in refused {
        answer.problem(503, "waiting");
        assert_eq!(answer.header("retry-after"), "1");
    }
    served.json("/api/search?q=gearbox");
    assert!(served.get("/metrics").text().contains("path=\"/api/search\",status=\"503\"} 48"));
}

#[test]
fn embeddings_are_refused_in_the_form_of_their_clients() {
    // A short text may be done before any time is over, but not where nothing is admitted.
    let served = Served::limited(Limits { running: 0, waiting: 0, ..Limits::default() });
    let embed = served.post("/embed", &serde_json::json!({"inputs": "a"}));
    assert_eq!((embed.status.as_u16(), embed.value()["error_type"].as_str()), (503, Some("Overloaded")));
    let openai = served.post("/v1/embeddings", &serde_json::json!({"model": "m", "input": "a"}));
    assert_eq!(
        (openai.status.as_u16(), openai.value()["error"]["type"].as_str()),
        (503, Some("server_error"))
    );
}

#[test]
fn what_takes_too_long_is_given_up() {
    let served = Served::limited(Limits { time: Duration::ZERO, ..Limits::default() });
    let late = served.get("/api/search?q=gearbox");
    late.problem(503, "longer than");
    assert_eq!(late.header("retry-after"), "1");
}

/// Queries that are asked at one time are encoded in fewer calls than there are queries.
#[test]
fn queries_share_calls_of_the_encoder() {
    let served = Served::limited(Limits { running: 32, ..Limits::default() });
    let paths: Vec<String> = (0..32).map(|at| format!("/api/search?q=anode+{at}&mode=semantic")).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answers = runtime.block_on(join_all(paths.iter().map(|path| served.answer(get(path)))));
    answers.iter().for_each(|answer| drop(answer.ok()));
    let metrics = served.get("/metrics");
    let value = |name: &str| -> u32 {
        let line = metrics.text().lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().parse::<f64>().unwrap() as u32
    };
    assert_eq!(value("priorart_encoder_batch_texts_sum"), 32);
    assert!(value("priorart_encoder_batch_texts_count") < 32, "{}", metrics.text());
}
