//! A search: conditions → rankings → fusion → hits.

use std::cmp::Reverse;

use priorart_corpus::{Patent, PatentNumber};
use priorart_index::{Coverage, PassageId, PatentId, PatentSet, Reader};

use crate::ast::{Condition, Query};
use crate::conditions::all_of;
use crate::error::QueryError;
use crate::hit::SearchResult;
use crate::keyword::{self, MOST_WORDS};
use crate::options::{Mode, SearchOptions};
use crate::page::{Ordered, Page, Rankings};
use crate::semantic;

/// Makes the vector of a query: the one thing that a search needs of a model.
pub trait EmbedQuery {
    /// The embedding of `text`, of the index's dimension.
    ///
    /// # Errors
    /// Whatever the model says.
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn std::error::Error + Send + Sync>>;
}

/// Searches an index at one generation.
#[derive(Clone, Copy)]
pub struct Searcher<'a> {
    reader: &'a Reader,
    encoder: Option<&'a dyn EmbedQuery>,
}

impl std::fmt::Debug for Searcher<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher").field("reader", &self.reader).finish_non_exhaustive()
    }
}

impl<'a> Searcher<'a> {
    /// Searches by words; with an encoder, also semantically.
    pub fn new(reader: &'a Reader) -> Self {
        Self { reader, encoder: None }
    }

    /// Searches semantically as well. The encoder must be the one that made the index's embeddings.
    #[must_use]
    pub fn with_encoder(self, encoder: &'a dyn EmbedQuery) -> Self {
        Self { encoder: Some(encoder), ..self }
    }

