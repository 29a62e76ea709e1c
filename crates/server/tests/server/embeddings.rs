//! `/embed` and `/v1/embeddings`, as their clients call them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use priorart_server::{Access, App, Limits, TextEncoder};
use serde_json::{Value, json};

use crate::harness::{Served, Toy, post, sample_index};

fn vector(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect()
}

fn length(vector: &[f32]) -> f32 {
    vector.iter().map(|number| number * number).sum::<f32>().sqrt()
}

#[track_caller]
fn near(one: &[f32], other: &[f32]) {
    assert!(one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-5), "{one:?} {other:?}");
}

#[test]
fn texts_are_embedded_as_the_encoder_does() {
    let served = Served::samples();
    let tokens = ["lithium battery", "anode"].map(|text| Toy.tokenize(text).unwrap());
    let expected = Toy.encode(&tokens).unwrap();
    let body = json!({"inputs": ["lithium battery", "anode"], "normalize": false});
    let vectors = served.post("/embed", &body).ok();
    near(&vector(&vectors[0]), &expected[0]);
    near(&vector(&vectors[1]), &expected[1]);
    let one = served.post("/embed", &json!({"inputs": "anode"})).ok();
    assert!((length(&vector(&one[0])) - 1.0).abs() < 1e-5);
}

#[test]
fn errors_have_the_form_that_clients_of_tei_expect() {
    let served = Served::samples();
    let check = |body: &Value, status: u16, kind: &str, part: &str| {
        let answer = served.post("/embed", body);
        assert_eq!((answer.status.as_u16(), &answer.value()["error_type"]), (status, &json!(kind)), "{body}");
        assert!(answer.value()["error"].as_str().unwrap().contains(part), "{}", answer.text());
    };
    let long = "battery ".repeat(100);
    check(&json!({"inputs": []}), 400, "Empty", "cannot be empty");
    check(&json!({"inputs": long}), 413, "Validation", "the model reads 48");
    check(&json!({"inputs": vec!["a"; 257]}), 413, "Validation", "at most 256");
    check(&json!({"inputs": [1, 2]}), 422, "Validation", "token ids are not taken");
    check(&json!({}), 422, "Validation", "inputs");
    served.post("/embed", &json!({"inputs": long, "truncate": true})).ok();
}

#[test]
fn openai_has_numbers_or_bytes() {
    let served = Served::samples();
    let asked = json!({"model": "any", "input": ["lithium battery", "anode"]});
    let numbers = served.post("/v1/embeddings", &asked).ok();
    let first = vector(&numbers["data"][0]["embedding"]);
    assert!((length(&first) - 1.0).abs() < 1e-5);
    assert_eq!((&numbers["data"][1]["index"], &numbers["model"]), (&json!(1), &json!("toy")));
    // Two words and one, with two tokens around each.
    assert_eq!(numbers["usage"], json!({"prompt_tokens": 7, "total_tokens": 7}));
    let asked = json!({"model": "any", "input": "lithium battery", "encoding_format": "base64"});
    let bytes = served.post("/v1/embeddings", &asked).ok();
    let bytes = BASE64_STANDARD.decode(bytes["data"][0]["embedding"].as_str().unwrap()).unwrap();
    let decoded: Vec<f32> =
        bytes.chunks(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    near(&decoded, &first);
}

#[test]
fn errors_have_the_form_that_clients_of_openai_expect() {
    let served = Served::samples();
    let check = |served: &Served, body: &Value, status: u16, part: &str| {
        let answer = served.post("/v1/embeddings", body);
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
        let error = &answer.value()["error"];
        assert_eq!(error["type"], "invalid_request_error");
        assert!(error["message"].as_str().unwrap().contains(part), "{error}");
    };
    check(&served, &json!({"input": "a"}), 400, "model");
    check(&served, &json!({"model": "m", "input": [1, 2]}), 400, "token ids are not taken");
    check(&served, &json!({"model": "m", "input": [[1], [2]]}), 400, "token ids are not taken");
    check(&served, &json!({"model": "m", "input": []}), 400, "empty");
    check(&served, &json!({"model": "m", "input": "a", "dimensions": 7}), 400, "dimensions");
    check(&served, &json!({"model": "m", "input": "battery ".repeat(100)}), 400, "the model reads 48");
    let without = Served::new(App::open(sample_index(), None, Limits::default()).unwrap(), Access::open());
    check(&without, &json!({"model": "m", "input": "a"}), 404, "model fetch");
    let answer = served.send(post("/v1/embeddings", "application/json", "{".to_owned()));
    assert_eq!((answer.status.as_u16(), &answer.value()["error"]["param"]), (400, &Value::Null));
}
