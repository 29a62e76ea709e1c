//! How a search is done.

use priorart_corpus::PatentNumber;
use serde::{Deserialize, Serialize};

use crate::error::QueryError;
use crate::fusion::Fusion;

/// Which rankings a search uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Both, fused.
    #[default]
    Hybrid,
    /// Words alone.
    Keyword,
    /// Embeddings alone.
    Semantic,
}

/// What stands for a whole family in the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Every publication for itself.
    #[default]
    #[serde(rename = "none")]
    Each,
    /// The best publication of those with the same priorities.
    Simple,
    /// The best publication of those that share a priority, with one another or over others of the index.
    Extended,
}

/// What hits are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// The score of the mode, the best first.
    #[default]
    Score,
    /// The publication date, the newest first.
    Date,
    /// The publication number.
    Number,
}

/// How a search is done; see the fields for the usual values.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOptions {
    /// Which rankings to use.
    pub mode: Mode,
    /// How many patents to return. Usual: 10.
    pub limit: usize,
    /// How many of the best patents to pass over first. Pages neither repeat nor leave out a patent.
    pub offset: usize,
    /// How many patents each ranking goes down to before they are fused; what lies further down comes after
    /// these. Usual: [`DEPTH`].
    pub depth: usize,
    /// Search from the vectors of these indexed patents, which are left out of the result.
    pub like: Vec<PatentNumber>,
    /// Patents of the index that are what is looked for: the query is moved towards them.
    pub more: Vec<PatentNumber>,
    /// Patents of the index that are not: the query is moved away from them.
    pub less: Vec<PatentNumber>,
    /// Search for the prior art of this indexed patent: from its claims, published before its priority,
    /// without its family and what it cites.
    pub prior_art_of: Option<PatentNumber>,
    /// Leave in what that patent cites, and mark it.
    pub known_citations: bool,
    /// How the rankings are fused.
    pub fusion: Fusion,
    /// What stands for a family.
    pub family: Family,
    /// Between 0 and 1: how much a hit's score counts against its likeness to those before it. `None`: the
    /// score alone.
    pub diversity: Option<f64>,
    /// The order: but for that of the scores, of all that have one of the words, or satisfy a query of conditions
    /// alone, and of the `depth` nearest.
    pub sort: Sort,
    /// Count classes, years, owners and countries of the whole result: of all that have one of the words, or
    /// satisfy a query of conditions alone, and of the `depth` nearest.
    pub facets: bool,
    /// How many of the first hits to put in the order of the re-ranker's scores. Usual: 0, or 50.
    pub rerank: usize,
    /// How many passages of a patent to return. Usual: 1.
    pub passages: usize,
    /// Say of each hit what the rankings contributed.
    pub explain: bool,
}

/// The usual depth: twenty pages of ten, at a cost that does not show.
pub const DEPTH: usize = 200;

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            mode: Mode::Hybrid,
            limit: 10,
            offset: 0,
            depth: DEPTH,
            like: Vec::new(),
            more: Vec::new(),
            less: Vec::new(),
            prior_art_of: None,
            known_citations: false,
            fusion: Fusion::default(),
            family: Family::Each,
            diversity: None,
            sort: Sort::Score,
            facets: false,
            rerank: 0,
            passages: 1,
            explain: false,
        }
    }
}

impl SearchOptions {
    /// Refuses values that make no sense.
    ///
    /// # Errors
    /// [`QueryError::Option`] names the option and what it may be.
    pub fn validate(&self) -> Result<(), QueryError> {
        let refuse = |option, value: String, allowed| Err(QueryError::Option { option, value, allowed });
        if self.limit == 0 {
            return refuse("limit", "0".into(), "1 or more");
        }
        if !(self.fusion.keyword_weight.is_finite() && self.fusion.keyword_weight >= 0.0) {
            return refuse("keyword weight", self.fusion.keyword_weight.to_string(), "0 or more");
        }
        if let Some(k) = self.fusion.k().filter(|k| !(k.is_finite() && *k >= 0.0)) {
            return refuse("k of the fusion", k.to_string(), "0 or more");
        }
        if let Some(diversity) = self.diversity.filter(|share| !(0.0..=1.0).contains(share)) {
            return refuse("diversity", diversity.to_string(), "between 0 and 1");
        }
        Ok(())
    }

    /// How many patents are needed.
    pub(crate) fn reach(&self) -> usize {
        self.offset.saturating_add(self.limit).max(self.rerank)
    }
}
