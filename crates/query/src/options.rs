//! How a search is done.

use priorart_corpus::PatentNumber;

use crate::error::QueryError;

/// Which rankings a search uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Both, fused.
    #[default]
    Hybrid,
    /// Words alone.
    Keyword,
    /// Embeddings alone.
    Semantic,
}

/// How a search is done; see the fields for the usual values.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOptions {
    /// Which rankings to use.
    pub mode: Mode,
    /// How many patents to return. Usual: 10.
    pub limit: usize,
    /// How many of the best patents to pass over first.
    pub offset: usize,
    /// How many patents each ranking goes down to before they are fused; more where `offset + limit` is.
    /// Pages are stable, none repeats or leaves out a patent, as long as they lie within the depth. Usual:
    /// [`DEPTH`].
    pub depth: usize,
    /// Search from the vectors of these indexed patents, which are left out of the result.
    pub like: Vec<PatentNumber>,
    /// The keyword ranking's weight in the fusion, against 1 for the semantic one. Usual: 1.
    pub keyword_weight: f64,
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
            keyword_weight: 1.0,
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
        if self.limit == 0 {
            return Err(QueryError::Option { option: "limit", value: "0".into(), allowed: "1 or more" });
        }
        if !(self.keyword_weight.is_finite() && self.keyword_weight >= 0.0) {
            let value = self.keyword_weight.to_string();
            return Err(QueryError::Option { option: "keyword weight", value, allowed: "0 or more" });
        }
        Ok(())
    }

    /// How far down each ranking goes.
    pub(crate) fn reach(&self) -> usize {
        self.offset.saturating_add(self.limit).max(self.depth)
    }
}
