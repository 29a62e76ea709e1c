//! `--engine milvus://…` wherever the index is searched: the same answers from a machine that has no index.

#![expect(clippy::unwrap_used, reason = "a test fails where its helpers do")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

#[path = "../harness/mod.rs"]
mod harness;
#[path = "../../crates/milvus/tests/milvus/lite.rs"]
mod lite;
#[path = "../../crates/milvus/tests/milvus/proxy.rs"]
mod proxy;

mod commands;
mod faults;
mod web;

use serde_json::Value;

use crate::harness::{Bench, sample};
use crate::lite::Lite;

/// A collection with the sample patents, the index that they came from, and a bench that has none.
struct Pushed {
    lite: Lite,
    owner: Bench,
    client: Bench,
}

impl Pushed {
    /// `None`, loudly, where there is no milvus-lite.
    fn new() -> Option<Self> {
        let lite = Lite::start()?;
        let (owner, client) = (Bench::with_tiny_model(), Bench::with_tiny_model());
        owner.ok(&["index", &sample("grants.xml"), &sample("applications.xml"), "--quiet"]);
        let pushed = Self { lite, owner, client };
        pushed.push();
        Some(pushed)
    }

    /// Brings the collection up to date with the index.
    fn push(&self) {
        self.owner.ok(&["push", "--to", &self.url(), "--quiet"]);
    }

    fn url(&self) -> String {
        self.lite.url("patents")
    }
}

/// The publication numbers under a key, in no order.
fn numbers(value: &Value, key: &str) -> Vec<String> {
    let listed = value[key].as_array().unwrap();
    let mut numbers: Vec<String> =
        listed.iter().map(|one| one["number"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    numbers
}
