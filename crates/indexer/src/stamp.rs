//! The encoder as the index and the passages see it.

use std::ops::Range;

use priorart_encoder::{ModelInfo, Tokenizer};
use priorart_index::ModelStamp;

use crate::passages::Tokens;

/// What an index remembers of the model that embedded it.
pub fn stamp(model: &ModelInfo) -> ModelStamp {
    ModelStamp {
        name: model.name.clone(),
        sha256: model.sha256.clone(),
        dimension: model.dimension as u32,
        pooling: model.pooling.to_string(),
        max_tokens: model.max_tokens as u32,
    }
}

impl Tokens for Tokenizer {
    fn spans(&self, text: &str) -> Vec<Range<usize>> {
        // A text that the tokenizer refuses has no passages here and fails, by name, when it is encoded.
        let spans = self.token_offsets(text).unwrap_or_default();
        spans.into_iter().map(|(start, end)| start..end).collect()
    }

    fn limit(&self) -> usize {
        self.max_tokens().saturating_sub(self.specials())
    }
}
