//! What a search returns: patents with their scores and the passages that matched.

use priorart_corpus::{CitedBy, PassageKind};
use serde::Serialize;

use crate::facets::Facets;

/// What a search returns.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SearchResult {
    /// The hits, best first.
    pub hits: Vec<Hit>,
    /// What the searcher should know: that only one of the rankings could be used, say.
    pub warnings: Vec<String>,
    /// Counts over the whole result, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<Facets>,
    /// How the query was moved, where patents were named to move it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refined: Option<Refined>,
}

/// How the vectors of a query were moved (Rocchio): `query + more · mean of these − less · mean of those`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Refined {
    /// Towards these.
    pub more: Vec<String>,
    /// With this weight.
    pub more_weight: f32,
    /// Away from these.
    pub less: Vec<String>,
    /// With this weight.
    pub less_weight: f32,
    /// The cosine between the query and what it became, the least of all parts.
    pub moved_to: f32,
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
    /// Inventors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inventors: Vec<String>,
    /// Its first class, with its title where a scheme was taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// What the hits are ordered by: the fused score in hybrid mode, BM25 in keyword mode, the cosine in
    /// semantic mode; 0 where hits are ordered by date.
    pub score: f64,
    /// Its place in the keyword ranking, if it is in it.
    pub keyword: Option<Ranked>,
    /// Its place in the semantic ranking, if it is in it.
    pub semantic: Option<Ranked>,
    /// The re-ranker's score of its best passage, if it was re-ranked: these hits come first, in this order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reranked: Option<f32>,
    /// Members of its family that it stands for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub family: Vec<String>,
    /// Who cited it, of the patent whose prior art is searched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<CitedBy>,
    /// The best passages, best first.
    pub passages: Vec<HitPassage>,
    /// Why it was found, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explanation>,
}

/// A class with its title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Class {
    /// "H01M4/13".
    pub symbol: String,
    /// Its own title; empty where it is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
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
    /// What the floor under the best semantic hits adds to the score.
    pub floor: f64,
    /// Words of the query that the patent has in title, abstract, claims or description, as they were typed.
    pub matched: Vec<String>,
}
