//! What an indexing run did, counted.

use priorart_corpus::Skip;
use priorart_index::Added;
use serde::Serialize;

/// Every record that was met is in exactly one of `indexed`, `replaced`, `skipped` and `sequence_listings`;
/// `read` counts the first three.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Report {
    /// Records met: patents and what should have been patents.
    pub read: u64,
    /// Patents whose number was new to the index.
    pub indexed: u64,
    /// Patents whose number was in the index already.
    pub replaced: u64,
    /// Of those replaced, the ones in which nothing had changed; they were left as they were.
    pub unchanged: u64,
    /// Records that could not be parsed.
    pub skipped: u64,
    /// Sequence listings, which hold no patent.
    pub sequence_listings: u64,
    /// Passages written.
    pub passages: u64,
    /// Passages embedded.
    pub embedded: u64,
    /// Tokens encoded.
    pub tokens: u64,
    /// Segments that were merged into larger ones.
    pub merged: usize,
    /// The last generation committed.
    pub generation: u64,
    /// Whether the run was asked to stop before the dumps ended.
    pub interrupted: bool,
    /// Where each skipped record lies and what is wrong with it; the first [`MAX_LISTED`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skips: Vec<Skip>,
    /// Dumps that could not be read to their end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
}

/// A dump that could not be read, or not to its end.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    /// The dump.
    pub file: String,
    /// What is wrong with it, and what to do.
    pub error: String,
}

/// How many skipped records a report lists; all are counted.
pub const MAX_LISTED: usize = 1000;

impl Report {
    pub(crate) fn count(&mut self, added: Added, passages: usize, embedded: bool) {
        self.read += 1;
        match added {
            Added::New => self.indexed += 1,
            Added::Replaced => self.replaced += 1,
        }
        self.passages += passages as u64;
        self.embedded += if embedded { passages as u64 } else { 0 };
    }

    pub(crate) fn unchanged(&mut self) {
        self.read += 1;
        self.replaced += 1;
        self.unchanged += 1;
    }

    pub(crate) fn skip(&mut self, skip: Skip) {
        self.read += 1;
        self.skipped += 1;
        if self.skips.len() < MAX_LISTED {
            self.skips.push(skip);
        }
    }
}
