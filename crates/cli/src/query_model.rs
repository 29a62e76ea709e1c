//! The encoder as searchers and the server ask it.

use priorart_encoder::Encoder;
use priorart_index::ModelStamp;
use priorart_indexer::stamp;
use priorart_query::EmbedQuery;
use priorart_server::{AnyError, TextEncoder};

/// Embeds queries with the model that embedded the index.
#[derive(Debug)]
pub(crate) struct QueryModel(pub(crate) Encoder);

impl EmbedQuery for QueryModel {
    fn embed(&self, text: &str) -> Result<Vec<f32>, AnyError> {
        Ok(self.0.encode(&[text])?.swap_remove(0))
    }
}

impl QueryModel {
    /// The same with vectors as the pooling leaves them, which is what the server wants.
    pub(crate) fn unscaled(self) -> Self {
        Self(self.0.with_normalize(false))
    }
}

impl TextEncoder for QueryModel {
    fn stamp(&self) -> ModelStamp {
        stamp(self.0.info())
    }

    fn count_tokens(&self, text: &str) -> Result<usize, AnyError> {
        Ok(self.0.tokenizer().count_tokens(text)?)
    }

    fn tokenize(&self, text: &str) -> Result<Vec<u32>, AnyError> {
        Ok(self.0.tokenize(text)?)
    }

    fn encode(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, AnyError> {
        Ok(self.0.encode_tokens(texts)?)
    }
}
