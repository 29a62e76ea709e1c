//! Counters that a pipeline counts up and a progress line reads.

use std::sync::atomic::{AtomicU64, Ordering};

/// How far an indexing run has come; shared between the pipeline and whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    bytes: AtomicU64,
    total_bytes: AtomicU64,
    patents: AtomicU64,
    passages: AtomicU64,
    tokens: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Bytes of the dumps that are done with.
    pub bytes: u64,
    /// Bytes of all dumps, as far as known.
    pub total_bytes: u64,
    /// Patents written.
    pub patents: u64,
    /// Passages written.
    pub passages: u64,
    /// Tokens encoded.
    pub tokens: u64,
}

impl Progress {
    /// The counters now.
    pub fn counts(&self) -> Counts {
        Counts {
            bytes: self.bytes.load(Ordering::Relaxed),
            total_bytes: self.total_bytes.load(Ordering::Relaxed),
            patents: self.patents.load(Ordering::Relaxed),
            passages: self.passages.load(Ordering::Relaxed),
            tokens: self.tokens.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn set_bytes(&self, bytes: u64) {
        self.bytes.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn set_total_bytes(&self, bytes: u64) {
        self.total_bytes.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn add_patent(&self, passages: usize) {
        self.patents.fetch_add(1, Ordering::Relaxed);
        self.passages.fetch_add(passages as u64, Ordering::Relaxed);
    }

    pub(crate) fn add_tokens(&self, tokens: usize) {
        self.tokens.fetch_add(tokens as u64, Ordering::Relaxed);
    }
}
