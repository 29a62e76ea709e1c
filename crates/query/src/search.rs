//! A search: conditions → rankings → fusion → hits.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use priorart_index::{PatentId, PatentSet, Reader};

use crate::ast::Query;
use crate::cpc::{LazyScheme, Scheme};
use crate::diversity::diversify;
use crate::embedded::Embedded;
use crate::engine::{Engine, Scored};
use crate::error::QueryError;
use crate::facets::Facets;
use crate::family::Families;
use crate::fusion::{Points, fuse};
use crate::hit::SearchResult;
use crate::options::{Family, Mode, SearchOptions, Sort};
use crate::page::Page;
use crate::plan::Plan;
use crate::ranking::Placed;
use crate::rerank::Rerank;
use crate::semantic;
use crate::words::Wanted;

/// Makes the vector of a query: the one thing that a search needs of a model.
pub trait EmbedQuery {
    /// The embedding of `text`, of the index's dimension.
    ///
    /// # Errors
    /// Whatever the model says.
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn std::error::Error + Send + Sync>>;
}

/// Searches an index at one generation, or what another engine holds.
pub struct Searcher<'a> {
    pub(crate) engine: Box<dyn Engine + 'a>,
    pub(crate) encoder: Option<&'a dyn EmbedQuery>,
    pub(crate) reranker: Option<&'a dyn Rerank>,
}

impl std::fmt::Debug for Searcher<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher").field("model", &self.engine.model()).finish_non_exhaustive()
    }
}

/// The two rankings, down to one depth.
#[derive(Default)]
pub(crate) struct Rankings {
    pub(crate) keyword: Scored,
    pub(crate) semantic: Scored,
}

/// A ranking's patents with their numbers, and their scores.
type Numbered<'a> = Vec<((Cow<'a, str>, PatentId), f32)>;

impl<'a> Searcher<'a> {
    /// Searches by words; with an encoder, also semantically.
    pub fn new(reader: &'a Reader) -> Self {
        Self::on(Box::new(Embedded::new(reader, Arc::new(LazyScheme::new(reader.path())))))
    }

    /// Searches what another engine holds.
    pub fn on(engine: Box<dyn Engine + 'a>) -> Self {
        Self { engine, encoder: None, reranker: None }
    }

    /// Searches semantically as well. The encoder must be the one that made the index's embeddings.
    #[must_use]
    pub fn with_encoder(self, encoder: &'a dyn EmbedQuery) -> Self {
        Self { encoder: Some(encoder), ..self }
    }

    /// What answers the searches.
    pub fn engine(&self) -> &dyn Engine {
        &*self.engine
    }

    /// The CPC's scheme, where one was taken into the index.
    pub fn scheme(&self) -> Result<Option<&Scheme>, QueryError> {
        self.engine.scheme()
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
        let mut plan = self.plan(query, options)?;
        let asks_for_patents = query.number.is_some() || !options.like.is_empty() || !options.more.is_empty();
        if !plan.ranks() && !plan.has_conditions {
            // Numbers that are not in the index were told of.
            let warnings = plan.warnings;
            let nothing = SearchResult { warnings, ..SearchResult::default() };
            return if asks_for_patents { Ok(nothing) } else { Err(QueryError::Empty) };
        }
        let (mut placed, rankings) = self.placed(&plan, options)?;
        let rerank_fault = self.rerank_fault(query, options);
        plan.warnings.extend(rerank_fault.map(str::to_owned));
        let facets = options.facets.then(|| self.facets(&plan, &rankings, options));
        let wanted = Wanted::new(plan.words.clone(), query);
        let page = Page { searcher: self, plan: &plan, rankings: &rankings, wanted: &wanted, options };
        if options.rerank > 0 && rerank_fault.is_none() {
            page.rerank(&mut placed, query)?;
        }
        let hits = page.hits(&placed)?;
        let (warnings, refined) = (plan.warnings, plan.refined);
        Ok(SearchResult { hits, warnings, facets: facets.transpose()?, refined })
    }

