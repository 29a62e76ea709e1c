//! A page of hits out of the rankings.

use std::collections::HashMap;

use priorart_corpus::{CitedBy, Patent, Place};
use priorart_index::PatentId;

use crate::engine::Scored;
use crate::error::QueryError;
use crate::hit::{Class, Explanation, Hit, Ranked};
use crate::options::SearchOptions;
use crate::passages::Found;
use crate::plan::Plan;
use crate::ranking::Placed;
use crate::search::{Rankings, Searcher};
use crate::words::Wanted;

/// Makes hits of the patents of one page.
pub(crate) struct Page<'a> {
    pub(crate) searcher: &'a Searcher<'a>,
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) rankings: &'a Rankings,
    pub(crate) wanted: &'a Wanted,
    pub(crate) options: &'a SearchOptions,
}

impl Page<'_> {
    pub(crate) fn hits(&self, placed: &[Placed]) -> Result<Vec<Hit>, QueryError> {
        let (keyword, semantic) = (places(&self.rankings.keyword), places(&self.rankings.semantic));
        let page = placed.iter().enumerate().skip(self.options.offset).take(self.options.limit);
        self.searcher.engine.expect(&page.clone().map(|(_, one)| one.id).collect::<Vec<_>>())?;
        page.map(|(at, one)| self.hit(at + 1, one, keyword.get(&one.id), semantic.get(&one.id))).collect()
    }

    fn hit(
        &self,
        rank: usize,
        placed: &Placed,
        keyword: Option<&Ranked>,
        semantic: Option<&Ranked>,
    ) -> Result<Hit, QueryError> {
        let engine = &*self.searcher.engine;
        let patent = engine.patent(placed.id)?;
        let all = engine.passages(placed.id)?;
        let found = self.found(&patent, &all, semantic.is_some());
        let passages = found.passages(self.options.passages);
        let explain = self.options.explain.then(|| Explanation {
            keyword: placed.points.keyword,
            semantic: placed.points.semantic,
            floor: placed.points.floor,
            matched: found.matched(),
        });
        let family = placed.family.iter().map(|id| Ok(engine.number(*id)?.into_owned()));
        Ok(Hit {
            rank,
            number: patent.number.to_string(),
            date: patent.publication_date.map(|date| date.to_string()),
            assignee: owner(&patent),
            inventors: patent.inventors.iter().map(|party| party.name.clone()).collect(),
            class: self.class(&patent)?,
            known: self.known(&patent),
            family: family.collect::<Result<_, QueryError>>()?,
            title: patent.title,
            score: placed.score,
            keyword: keyword.copied(),
            semantic: semantic.copied(),
            reranked: placed.reranked,
            passages,
            explain,
        })
    }

    fn found<'f>(
        &'f self,
        patent: &'f Patent,
        passages: &'f [(Place, Option<Vec<f32>>)],
        is_near: bool,
    ) -> Found<'f> {
        let vectors = if is_near { self.plan.probe.vectors.as_slice() } else { &[] };
        Found { patent, passages, wanted: self.wanted, vectors }
    }

    /// What stands for a patent: its best passage, else its title.
    pub(crate) fn text(&self, placed: &Placed) -> Result<String, QueryError> {
        let engine = &*self.searcher.engine;
        let (patent, all) = (engine.patent(placed.id)?, engine.passages(placed.id)?);
        let is_near = self.rankings.semantic.iter().any(|(id, _)| *id == placed.id);
        let best = self.found(&patent, &all, is_near).passages(1).pop();
        Ok(best.map_or(patent.title, |passage| passage.text))
    }

    /// The first CPC symbol, else the first of the IPC.
    fn class(&self, patent: &Patent) -> Result<Option<Class>, QueryError> {
        let cpc = patent.cpc.iter().find(|one| one.first).or_else(|| patent.cpc.first());
        let Some(symbol) = cpc.map(|cpc| &cpc.symbol).or_else(|| patent.ipc.first()) else {
            return Ok(None);
        };
        let title = self.searcher.scheme()?.and_then(|scheme| scheme.entry(symbol)).map(|entry| entry.title);
        Ok(Some(Class { symbol: symbol.clone(), title: title.unwrap_or_default().to_owned() }))
    }

    fn known(&self, patent: &Patent) -> Option<CitedBy> {
        let known = self.plan.known.iter().find(|(number, _)| number.matches(&patent.number));
        known.map(|(_, by)| *by)
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
