//! The encoder as a searcher asks it.

use std::error::Error;

use priorart_encoder::Encoder;
use priorart_query::EmbedQuery;

/// Embeds queries with the model that embedded the index.
#[derive(Debug)]
pub(crate) struct QueryModel(pub(crate) Encoder);

impl EmbedQuery for QueryModel {
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        Ok(self.0.encode(&[text])?.swap_remove(0))
    }
}
