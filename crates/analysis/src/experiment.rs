//! Queries searched in an index, so that rankings and their fusion can be judged.

use std::collections::{BTreeMap, HashMap};

use priorart_corpus::PatentNumber;
use priorart_index::{PatentId, Reader};
use priorart_query::{Fusion, Mode, Query, SearchOptions, Searcher, fuse};

use crate::error::AnalysisError;
use crate::trec::{Judgements, Run, Topic};

/// Publication numbers with scores, best first.
pub type Ranking = Vec<(String, f32)>;

/// What a query found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// By words.
    pub keyword: Ranking,
    /// By meaning.
    pub semantic: Ranking,
}

/// Which of a query's rankings are judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum System {
    /// Words alone.
    Keyword,
    /// Meaning alone.
    Semantic,
    /// Both, fused.
    Hybrid(Fusion),
}

/// What queries are searched in, and how.
#[derive(Debug)]
pub struct Experiment<'a> {
    reader: &'a Reader,
    searcher: Searcher<'a>,
    options: SearchOptions,
    prior_art: bool,
    abstracts: HashMap<String, String>,
}

impl<'a> Experiment<'a> {
    /// Searches as `searcher` does. With `prior_art`, a query that is a publication number is searched from
    /// its claims among what was published before its priority, without its family; else it is searched for
    /// patents like it.
    pub fn new(reader: &'a Reader, searcher: Searcher<'a>, prior_art: bool) -> Self {
        let options = SearchOptions { mode: Mode::Hybrid, ..SearchOptions::default() };
        Self { reader, searcher, options, prior_art, abstracts: HashMap::new() }
    }

    /// What the index finds. A query whose text is the publication number of an indexed patent stands for
    /// that patent: it, and publications with the very same abstract, are left out. Any other text is searched
    /// for as it is, not as a query of the query language.
    ///
    /// # Errors
    /// As a search's.
    pub fn run(&mut self, topic: &Topic) -> Result<Found, AnalysisError> {
        let Some(subject) = self.find(&topic.text)? else {
            return self.search(&Query::from_text(&topic.text), &self.options);
        };
        let patent = self.reader.patent(subject)?;
        let number = patent.number.clone();
        let options = if self.prior_art {
            SearchOptions { prior_art_of: Some(number), known_citations: true, ..self.options.clone() }
        } else {
            SearchOptions { like: vec![number], ..self.options.clone() }
        };
        let found = self.search(&Query::default(), &options)?;
        let keyword = self.without_duplicates(found.keyword, &patent.abstract_text)?;
        Ok(Found { keyword, semantic: self.without_duplicates(found.semantic, &patent.abstract_text)? })
    }

    fn search(&self, query: &Query, options: &SearchOptions) -> Result<Found, AnalysisError> {
        let [keyword, semantic] = self.searcher.rankings_of(query, options)?;
        Ok(Found { keyword, semantic })
    }

    /// The ranking without publications that have the patent's own abstract: continuations, and applications
    /// beside their grants.
    fn without_duplicates(&mut self, ranking: Ranking, own: &str) -> Result<Ranking, AnalysisError> {
        let mut kept = Ranking::new();
        for (number, score) in ranking {
            if own.is_empty() || self.abstract_of(&number)? != own {
                kept.push((number, score));
            }
        }
        Ok(kept)
    }

    /// The judgements of these queries, the documents' numbers written as in the index; what is left out of a
    /// query's rankings is left out here, too. And how many relevant documents the index lacks: they count as
    /// not found.
    ///
    /// # Errors
    /// [`AnalysisError::Undefined`] where none of the queries was judged.
    pub fn judgements(
        &mut self,
        topics: &[Topic],
        judgements: &Judgements,
    ) -> Result<(Judgements, usize), AnalysisError> {
        let (mut resolved, mut missing) = (Judgements::new(), 0);
        for topic in topics {
            let own = self.abstract_of(&topic.text)?.clone();
            for (document, relevance) in judgements.get(&topic.id).into_iter().flatten() {
                let id = self.find(document)?;
                missing += usize::from(id.is_none() && *relevance > 0);
                let number = id.map(|id| self.reader.number(id)).transpose()?.unwrap_or(document).to_owned();
                if own.is_empty() || *self.abstract_of(&number)? != own {
                    resolved.entry(topic.id.clone()).or_default().insert(number, *relevance);
                }
            }
        }
        if resolved.is_empty() {
            let what = "none of the queries has judgements; do their ids agree?".to_owned();
            return Err(AnalysisError::Undefined(what));
        }
        Ok((resolved, missing))
    }

    fn find(&self, number: &str) -> Result<Option<PatentId>, AnalysisError> {
        let Some(number) = PatentNumber::parse(number) else {
            return Ok(None);
        };
        let ids = self.reader.find(&number)?;
        // A number without a kind may be that of a publication, or stand for any of several.
        let written = number.to_string();
        let numbers = ids.iter().map(|id| self.reader.number(*id)).collect::<Result<Vec<_>, _>>()?;
        let exact = numbers.iter().position(|number| *number == written);
        Ok(ids.get(exact.unwrap_or(0)).copied())
    }

    /// The abstract of the patent of this number; empty where there is none.
    fn abstract_of(&mut self, number: &str) -> Result<&String, AnalysisError> {
        if !self.abstracts.contains_key(number) {
            let patent = self.find(number)?.map(|id| self.reader.patent(id)).transpose()?;
            let text = patent.map_or_else(String::new, |patent| patent.abstract_text);
            self.abstracts.insert(number.to_owned(), text);
        }
        Ok(&self.abstracts[number])
    }
}

impl System {
    /// What the system returns for a query, best first.
    pub fn ranking(&self, found: &Found) -> Ranking {
        match self {
            Self::Keyword => found.keyword.clone(),
            Self::Semantic => found.semantic.clone(),
            Self::Hybrid(fusion) => {
                let fused = fuse(&found.keyword, &found.semantic, fusion).into_iter();
                fused.map(|(number, points)| (number, points.sum() as f32)).collect()
            }
        }
    }

    /// What it returns for all queries. Scores are written as falling ranks, so that nobody breaks ties
    /// otherwise than the system did.
    pub fn run(&self, found: &BTreeMap<String, Found>) -> Run {
        let scores = |found| {
            let ranking = self.ranking(found);
            let count = ranking.len();
            ranking.into_iter().enumerate().map(|(at, (number, _))| (number, (count - at) as f32)).collect()
        };
        found.iter().map(|(query, found)| (query.clone(), scores(found))).collect()
    }
}