    /// The patents that satisfy all of the query's conditions, in the order of the rankings that the mode
    /// asks for. A query of conditions alone is answered by date, the newest first; one that is a patent
    /// number, by that patent and its neighbours.
    ///
    /// In hybrid mode, where semantic search is not possible, the keyword ranking is returned with a warning.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<SearchResult, QueryError> {
        options.validate()?;
        let numbers: Vec<PatentNumber> = options.like.iter().chain(&query.number).cloned().collect();
        if !numbers.is_empty() {
            // Beside others, a number is one more to search from.
            let first = options.like.is_empty();
            return self.near_patents(query, &numbers, first, options);
        }
        if !query.text.trim().is_empty() {
            let rankings = self.rankings(query, &[], options)?;
            return self.result(&rankings, &rankings.fused(self.reader, options)?, options);
        }
        if query.conditions.is_empty() {
            return Err(QueryError::Empty);
        }
        self.result(&Rankings::default(), &self.newest_first(&query.conditions)?, options)
    }

    fn result(
        &self,
        rankings: &Rankings,
        ordered: &Ordered,
        options: &SearchOptions,
    ) -> Result<SearchResult, QueryError> {
        let hits = Page::new(self.reader, rankings, options).hits(ordered)?;
        Ok(SearchResult { hits, warnings: rankings.warnings.clone() })
    }

    /// Searches from patents of the index, together with the query's text if it has any. They come `first`,
    /// with a score of 1, or are left out.
    fn near_patents(
        &self,
        query: &Query,
        numbers: &[PatentNumber],
        first: bool,
        options: &SearchOptions,
    ) -> Result<SearchResult, QueryError> {
        let (mut patents, mut unknown) = (Vec::new(), Vec::new());
        for number in numbers {
            let found = self.reader.find(number)?;
            if found.is_empty() {
                unknown.push(format!("{number} is not in the index"));
            }
            patents.extend(found);
        }
        if patents.is_empty() {
            return Ok(SearchResult { hits: Vec::new(), warnings: unknown });
        }
        let mut rankings = self.rankings(query, &patents, options)?;
        rankings.warnings.extend(unknown);
        let mut ordered: Ordered = patents.into_iter().filter(|_| first).map(|id| (id, 1.0)).collect();
        ordered.extend(rankings.fused(self.reader, options)?);
        self.result(&rankings, &ordered, options)
    }

    fn newest_first(&self, conditions: &[Condition]) -> Result<Ordered, QueryError> {
        let dated = keyword::dated(self.reader, conditions)?;
        let mut patents = Vec::with_capacity(dated.len());
        for (id, date) in dated {
            patents.push((Reverse(date), self.reader.number(id)?, id));
        }
        patents.sort_unstable();
        Ok(patents.into_iter().map(|(.., id)| (id, 0.0)).collect())
    }

    fn rankings(
        &self,
        query: &Query,
        like: &[PatentId],
        options: &SearchOptions,
    ) -> Result<Rankings, QueryError> {
        let mut rankings = Rankings::default();
        let stems = self.stems(&query.text, like)?;
        // No ranking is longer than the index.
        let depth = options.reach().min(self.reader.keyword().searcher().num_docs() as usize);
        if options.mode != Mode::Semantic {
            let mut found = keyword::ranking(self.reader, &stems, &query.conditions, depth + like.len())?;
            found.retain(|(id, _)| !like.contains(id));
            found.truncate(depth);
            rankings.keyword = found;
        }
        if options.mode != Mode::Keyword {
            rankings.vectors = self.vectors(&query.text, like, options.mode, &mut rankings.warnings)?;
            let filter = self.filter(&query.conditions)?;
            rankings.semantic =
                semantic::ranking(self.reader, &rankings.vectors, filter.as_ref(), like, depth)?;
        }
        rankings.stems = stems.into_iter().collect();
        Ok(rankings)
    }

    /// The words that are looked for: the query's, then those that tell most about the patents.
    fn stems(&self, text: &str, like: &[PatentId]) -> Result<Vec<String>, QueryError> {
        let mut stems = keyword::query_stems(self.reader, text)?;
        if like.is_empty() {
            return Ok(stems);
        }
        let texts = like.iter().map(|id| Ok(own_text(&self.reader.patent(*id)?)));
        let texts = texts.collect::<Result<Vec<String>, QueryError>>()?.join("\n");
        for stem in keyword::telling_stems(self.reader, &texts, MOST_WORDS)? {
            if stems.len() < MOST_WORDS && !stems.contains(&stem) {
                stems.push(stem);
            }
        }
        Ok(stems)
    }

    fn filter(&self, conditions: &[Condition]) -> Result<Option<PatentSet>, QueryError> {
        let filter = all_of(self.reader.keyword(), conditions)?;
        Ok(filter.map(|filter| self.reader.matching(&*filter)).transpose()?)
    }

    /// The vectors to search from. What is missing is an error in semantic mode, and a warning in the other.
    fn vectors(
        &self,
        text: &str,
        like: &[PatentId],
        mode: Mode,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<Vec<f32>>, QueryError> {
        let mut vectors: Vec<Vec<f32>> = like.iter().flat_map(|patent| self.vectors_of(*patent)).collect();
        let missing = match self.missing() {
            Some(missing) => Some(missing),
            None if !text.trim().is_empty() => self.embed(text).map(|vector| vectors.push(vector)).err(),
            None => vectors.is_empty().then(|| not_semantic("the patent has no embeddings yet", EMBED)),
        };
        match missing {
            Some(missing) if mode == Mode::Semantic => return Err(missing),
            Some(missing) if vectors.is_empty() => warnings.push(format!("keyword ranking only: {missing}")),
            Some(missing) => warnings.push(format!("semantic ranking without the query's words: {missing}")),
            None => self.warn_of_gaps(warnings),
        }
        Ok(vectors)
    }

    /// Why nothing at all can be found semantically.
    fn missing(&self) -> Option<QueryError> {
        self.reader.model().is_none().then(|| not_semantic("the index has no embeddings yet", EMBED))
    }

    fn vectors_of(&self, patent: PatentId) -> impl Iterator<Item = Vec<f32>> {
        let segment = patent.segment;
        let passages = self.reader.passages_of(patent);
        passages.filter_map(move |ordinal| self.reader.vector(PassageId { segment, ordinal }))
    }

    fn embed(&self, text: &str) -> Result<Vec<f32>, QueryError> {
        const FETCH: &str = "`priorart model fetch` fetches it";
        let lacks_model = || not_semantic("the model that embedded the index is not on this machine", FETCH);
        self.encoder.ok_or_else(lacks_model)?.embed(text).map_err(QueryError::Embed)
    }

    /// Patents without embeddings are missed by the semantic ranking.
    fn warn_of_gaps(&self, warnings: &mut Vec<String>) {
        let Coverage { passages, embedded } = self.reader.coverage();
        if embedded < passages {
            warnings.push(format!("only {embedded} of {passages} passages have embeddings; {EMBED}"));
        }
    }
}

const EMBED: &str = "`priorart embed` makes them";

fn not_semantic(what: &str, how: &str) -> QueryError {
    QueryError::NotSemantic { missing: format!("{what}; {how}") }
}

/// What says most about a patent.
fn own_text(patent: &Patent) -> String {
    let claims = patent.claims.iter().filter(|claim| claim.is_independent()).map(|claim| claim.text.as_str());
    let texts = [patent.title.as_str(), patent.abstract_text.as_str()];
    texts.into_iter().chain(claims).collect::<Vec<_>>().join("\n")
}
