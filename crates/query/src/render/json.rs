//! JSON, whole or a line a hit.

use serde::Serialize;
use serde_json::{Error, Map, Value};

use crate::hit::{Hit, SearchResult};

/// The whole result as one object. `fields` are the members of the hits; where there are none, all.
///
/// # Errors
/// A score that is no number.
pub fn json(result: &SearchResult, fields: &[String]) -> Result<String, Error> {
    let mut whole = value(result)?;
    let hits = result.hits.iter().map(|hit| members(hit, fields)).collect::<Result<Vec<_>, _>>()?;
    whole["hits"] = Value::Array(hits);
    serde_json::to_string_pretty(&whole)
}

/// An object a hit, a line each.
///
/// # Errors
/// A score that is no number.
pub fn json_lines(hits: &[Hit], fields: &[String]) -> Result<String, Error> {
    let lines = hits.iter().map(|hit| {
        let line = if fields.is_empty() {
            serde_json::to_string(hit)
        } else {
            members(hit, fields).map(|v| v.to_string())
        };
        Ok(line? + "\n")
    });
    lines.collect()
}

/// As it is written: made directly, a value would have every f32 with all the digits of an f64.
fn value(of: &impl Serialize) -> Result<Value, Error> {
    serde_json::from_str(&serde_json::to_string(of)?)
}

/// The members that are asked for, and those that CSV has for parts of members.
fn members(hit: &Hit, fields: &[String]) -> Result<Value, Error> {
    let whole = value(hit)?;
    if fields.is_empty() {
        return Ok(whole);
    }
    let member = |field: &String| {
        let value = match field.as_str() {
            "keyword_rank" => &whole["keyword"]["rank"],
            "semantic_rank" => &whole["semantic"]["rank"],
            "place" => &whole["passages"][0]["place"],
            "passage" => &whole["passages"][0]["text"],
            "class" => &whole["class"]["symbol"],
            "class_title" => &whole["class"]["title"],
            name => &whole[name],
        };
        (field.clone(), value.clone())
    };
    Ok(Value::Object(fields.iter().map(member).collect::<Map<_, _>>()))
}
