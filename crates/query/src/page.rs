//! A page of hits out of the rankings.

use std::collections::{BTreeSet, HashMap};

use priorart_corpus::Patent;
use priorart_index::{PatentId, Reader};

use crate::error::QueryError;
use crate::fusion::{RRF_K, contribution, rrf};
use crate::hit::{Explanation, Hit, Ranked};
use crate::options::{Mode, SearchOptions};
use crate::passages::Found;
use crate::ranking::Scored;

/// The rankings of one search, and what they were made from.
#[derive(Default)]
pub(crate) struct Rankings {
    pub(crate) keyword: Scored,
    pub(crate) semantic: Scored,
    /// Stems of the words that were looked for; they are highlighted.
    pub(crate) stems: BTreeSet<String>,
    /// The vectors that were searched from.
    pub(crate) vectors: Vec<Vec<f32>>,
    pub(crate) warnings: Vec<String>,
}

/// Patents in the order of the result, with their scores.
pub(crate) type Ordered = Vec<(PatentId, f64)>;

impl Rankings {
    /// The one order that the mode asks for.
    pub(crate) fn fused(&self, reader: &Reader, options: &SearchOptions) -> Result<Ordered, QueryError> {
        let alone = |ranking: &Scored| ranking.iter().map(|(id, score)| (*id, f64::from(*score))).collect();
        Ok(match options.mode {
            Mode::Keyword => alone(&self.keyword),
            Mode::Semantic => alone(&self.semantic),
            Mode::Hybrid => {
                let (keyword, semantic) =
                    (numbered(reader, &self.keyword)?, numbered(reader, &self.semantic)?);
                let fused = rrf(&[(options.keyword_weight, &keyword), (1.0, &semantic)], RRF_K);
                fused.into_iter().map(|((_, id), score)| (id, score)).collect()
            }
        })
    }
}

/// A ranking's patents with their numbers, by which the fusion breaks ties.
fn numbered<'a>(reader: &'a Reader, ranking: &Scored) -> Result<Vec<(&'a str, PatentId)>, QueryError> {
    ranking.iter().map(|(id, _)| Ok((reader.number(*id)?, *id))).collect()
}

/// Makes hits of the patents of one page.
pub(crate) struct Page<'a> {
    reader: &'a Reader,
    rankings: &'a Rankings,
    options: &'a SearchOptions,
    keyword: HashMap<PatentId, Ranked>,
    semantic: HashMap<PatentId, Ranked>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(reader: &'a Reader, rankings: &'a Rankings, options: &'a SearchOptions) -> Self {
        let (keyword, semantic) = (places(&rankings.keyword), places(&rankings.semantic));
        Self { reader, rankings, options, keyword, semantic }
    }

    pub(crate) fn hits(&self, ordered: &Ordered) -> Result<Vec<Hit>, QueryError> {
        let page = ordered.iter().enumerate().skip(self.options.offset).take(self.options.limit);
        page.map(|(at, (id, score))| self.hit(at + 1, *id, *score)).collect()
    }

    fn hit(&self, rank: usize, id: PatentId, score: f64) -> Result<Hit, QueryError> {
        let patent = self.reader.patent(id)?;
        let (keyword, semantic) = (self.keyword.get(&id).copied(), self.semantic.get(&id).copied());
        let found = Found {
            reader: self.reader,
            id,
            patent: &patent,
            stems: &self.rankings.stems,
            vectors: if semantic.is_some() { &self.rankings.vectors } else { &[] },
        };
        let passages = found.passages(self.options.passages)?;
        let explain = self.options.explain.then(|| Explanation {
            keyword: self.added(keyword, self.options.keyword_weight),
            semantic: self.added(semantic, 1.0),
            matched: found.matched(),
        });
        Ok(Hit {
            rank,
            number: patent.number.to_string(),
            date: patent.publication_date.map(|date| date.to_string()),
            assignee: owner(&patent),
            title: patent.title,
            score,
            keyword,
            semantic,
            passages,
            explain,
        })
    }

    /// What a place in a ranking adds to the score; one ranking alone is all of it.
    fn added(&self, place: Option<Ranked>, weight: f64) -> f64 {
        place.map_or(0.0, |place| match self.options.mode {
            Mode::Hybrid => contribution(weight, place.rank, RRF_K),
            Mode::Keyword | Mode::Semantic => f64::from(place.score),
        })
    }
}

/// Where each patent stands in a ranking.
fn places(ranking: &Scored) -> HashMap<PatentId, Ranked> {
    let places = ranking.iter().enumerate();
    places.map(|(at, (id, score))| (*id, Ranked { rank: at + 1, score: *score })).collect()
}

fn owner(patent: &Patent) -> Option<String> {
    patent.assignees.iter().chain(&patent.applicants).next().map(|party| party.name.clone())
}
