//! What can go wrong in this crate.

use std::io;

use priorart_encoder::EncoderError;
use priorart_index::ModelStamp;
use priorart_indexer::IndexerError;

/// Why a plan, a part or an import failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartsError {
    /// A file could not be read or written; the reason names it.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Standard input cannot be cut.
    #[error("standard input cannot be cut into shards, for each is read anew; name a file or a folder")]
    StandardInput,
    /// The manifest is none.
    #[error("{path}: is no manifest of shards ({reason}); `priorart parts plan` makes one")]
    NoManifest {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The manifest has no such shard.
    #[error("there is no shard {number}; the manifest has shards 1 to {shards}")]
    NoShard {
        /// What was asked for.
        number: u32,
        /// How many there are.
        shards: usize,
    },
    /// The shard was planned for another model.
    #[error(
        "the plan is for {planned} of {} tokens, not for {given} of {} tokens; use that model, or plan anew",
        planned.max_tokens, given.max_tokens
    )]
    OtherModel {
        /// The model of the plan.
        planned: Box<ModelStamp>,
        /// The one that was to embed.
        given: Box<ModelStamp>,
    },
    /// The dump is not what it was when it was planned.
    #[error(
        "shard {number}: {dump} cannot be read as it was when it was planned{reason}; bring the file back, or plan anew"
    )]
    Changed {
        /// The shard.
        number: u32,
        /// Its dump.
        dump: String,
        /// What could not be read, where something could not.
        reason: String,
    },
    /// The encoder failed on a text or lost its device.
    #[error("shard {number}, {what}: {source}; the same command tries again")]
    Encoder {
        /// The shard.
        number: u32,
        /// The patent whose passages were being encoded, or the first of several.
        what: String,
        /// What the encoder said.
        source: EncoderError,
    },
    /// The run was told to stop.
    #[error("stopped; shard {number} was not written, the same command begins it again")]
    Stopped {
        /// The shard.
        number: u32,
    },
    /// The reading of parts was told to stop.
    #[error("stopped; nothing was imported yet, the same command begins again")]
    Unread,
    /// A part is not whole.
    #[error("{name}: {reason}; remove it and run its shard again")]
    Damaged {
        /// The part.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Parquet could not be written; nothing of it came to the disk.
    #[error("a part cannot be written as Parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// Parts are missing.
    #[error("{place}: of {of} parts {missing} are missing, the first of them {first}; run their shards")]
    Missing {
        /// Where parts of the plan were found.
        place: String,
        /// How many the plan has.
        of: u32,
        /// How many are missing.
        missing: usize,
        /// The number of the first that is.
        first: u32,
    },
    /// There are no parts at all.
    #[error("{place}: holds no parts; `priorart parts run` makes them")]
    Empty {
        /// Where they were looked for.
        place: String,
    },
    /// The parts of one place are those of several plans.
    #[error(
        "{name}: is a part of another plan than those beside it; keep each plan's parts in a place of their own"
    )]
    OtherPlan {
        /// The part.
        name: String,
    },
    /// Parts were made by different models.
    #[error("{name}: was made by {found}, not by {expected}; vectors of two models cannot be compared")]
    Models {
        /// The part.
        name: String,
        /// The model that made it.
        found: Box<ModelStamp>,
        /// The model of the index, or of the parts before.
        expected: Box<ModelStamp>,
    },
    /// The place of the parts is none.
    #[error("{place}: {reason}")]
    BadPlace {
        /// What was given.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The object store did not answer as it should.
    #[error(
        "{place}: {source}; AWS_ENDPOINT_URL, AWS_REGION and the credentials are taken from the environment"
    )]
    Store {
        /// The object, or where it was looked for.
        place: String,
        /// What the store said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The index could not be written.
    #[error(transparent)]
    Indexer(#[from] IndexerError),
}
