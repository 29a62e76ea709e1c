//! The real grants and applications of the shared data.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

mod counts;
mod spots;
mod support;
