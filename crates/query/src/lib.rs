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
//! **This crate knows nothing of models**: it takes the query's vector through [`EmbedQuery`], and the scores of
//! re-ranking through [`Rerank`].

mod ast;
mod chart;
mod claim;
mod clause;
mod conditions;
pub mod cpc;
mod dates;
mod diversity;
mod documents;
mod elements;
mod embedded;
mod engine;
mod error;
mod facets;
mod family;
mod fields;
mod fusion;
mod glob;
mod hit;
mod keyword;
mod leapfrog;
mod lexer;
mod matcher;
mod operators;
mod options;
mod page;
mod parse;
mod parts;
mod passages;
mod patterns;
mod place;
mod plan;
mod print;
mod ranking;
pub mod render;
mod rerank;
mod search;
mod semantic;
mod spans;
mod store;
mod translate;
mod values;
mod words;

pub use crate::ast::{
    ClassField, Condition, DateField, DateRange, NameField, Part, Pattern, Query, TextFields, Unit,
};
pub use crate::chart::{Cell, Chart, Coverage, Pair};
pub use crate::claim::{claim_number, whole_claim};
pub use crate::elements::elements;
pub use crate::embedded::{Embedded, Index};
pub use crate::engine::{Engine, Filtered, Holdings, OnDisk, Passages, Scored};
pub use crate::error::{ParseError, QueryError};
pub use crate::facets::{FacetValues, Facets};
pub use crate::fields::names as field_names;
pub use crate::fusion::{FLOOR, Fusion, FusionMethod, KEYWORD_WEIGHT, Points, RRF_K, fuse};
pub use crate::hit::{Class, Explanation, Hit, HitPassage, Ranked, Refined, SearchResult};
pub use crate::options::{DEPTH, Family, Mode, SearchOptions, Sort};
pub use crate::parse::{parse, parse_with};
pub use crate::rerank::Rerank;
pub use crate::search::{EmbedQuery, Searcher};
pub use crate::store::Store;
pub use crate::translate::Translation;
pub use crate::words::Word;