    /// All patents that satisfy the query's conditions; all of the index where it has none.
    pub fn matching(&self, query: &Query) -> Result<PatentSet, QueryError> {
        let conditions: Vec<_> = query.conditions().cloned().collect();
        self.engine.under(&conditions, &mut Vec::new())?.all()
    }

    /// Counts over the whole result. Nearness has no end: of the semantic ranking, what it goes down to counts.
    fn facets(
        &self,
        plan: &Plan<'_>,
        rankings: &Rankings,
        options: &SearchOptions,
    ) -> Result<Facets, QueryError> {
        let mut whole = PatentSet::default();
        if plan.is_boolean {
            whole = plan.under.all()?;
        } else {
            whole.extend(rankings.semantic.iter().take(options.depth.max(1)).map(|(id, _)| *id));
            if options.mode != Mode::Semantic {
                whole = whole.union(plan.under.with_words(&plan.words)?);
            }
        }
        whole.subtract(&plan.without);
        whole.extend(plan.first.iter().copied());
        self.engine.facets(&whole)
    }

    /// A patent and its family in the widest sense: what shares a priority with it, over others as well.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn family_of(&self, id: PatentId) -> Result<PatentSet, QueryError> {
        Ok(Families::new(&*self.engine, Family::Extended).members(id)?.into_iter().collect())
    }

    /// What is fused in hybrid mode: the keyword ranking and the semantic one, each down to the options' depth,
    /// with publication numbers.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub fn rankings_of(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<[Vec<(String, f32)>; 2], QueryError> {
        options.validate()?;
        let plan = self.plan(query, options)?;
        let Rankings { keyword, semantic } = self.rankings(&plan, options, options.depth, options.depth)?;
        let numbered = |ranking: &Scored| -> Result<Vec<(String, f32)>, QueryError> {
            let numbered = self.numbered(ranking)?.into_iter();
            Ok(numbered.map(|((number, _), score)| (number.into_owned(), score)).collect())
        };
        Ok([numbered(&keyword)?, numbered(&semantic)?])
    }

    /// The patents of the result in their order, as many as are needed.
    pub(crate) fn placed(
        &self,
        plan: &Plan<'_>,
        options: &SearchOptions,
    ) -> Result<(Vec<Placed>, Rankings), QueryError> {
        let all = self.engine.deepest();
        let needed =
            if options.diversity.is_some() { options.reach().max(options.depth) } else { options.reach() };
        let is_sorted = options.sort != Sort::Score;
        let mut depth = options.depth.max(1).min(all);
        let mut result = Collapsed::new(Families::new(&*self.engine, options.family));
        for id in &plan.first {
            result.add(Placed::new(*id, 1.0, Points::default()))?;
        }
        let mut rankings;
        let mut first_round = None;
        loop {
            // In another order than that of the scores, all that have the words stand beside the nearest.
            let by_words = if is_sorted { all } else { depth };
            rankings = self.rankings(plan, options, by_words, depth)?;
            for one in self.fused(&rankings, options)? {
                result.add(one)?;
            }
            let is_all = depth >= all || (rankings.keyword.len() < depth && rankings.semantic.len() < depth);
            // A ranking misses what has none of the words, "ti:pump OR cpc:F04", and no embedding.
            if plan.is_boolean && (is_sorted || (is_all && result.placed.len() < needed)) {
                for one in self.newest_first(plan)? {
                    result.add(one)?;
                }
            }
            first_round.get_or_insert(result.placed.len());
            if is_all || result.placed.len() >= needed {
                break;
            }
            // What lies further down comes after what was found above, so that pages never overlap.
            depth = depth.saturating_mul(4).min(all);
        }
        let mut placed = result.placed;
        let best = placed.len().min(options.depth.max(1));
        match options.diversity {
            _ if is_sorted => self.sort(&mut placed[..first_round.unwrap_or(best)], options.sort)?,
            Some(share) => diversify(&*self.engine, &mut placed[..best], share)?,
            None => {}
        }
        Ok((placed, rankings))
    }

    fn sort(&self, placed: &mut [Placed], sort: Sort) -> Result<(), QueryError> {
        let mut keys = HashMap::new();
        for one in &*placed {
            let number = self.engine.number(one.id)?;
            let date = if sort == Sort::Date { self.engine.published(one.id)? } else { None };
            keys.insert(one.id, (Reverse(date), number));
        }
        placed.sort_by(|a, b| keys.get(&a.id).cmp(&keys.get(&b.id)));
        Ok(())
    }

    fn rankings(
        &self,
        plan: &Plan<'_>,
        options: &SearchOptions,
        by_words: usize,
        depth: usize,
    ) -> Result<Rankings, QueryError> {
        let mut rankings = Rankings::default();
        let is_hybrid = options.mode == Mode::Hybrid;
        if options.mode == Mode::Keyword || is_hybrid && self.engine.no_words().is_none() {
            let limit = by_words + plan.without.len() as usize;
            let mut found = plan.under.by_words(&plan.words, limit)?;
            found.retain(|(id, _)| !plan.without.contains(*id));
            found.truncate(by_words);
            rankings.keyword = found;
        }
        if options.mode != Mode::Keyword {
            rankings.semantic =
                semantic::ranking(&*self.engine, &*plan.under, &plan.probe, &plan.without, depth)?;
        }
        Ok(rankings)
    }

    /// The one order that the mode asks for.
    fn fused(&self, rankings: &Rankings, options: &SearchOptions) -> Result<Vec<Placed>, QueryError> {
        let alone = |ranking: &Scored, points: fn(f64) -> Points| {
            let placed = ranking.iter().map(|(id, score)| (*id, f64::from(*score)));
            placed.map(|(id, score)| Placed::new(id, score, points(score))).collect()
        };
        Ok(match options.mode {
            Mode::Keyword => alone(&rankings.keyword, |keyword| Points { keyword, ..Points::default() }),
            Mode::Semantic => alone(&rankings.semantic, |semantic| Points { semantic, ..Points::default() }),
            Mode::Hybrid => {
                let (keyword, semantic) =
                    (self.numbered(&rankings.keyword)?, self.numbered(&rankings.semantic)?);
                let fused = fuse(&keyword, &semantic, &options.fusion).into_iter();
                fused.map(|((_, id), points)| Placed::new(id, points.sum(), points)).collect()
            }
        })
    }

    /// A ranking's patents with their numbers, by which the fusion breaks ties.
    fn numbered(&self, ranking: &Scored) -> Result<Numbered<'_>, QueryError> {
        ranking.iter().map(|(id, score)| Ok(((self.engine.number(*id)?, *id), *score))).collect()
    }

    fn newest_first(&self, plan: &Plan<'_>) -> Result<Vec<Placed>, QueryError> {
        let mut patents = Vec::new();
        for (id, date) in plan.under.dated()? {
            if !plan.without.contains(id) {
                patents.push((Reverse(date), self.engine.number(id)?, id));
            }
        }
        patents.sort_unstable();
        Ok(patents.into_iter().map(|(.., id)| Placed::new(id, 0.0, Points::default())).collect())
    }
}

/// The result as it grows: each patent once, and one for each family.
struct Collapsed<'a> {
    families: Families<'a>,
    seen: BTreeSet<PatentId>,
    by_family: HashMap<String, usize>,
    placed: Vec<Placed>,
}

impl<'a> Collapsed<'a> {
    fn new(families: Families<'a>) -> Self {
        Self { families, seen: BTreeSet::new(), by_family: HashMap::new(), placed: Vec::new() }
    }

    fn add(&mut self, one: Placed) -> Result<(), QueryError> {
        if !self.seen.insert(one.id) {
            return Ok(());
        }
        let family = self.families.name(one.id)?;
        if let Some(&at) = self.by_family.get(&family) {
            self.placed[at].family.push(one.id);
        } else {
            self.by_family.insert(family, self.placed.len());
            self.placed.push(one);
        }
        Ok(())
    }
}
