//! Counters that a pipeline counts up and a progress line reads.

use std::sync::atomic::{AtomicU64, Ordering};

/// How far a run has come; shared between the pipeline and whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    patents: AtomicU64,
    passages: AtomicU64,
    tokens: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// What is done of `total`.
    pub done: u64,
    /// Bytes of all dumps while indexing, passages while embedding; 0 where it is not known.
    pub total: u64,
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
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            done: load(&self.done),
            total: load(&self.total),
            patents: load(&self.patents),
            passages: load(&self.passages),
            tokens: load(&self.tokens),
        }
    }

    /// Says how much is done.
    pub fn set_done(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// Says how much there is to do.
    pub fn set_total(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// Counts what was written and encoded.
    pub fn add(&self, patents: usize, passages: usize, tokens: usize) {
        self.patents.fetch_add(patents as u64, Ordering::Relaxed);
        self.passages.fetch_add(passages as u64, Ordering::Relaxed);
        self.tokens.fetch_add(tokens as u64, Ordering::Relaxed);
    }
}
