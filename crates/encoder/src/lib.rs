//! Sentence embeddings from `MPNet`, on the CPU or on any GPU that wgpu reaches.
//!
//! An [`Encoder`] is loaded from a directory in the layout of sentence-transformers. Its files decide
//! everything: `config.json` the network's shape, `tokenizer.json` the tokens, `modules.json` and what it
//! names the pooling, the normalisation and the longest text. Loading and encoding are all that a
//! caller does:
//!
//! ```no_run
//! use priorart_encoder::{DeviceChoice, Encoder};
//!
//! let encoder = Encoder::load("all-mpnet-base-v2".as_ref(), DeviceChoice::Auto)?;
//! let vectors = encoder.encode(&["a lithium-ion battery", "an anode of graphene"])?;
//! assert_eq!(vectors[0].len(), encoder.info().dimension);
//! # Ok::<(), priorart_encoder::EncoderError>(())
//! ```
//!
//! **This crate knows nothing of patents**, nor of where vectors are kept: it has no dependency on the
//! other crates of the workspace.

mod adapter;
mod config;
mod cpu;
mod cross_encoder;
mod device;
mod digest;
mod encoder;
mod engine;
mod error;
mod files;
#[cfg(test)]
mod fixture;
mod gpu;
mod hash;
mod mapped;
pub mod models;
mod mpnet;
mod options;
mod plan;
mod pooling;
mod precision;
mod recipe;
mod safetensors;
mod shrink;
mod tokens;
pub mod train;
mod weights;

pub use crate::cross_encoder::CrossEncoder;
pub use crate::device::DeviceChoice;
pub use crate::encoder::{Encoder, ModelInfo};
pub use crate::error::{EncoderError, Result};
pub use crate::gpu::GpuFloats;
pub use crate::options::LoadOptions;
pub use crate::pooling::{Pooling, UnknownPooling};
pub use crate::precision::{Precision, UnknownPrecision};
pub use crate::tokens::Tokenizer;
