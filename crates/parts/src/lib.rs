//! Embedding on many machines: dumps are cut into shards, each shard becomes a part, parts become an index.
//!
//! [`plan()`] lists dumps into a [`Manifest`] of shards. [`run()`] parses and embeds one shard, on whatever machine
//! has the dump and the model, and puts its part into a [`Storage`]. [`import()`] builds an index of the parts of
//! one or more plans, and [`PartSet::records`] gives their records to whoever else wants them.
//!
//! A part is a pure function of its shard, the model and the settings of the plan: made twice it is the same
//! bytes, so that a machine that died, or two that did the same, do no harm. It knows what it was made of and
//! carries a checksum; what was cut short, damaged or made by another model is refused by name.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use priorart_encoder::{Encoder, LoadOptions};
//! use priorart_indexer::{Control, PassageOptions, Progress, stamp};
//! use priorart_parts::{Recipe, Storage, plan, run};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let encoder = Encoder::load_with("all-mpnet-base-v2".as_ref(), LoadOptions::default())?;
//! let recipe = Recipe::new(stamp(encoder.info()), LoadOptions::default(), PassageOptions::default());
//! let control = Control { progress: &Progress::default(), stop: &AtomicBool::new(false) };
//! let planned = plan(&["ipg240102.zip".into()], recipe, 1000, control)?;
//! let storage = Storage::open("parts")?;
//! for number in 1..=planned.manifest.shards.len() as u32 {
//!     run(&planned.manifest, number, &encoder, &storage, control)?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **This crate schedules nothing**: which shard runs where is the business of whoever runs many of them.

mod columns;
mod contents;
mod cutter;
mod error;
mod import;
mod manifest;
mod part;
mod plan;
mod prepare;
mod recipe;
mod run;
mod seal;
mod set;
mod storage;
mod writer;

pub use crate::contents::{Contents, Header};
pub use crate::error::PartsError;
pub use crate::import::import;
pub use crate::manifest::{Manifest, Shard};
pub use crate::part::{Part, Records};
pub use crate::plan::{Planned, plan};
pub use crate::recipe::Recipe;
pub use crate::run::{Made, run};
pub use crate::set::PartSet;
pub use crate::storage::Storage;
pub use priorart_indexer::Embedded;
