//! The query language, retrieval, fusion and hits.
//!
//! [`parse()`] makes a [`Query`] of what was typed; a [`Searcher`] ranks the patents of an index by words and by
//! embeddings, under the query's conditions, and fuses the two rankings into [`Hit`]s:
//!
//! ```no_run
//! use priorart_index::Reader;
//! use priorart_query::{SearchOptions, Searcher, parse};
//!
//! let reader = Reader::open("priorart.index".as_ref())?;
//! let query = parse("graphene anode cpc:H01M4 pd<2015")?;
//! for hit in Searcher::new(&reader).search(&query, &SearchOptions::default())?.hits {
//!     println!("{:3} {} {}", hit.rank, hit.number, hit.title);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **This crate knows nothing of models**: it takes the query's vector through [`EmbedQuery`].

mod ast;
mod conditions;
mod dates;
mod error;
mod fields;
mod foreign;
mod fusion;
mod hit;
mod keyword;
mod lexer;
mod options;
mod page;
mod parse;
mod passages;
mod ranking;
pub mod render;
mod search;
mod semantic;
mod words;

pub use crate::ast::{ClassField, Condition, DateField, DateRange, NameField, Query, TextField};
pub use crate::error::{ParseError, QueryError};
pub use crate::fusion::{RRF_K, rrf};
pub use crate::hit::{Explanation, Hit, HitPassage, Ranked, SearchResult};
pub use crate::options::{DEPTH, Mode, SearchOptions};
pub use crate::parse::parse;
pub use crate::search::{EmbedQuery, Searcher};
