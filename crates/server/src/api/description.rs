//! The description of the API, as `OpenAPI` and as a page.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::response::Response;
use serde_json::{Map, Value};

use crate::api::typed;

/// `OpenAPI` 3.1. It is kept by hand; tests hold it and the server to one another.
const DESCRIPTION: &str = include_str!("openapi.json");

/// `/api/openapi.json`.
pub(crate) async fn json() -> Response {
    typed(DESCRIPTION, "application/json")
}

/// `/api/docs`: the same for people.
pub(crate) async fn page() -> Response {
    static PAGE: LazyLock<String> = LazyLock::new(|| render(&parsed()));
    typed(PAGE.as_str(), "text/html; charset=utf-8")
}

pub(crate) fn parsed() -> Value {
    serde_json::from_str(DESCRIPTION).expect("the description is JSON")
}

fn render(description: &Value) -> String {
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let (title, about) = (text(&description["info"]["title"]), text(&description["info"]["description"]));
    let mut page = format!(
        "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n\
        <meta name=viewport content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
        <link rel=stylesheet href=\"/assets/style.css\">\n<main>\n<h1>{title}</h1>\n<p>{about}</p>\n\
        <p><a href=\"/api/openapi.json\">OpenAPI document</a></p>\n"
    );
    for (path, methods) in object(&description["paths"]) {
        for (method, operation) in object(methods) {
            let summary = text(&operation["summary"]);
            let method = method.to_uppercase();
            write!(page, "<section>\n<h2><code>{method} {path}</code></h2>\n<p>{summary}</p>\n")
                .expect(MEMORY);
            parameters(&mut page, description, operation);
            body(&mut page, description, operation);
            responses(&mut page, description, operation);
            page.push_str("</section>\n");
        }
    }
    page + "</main>\n</html>\n"
}

const MEMORY: &str = "memory can be written to";

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NOTHING).iter()
}

/// What a value with `$ref` refers to.
fn resolved<'d>(description: &'d Value, value: &'d Value) -> &'d Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| description.pointer(pointer)).unwrap_or(value)
}

fn parameters(page: &mut String, description: &Value, operation: &Value) {
    let all = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if all.is_empty() {
        return;
    }
    page.push_str("<h3>Parameters</h3>\n<dl>\n");
    for parameter in all {
        let parameter = resolved(description, parameter);
        let name = parameter["name"].as_str().unwrap_or_default();
        member(page, name, &parameter["schema"], parameter["description"].as_str());
    }
    page.push_str("</dl>\n");
}

fn body(page: &mut String, description: &Value, operation: &Value) {
    let content = &operation["requestBody"]["content"]["application/json"]["schema"];
    let schema = resolved(description, content);
    if schema["properties"].is_null() {
        return;
    }
    page.push_str("<h3>Body</h3>\n<dl>\n");
    for (name, property) in object(&schema["properties"]) {
        member(page, name, property, property["description"].as_str());
    }
    page.push_str("</dl>\n");
}

fn member(page: &mut String, name: &str, schema: &Value, about: Option<&str>) {
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        kind => kind.as_str().unwrap_or_default().to_owned(),
    };
    let choices = schema["enum"].as_array().map(|choices| choices.iter().map(ToString::to_string).collect());
    let choices = choices.map(|choices: Vec<String>| format!(": {}", choices.join(", "))).unwrap_or_default();
    let usual = match &schema["default"] {
        Value::Null => String::new(),
        usual => format!(" (usual: {usual})"),
    };
    let facts = escaped(&format!("{kind}{choices}{usual}"));
    let about = escaped(about.unwrap_or_default());
    write!(page, "<dt><code>{name}</code> {facts}</dt>\n<dd>{about}</dd>\n").expect(MEMORY);
}

fn responses(page: &mut String, description: &Value, operation: &Value) {
    page.push_str("<h3>Answers</h3>\n<dl>\n");
    for (status, response) in object(&operation["responses"]) {
        let about = escaped(resolved(description, response)["description"].as_str().unwrap_or_default());
        write!(page, "<dt><code>{status}</code></dt>\n<dd>{about}</dd>\n").expect(MEMORY);
    }
    page.push_str("</dl>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
