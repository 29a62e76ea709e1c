//! What is in a part.

use priorart_corpus::Skip;
use serde::{Deserialize, Serialize};

use crate::{Recipe, Shard};

/// What a part says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The form of the part: 1.
    pub version: u32,
    /// [`Manifest::id`](crate::Manifest::id) of its plan.
    pub plan: String,
    /// The number of its shard, from 1.
    pub number: u32,
    /// How many shards the plan has.
    pub of: u32,
    /// What it was made by.
    pub recipe: Recipe,
    /// What it was made of.
    pub shard: Shard,
    /// What became of the shard's records.
    pub contents: Contents,
}

/// What became of a shard's records.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// Patents in the part; of two with one number, both.
    pub patents: u64,
    /// Their passages.
    pub passages: u64,
    /// Tokens that were encoded.
    pub tokens: u64,
    /// Sequence listings, which hold no patent.
    pub sequence_listings: u64,
    /// Records that could not be parsed.
    pub skips: Vec<Skip>,
    /// Files that could not be read to their end.
    pub failures: Vec<String>,
}
