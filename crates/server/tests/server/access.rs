//! Tokens, from without.

use axum::body::Body;
use axum::http::Request;
use priorart_server::{Access, App, Limits};

use crate::harness::{Answer, Served, sample_index};

fn ask(served: &Served, path: &str, authorization: Option<&str>) -> Answer {
    let request = Request::get(path);
    let request =
        authorization.into_iter().fold(request, |request, value| request.header("authorization", value));
    served.send(request.body(Body::empty()).unwrap())
}

#[test]
fn a_token_opens_all_but_the_health_which_is_open() {
    let tokens = ["first-0123456789", "second-0123456789:1"].map(|token| token.parse().unwrap());
    let app = App::open(sample_index(), None, Limits::default()).unwrap();
    let served = Served::new(app, Access::tokens(tokens.into()));
    for path in ["/api/stats", "/api/docs", "/metrics", "/", "/nowhere"] {
        let refused = ask(&served, path, None);
        refused.problem(401, "Authorization: Bearer TOKEN");
        assert!(refused.header("www-authenticate").contains("Basic"), "browsers ask for a password");
    }
    ask(&served, "/api/stats", Some("Bearer wrong-0123456789")).problem(401, "token");
    ask(&served, "/api/stats", Some("Bearer first-0123456789")).ok();
    ask(&served, "/health", None).ok();
    ask(&served, "/ready", None).ok();
    ask(&served, "/api/stats", Some("Bearer second-0123456789")).ok();
    let often = ask(&served, "/api/stats", Some("Bearer second-0123456789"));
    often.problem(429, "too often");
    assert_eq!(often.header("retry-after"), "1");
    ask(&served, "/api/stats", Some("Bearer first-0123456789")).ok();
}

#[test]
fn without_tokens_only_this_machine_is_answered() {
    let app = App::open(sample_index(), None, Limits::default()).unwrap();
    let served = Served::new(app, Access::local());
    let from = |host: &str| {
        served.send(Request::get("/api/stats").header("host", host).body(Body::empty()).unwrap())
    };
    from("localhost:7700").ok();
    from("evil.example").problem(421, "localhost");
}
