//! The real patents of the shared data.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

mod counts;
mod manifest;
mod older;
mod source_spots;
mod sources;
mod spots;
mod support;
