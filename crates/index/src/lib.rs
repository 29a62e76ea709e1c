//! What lies on disk: patents, their passages and vectors, the keyword index, and the commit.
//!
//! An index is a directory. One [`Writer`] at a time adds patents, with the places of their passages and a
//! vector for each, and commits them as a numbered generation. Any number of [`Reader`]s, each on the
//! generation that it opened, find patents by number, by words (through tantivy: [`Reader::keyword`]) and by
//! vector ([`Reader::nearest`]); a [`PatentSet`] is a filter for both.
//!
//! ```text
//! catalogue/          sled: publication number → where its record lies (writer only, can be rebuilt)
//! segments/G-N/       made by generation G, never changed: patents.blk, passages.tbl, for each part of its
//!                     vectors vectors-K.i8 and .lo (or one of .f16 and .f32) and graph-K, and if it was
//!                     merged origins.tbl
//! keyword/            tantivy; its meta.json names the committed generation
//! manifest-G.json     what generation G consists of: the model, the segments, lengths, checksums, tombstones
//! LOCK                held by the writer, with its process id
//! ```
//!
//! **This crate makes no vectors and no passages**: it takes them. It knows no query language either.
//!
//! ```
//! use priorart_corpus::{Patent, PassageKind, PatentNumber, Place};
//! use priorart_index::{ModelStamp, NearestOptions, Reader, Writer};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dir = tempfile::tempdir()?;
//! let mut writer = Writer::open(dir.path())?;
//! writer.set_model(&ModelStamp {
//!     name: "toy".into(),
//!     sha256: "00".into(),
//!     dimension: 2,
//!     pooling: "mean".into(),
//!     max_tokens: 8,
//! })?;
//! let number = PatentNumber::new("US", "7654321", "B2");
//! let patent = Patent { number: number.clone(), title: "Bottle opener".into(), ..Patent::default() };
//! let title = Place { kind: PassageKind::Abstract, number: 0, start: 0, end: 13 };
//! writer.add(&patent, &[title], Some(&[vec![0.6, 0.8]]))?;
//! assert_eq!(writer.commit()?, 1);
//!
//! let reader = Reader::open(dir.path())?;
//! let (passage, score) = reader.nearest(&[0.6, 0.8], 10, None, NearestOptions::default())?[0];
//! let (id, place) = reader.passage(passage)?;
//! assert_eq!((reader.patent(id)?.number, place), (number, title));
//! assert!(score > 0.999);
//! # Ok(())
//! # }
//! ```

mod backup;
mod blocks;
mod catalogue;
mod check;
mod codes;
mod distance;
mod error;
mod file;
mod filter;
mod graph;
mod id;
mod keyword;
mod lock;
mod manifest;
mod merge;
mod model;
mod nearest;
mod origins;
mod part;
mod passages;
mod pending;
mod raw;
mod reader;
mod segment;
mod set;
mod simd;
mod spread;
mod stats;
mod tiers;
mod vectors;
mod verify;
mod writer;

pub use backup::{Backup, backup, restore};
pub use catalogue::DumpProgress;
pub use check::{Checked, Fault, Repaired, check, repair};
pub use error::IndexError;
pub use id::{PassageId, PatentId};
pub use keyword::{
    Fields, Ids, Keyword, PatentTerms, SENTENCE_END, TEXT_END, WORD_MARK, day_number, simple_family, stem,
    words,
};
pub use model::ModelStamp;
pub use nearest::NearestOptions;
pub use reader::Reader;
pub use set::PatentSet;
pub use stats::{Coverage, FileStats, SegmentStats, Stats};
pub use tiers::Compaction;
pub use vectors::Precision;
pub use writer::{Added, Compacted, Compacting, Gap, Known, Writer, WriterOptions};
