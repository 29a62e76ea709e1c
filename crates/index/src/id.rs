//! Names of patents and passages within an index.

use serde::{Deserialize, Serialize};

/// A patent of one index: stable for as long as the patent is neither replaced nor moved by a compaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PatentId {
    /// The segment that holds it.
    pub segment: u32,
    /// Its place among the segment's patents, from 0.
    pub ordinal: u32,
}

/// A passage of one index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PassageId {
    /// The segment that holds it.
    pub segment: u32,
    /// Its place among the segment's passages, from 0.
    pub ordinal: u32,
}

impl From<PatentId> for u64 {
    /// Segment in the high half, ordinal in the low half: the `id` field of the keyword index.
    fn from(id: PatentId) -> u64 {
        u64::from(id.segment) << 32 | u64::from(id.ordinal)
    }
}

impl From<u64> for PatentId {
    fn from(packed: u64) -> Self {
        Self { segment: (packed >> 32) as u32, ordinal: packed as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_keeps_order_and_value() {
        let ids = [(0, 0), (0, u32::MAX), (1, 0), (u32::MAX, 7)]
            .map(|(segment, ordinal)| PatentId { segment, ordinal });
        assert!(ids.map(u64::from).is_sorted());
        assert_eq!(ids.map(|id| PatentId::from(u64::from(id))), ids);
    }
}
