//! The query language, and searches on a small index with a toy model.

mod conditions;
mod language;
mod like;
mod search;
mod support;
