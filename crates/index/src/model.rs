//! Which model made the embeddings of an index.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Identifies the model whose embeddings an index holds; part of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelStamp {
    /// Name by which the model was found.
    pub name: String,
    /// SHA-256 of its weights file, in hexadecimal.
    pub sha256: String,
    /// Length of its vectors.
    pub dimension: u32,
    /// How token vectors became one: `cls`, `mean` or `max`.
    pub pooling: String,
    /// The most tokens of a text that it read, special tokens included.
    pub max_tokens: u32,
}

impl ModelStamp {
    /// Whether vectors of the two may be compared. The name is left out, for one model has many, and so is
    /// the token limit, which decides how texts are cut but not where a text lies.
    pub fn is_comparable(&self, other: &Self) -> bool {
        self.sha256 == other.sha256 && self.dimension == other.dimension && self.pooling == other.pooling
    }
}

impl fmt::Display for ModelStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sha = self.sha256.get(..12).unwrap_or(&self.sha256);
        write!(f, "{} (sha256 {sha}, {} dimensions, {} pooling)", self.name, self.dimension, self.pooling)
    }
}
