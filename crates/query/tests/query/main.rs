//! The query language, and searches on a small index with a toy model.

#![expect(clippy::unwrap_used, reason = "a test fails where its helpers do")]

mod conditions;
mod language;
mod like;
mod search;
mod support;
