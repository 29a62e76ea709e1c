//! The query language, and searches on a small index with a toy model.

#![expect(clippy::unwrap_used, reason = "a test fails where its helpers do")]

mod brute;
mod chart;
mod conditions;
mod foreign;
mod hostile;
mod language;
mod like;
mod operators;
mod retrieval;
mod round_trip;
mod search;
mod support;
