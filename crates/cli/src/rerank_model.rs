//! The cross-encoder as a searcher asks it.

use std::error::Error;

use priorart_encoder::CrossEncoder;
use priorart_query::Rerank;

/// Scores passages with a model that reads them together with the query.
#[derive(Debug)]
pub(crate) struct RerankModel(pub(crate) CrossEncoder);

impl Rerank for RerankModel {
    fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        let pairs: Vec<(&str, &str)> = passages.iter().map(|passage| (query, *passage)).collect();
        Ok(self.0.score(&pairs)?)
    }
}
