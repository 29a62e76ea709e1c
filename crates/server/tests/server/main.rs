//! The server on the sample patents, with a model that counts words.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

mod access;
mod connections;
mod description;
mod embeddings;
mod harness;
mod load;
mod pages;
mod reload;
mod search;
mod views;
