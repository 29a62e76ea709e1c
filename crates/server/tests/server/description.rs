//! The `OpenAPI` document and the server are held to one another.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Map, Value};

use crate::harness::Served;

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// Every reference leads somewhere, and every operation is answered as it says.
#[test]
fn what_is_described_is_there() {
    let served = Served::samples();
    let description = served.json("/api/openapi.json");
    references(&description, &description);
    for (path, methods) in object(&description["paths"]) {
        let concrete = path.replace("{number}", "US99001204B2").replace("{symbol}", "H01M");
        for (method, operation) in object(methods) {
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(&concrete);
            let request = request.header("content-type", "application/json").body(Body::from("{}")).unwrap();
            let status = served.send(request).status.as_u16().to_string();
            assert!(operation["responses"].get(&status).is_some(), "{method} {path} answers {status}");
            assert_ne!(status, "405", "{method} {path}");
        }
        let request = Request::builder().method("DELETE").uri(&concrete).body(Body::empty()).unwrap();
        served.send(request).problem(405, "method");
    }
}

fn references(description: &Value, value: &Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(description.pointer(pointer).is_some(), "{reference}");
            }
            members.values().for_each(|member| references(description, member));
        }
        Value::Array(all) => all.iter().for_each(|one| references(description, one)),
        _ => {}
    }
}

#[test]
fn the_page_shows_every_operation_and_needs_nothing_else() {
    let served = Served::samples();
    let page = served.get("/api/docs");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for (path, methods) in object(&served.json("/api/openapi.json")["paths"]) {
        for method in object(methods).keys() {
            assert!(
                page.text().contains(&format!("<code>{} {path}</code>", method.to_uppercase())),
                "{path}"
            );
        }
    }
    assert!(!page.text().contains("<script") && !page.text().contains("http://"));
}
