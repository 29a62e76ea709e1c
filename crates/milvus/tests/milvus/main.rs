//! Against servers of Milvus on loopback: milvus-lite, and the server itself.

#![expect(clippy::unwrap_used, reason = "a test fails where its helpers do")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

mod both;
mod faults;
mod lite;
mod old;
mod proxy;
mod push;
mod server;
#[expect(dead_code, reason = "the tests of query use more of it")]
#[path = "../../../query/tests/query/support.rs"]
mod support;
mod tls;
