//! Re-ranking: the best hits, read once more together with the query.

use std::cmp::Ordering;

use crate::ast::Query;
use crate::error::QueryError;
use crate::options::{SearchOptions, Sort};
use crate::page::Page;
use crate::ranking::Placed;
use crate::search::Searcher;

/// Scores passages against a query: the one thing that re-ranking needs of a model.
pub trait Rerank {
    /// How well each of `passages` answers the query; more is better.
    ///
    /// # Errors
    /// Whatever the model says.
    fn score(
        &self,
        query: &str,
        passages: &[&str],
    ) -> Result<Vec<f32>, Box<dyn std::error::Error + Send + Sync>>;
}

impl<'a> Searcher<'a> {
    /// Re-ranks the first [`SearchOptions::rerank`] hits of a search with this.
    #[must_use]
    pub fn with_reranker(self, reranker: &'a dyn Rerank) -> Self {
        Self { reranker: Some(reranker), ..self }
    }

    /// Why the options ask for re-ranking in vain, if they do.
    pub(crate) fn rerank_fault(&self, query: &Query, options: &SearchOptions) -> Option<&'static str> {
        if options.rerank == 0 {
            return None;
        }
        if self.reranker.is_none() {
            return Some("the hits are not re-ranked: there is no model to do it");
        }
        if query.text().trim().is_empty() {
            return Some("the hits are not re-ranked: the query has no text to read them with");
        }
        (options.sort != Sort::Score).then_some("the hits are not re-ranked: they are sorted otherwise")
    }
}

impl Page<'_> {
    /// Puts the first patents in the order of the re-ranker's scores, each read by the passage that it
    /// would show; equals keep their order.
    pub(crate) fn rerank(&self, placed: &mut [Placed], query: &Query) -> Result<(), QueryError> {
        let Some(reranker) = self.searcher.reranker else { return Ok(()) };
        let head = placed.len().min(self.options.rerank);
        let head = &mut placed[..head];
        self.searcher.engine.expect(&head.iter().map(|one| one.id).collect::<Vec<_>>())?;
        let texts = head.iter().map(|one| self.text(one)).collect::<Result<Vec<_>, _>>()?;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let scores = reranker.score(&query.text(), &texts).map_err(QueryError::Rerank)?;
        for (one, score) in head.iter_mut().zip(scores) {
            one.reranked = Some(score);
        }
        head.sort_by(|a, b| match (a.reranked, b.reranked) {
            (Some(a), Some(b)) => b.total_cmp(&a),
            _ => Ordering::Equal,
        });
        Ok(())
    }
}
