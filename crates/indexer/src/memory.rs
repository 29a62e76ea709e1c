//! Sharing out the memory that a run may take.

use priorart_index::WriterOptions;

/// What is shared out at least, whatever the process holds already: less would make more work than it saves.
const LEAST: u64 = 128 << 20;

/// A document under way takes some four times its bytes: as text, as a patent, as tokens and vectors.
const TIMES: u64 = 4;

/// How the memory of a run is shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// For the writer.
    pub writer: WriterOptions,
    /// Bytes of documents that may be under way from the dump to the writer.
    pub documents: u64,
}

impl Memory {
    /// Shares out `bytes`, of which this process holds some already: the model's weights, mostly.
    pub fn within(bytes: u64) -> Self {
        Self::share(bytes.saturating_sub(held()).max(LEAST))
    }

    fn share(free: u64) -> Self {
        let documents = free / 8;
        Self { writer: WriterOptions::within(free - documents), documents: documents / TIMES }
    }
}

/// Bytes of memory that this process holds; 0 where the system does not say.
fn held() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) << 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_no_more_than_there_is() {
        for free in [LEAST, 500 << 20, 2 << 30, 16 << 30] {
            let memory = Memory::share(free);
            let sum = memory.writer.bytes() + TIMES * memory.documents;
            assert!(sum <= free, "{sum} of {free}");
            assert!(memory.documents >= 4 << 20 && memory.writer.keyword_memory >= 30 << 20);
        }
        assert_eq!(Memory::within(0), Memory::share(LEAST));
    }
}
