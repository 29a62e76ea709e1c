//! What a search returns: patents with their scores and the passages that matched.

use priorart_corpus::PassageKind;
use serde::Serialize;

/// What a search returns.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SearchResult {
    /// The hits, best first.
    pub hits: Vec<Hit>,
    /// What the searcher should know: that only one of the rankings could be used, say.
    pub warnings: Vec<String>,
}

/// A patent that was found.
#[derive(Debug, Clone, Serialize)]
pub struct Hit {
    /// Its place in the result, from 1.
    pub rank: usize,
    /// Publication number, "US8926509B2".
    pub number: String,
    /// Title.
    pub title: String,
    /// Publication date, "2015-01-06".
    pub date: Option<String>,
    /// First assignee, else first applicant.
    pub assignee: Option<String>,
    /// What the hits are ordered by: the fused score in hybrid mode, BM25 in keyword mode, the cosine in
    /// semantic mode; 0 where hits are ordered by date.
    pub score: f64,
    /// Its place in the keyword ranking, if it is in it.
    pub keyword: Option<Ranked>,
    /// Its place in the semantic ranking, if it is in it.
    pub semantic: Option<Ranked>,
    /// The best passages, best first.
    pub passages: Vec<HitPassage>,
    /// Why it was found, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explanation>,
}

/// A place in a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ranked {
    /// From 1.
    pub rank: usize,
    /// BM25, or the cosine of the nearest passage.
    pub score: f32,
}

/// A passage that matched.
#[derive(Debug, Clone, Serialize)]
pub struct HitPassage {
    /// What it is cut from.
    pub kind: PassageKind,
    /// Its place as a searcher names it: "claim 7".
    pub place: String,
    /// The cosine to the query, where the passage was found by it.
    pub score: Option<f32>,
    /// Its text.
    pub text: String,
    /// Byte ranges of the query's words in `text`, in any inflection.
    pub highlights: Vec<[usize; 2]>,
}

/// Why a patent was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What the keyword ranking adds to the score.
    pub keyword: f64,
    /// What the semantic ranking adds to the score.
    pub semantic: f64,
    /// Words of the query, as stems, that the patent has in title, abstract, claims or description.
    pub matched: Vec<String>,
}
