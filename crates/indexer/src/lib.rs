//! The pipeline from dumps to a committed index.
//!
//! [`index`] reads dumps, cuts each patent into passages, embeds them and writes all of it; [`embed()`] fills in
//! the embeddings that were put off; [`load()`] writes what was embedded elsewhere. All count into a [`Progress`] and end early, with a commit, when they
//! are told to stop:
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use priorart_encoder::{DeviceChoice, Encoder};
//! use priorart_index::Writer;
//! use priorart_indexer::{Control, Embedding, IndexOptions, Progress, index};
//!
//! let encoder = Encoder::load("all-mpnet-base-v2".as_ref(), DeviceChoice::Auto)?;
//! let writer = Writer::open("priorart.index".as_ref())?;
//! let control = Control { progress: &Progress::default(), stop: &AtomicBool::new(false) };
//! let dumps = ["ipg240102.zip".into()];
//! let report = index(writer, &dumps, Embedding::Now(&encoder), IndexOptions::default(), control)?;
//! println!("{} new, {} replaced, {} skipped", report.indexed, report.replaced, report.skipped);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **This crate knows nothing of queries**; it is the one place where patents, vectors and the index meet.

mod compact;
mod embed;
mod encode;
mod error;
mod item;
mod load;
mod memory;
mod passages;
mod pipeline;
mod prepare;
mod progress;
mod recent;
mod report;
mod stamp;
mod write;

pub use crate::embed::{EmbedOptions, embed};
pub use crate::error::IndexerError;
pub use crate::load::{Embedded, load};
pub use crate::memory::Memory;
pub use crate::passages::{EstimatedTokens, PassageOptions, Tokens, cut};
pub use crate::pipeline::{Control, Embedding, IndexOptions, index};
pub use crate::progress::{Counts, Progress};
pub use crate::report::{Failure, MAX_LISTED, Report};
pub use crate::stamp::stamp;
