//! Milvus as the engine behind a search, for more patents than one machine holds.
//!
//! [`push()`] loads patents with their passages and vectors into a collection; a [`Session`] ranks them, so that a
//! [`Searcher`](priorart_query::Searcher) answers from Milvus as it does from the embedded index:
//!
//! ```no_run
//! use priorart_milvus::{Address, Milvus, Session};
//! use priorart_query::{SearchOptions, Searcher, parse};
//!
//! let address: Address = "milvus://127.0.0.1:19530/patents".parse()?;
//! let milvus = Milvus::open(&address)?;
//! let searcher = Searcher::on(Box::new(Session::new(&milvus)));
//! for hit in searcher.search(&parse("graphene anode pd<2015")?, &SearchOptions::default())?.hits {
//!     println!("{:3} {} {}", hit.rank, hit.number, hit.title);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A row is a passage. Rankings come from Milvus, one search for the words and one for each vector; what is
//! above them (fusion, families, highlights) is the query crate's. **No call may be made from an asynchronous
//! task**: each waits for its answer.

mod address;
mod client;
mod engine;
mod error;
mod filter;
mod patents;
mod pattern;
mod push;
mod record;
mod schema;
mod source;
mod text;

pub use crate::address::{Address, AddressError};
pub use crate::client::Milvus;
pub use crate::engine::Session;
pub use crate::error::MilvusError;
pub use crate::push::{PushOptions, Pushed, Pusher, prune, push, remove};
pub use crate::record::Record;
pub use crate::schema::Layout;
pub use crate::source::records;
