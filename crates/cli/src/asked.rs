//! What is searched for: from flags to a query, its options and the model that it needs.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use priorart_corpus::PatentNumber;
use priorart_indexer::stamp;
use priorart_query::{
    Family, Fusion, FusionMethod, Mode, ParseError, Part, Query, QueryError, SearchOptions, SearchResult,
    Searcher, Sort, Store, parse,
};

use crate::args::{Asked, FamilyArg, FusionArg, ModeArg, SortArg};
use crate::outcome::WrongUse;
use crate::query_model::QueryModel;
use crate::rerank_model::RerankModel;
use crate::settings::Settings;
use crate::weights;

impl Asked {
    /// The query: what was typed, and the text of a file or of standard input.
    pub(crate) fn query(&self) -> Result<Query> {
        let typed = self.query.join(" ");
        let mut query = if typed == "-" {
            Query::from_text(&read_text(Path::new("-"))?)
        } else {
            parse(&typed).map_err(|error| rendered(&error, &typed))?
        };
        if let Some(path) = &self.text {
            query.parts.insert(0, Part::Words(read_text(path)?));
        }
        Ok(query)
    }

    /// The model that re-ranks the hits, if that was asked for.
    pub(crate) fn reranker(&self, settings: &Settings) -> Result<Option<RerankModel>> {
        let name = self.reranker.as_deref().filter(|_| self.rerank > 0);
        name.map(|name| weights::reranker(settings, name)).transpose()
    }

    /// How it is searched.
    pub(crate) fn options(&self) -> Result<SearchOptions> {
        let method = match self.fusion {
            FusionArg::Rrf => FusionMethod::Rrf { k: self.rrf_k },
            FusionArg::MinMax => FusionMethod::MinMax,
            FusionArg::ZScore => FusionMethod::ZScore,
        };
        Ok(SearchOptions {
            mode: self.mode.into(),
            limit: self.limit,
            offset: self.offset,
            like: numbers(&self.like)?,
            more: numbers(&self.more)?,
            less: numbers(&self.less)?,
            prior_art_of: numbers(self.prior_art_of.as_slice())?.pop(),
            known_citations: self.known_citations,
            fusion: Fusion { method, keyword_weight: self.keyword_weight, floor: self.floor },
            family: match self.family {
                FamilyArg::None => Family::Each,
                FamilyArg::Simple => Family::Simple,
                FamilyArg::Extended => Family::Extended,
            },
            diversity: self.diversity,
            sort: match self.sort {
                SortArg::Score => Sort::Score,
                SortArg::Date => Sort::Date,
                SortArg::Number => Sort::Number,
            },
            facets: self.facets,
            rerank: self.rerank,
            explain: self.explain,
            ..SearchOptions::default()
        })
    }
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Hybrid => Self::Hybrid,
            ModeArg::Keyword => Self::Keyword,
            ModeArg::Semantic => Self::Semantic,
        }
    }
}

fn numbers(typed: &[String]) -> Result<Vec<PatentNumber>> {
    let numbers = typed.iter().map(|number| number.parse::<PatentNumber>());
    Ok(numbers.collect::<Result<_, _>>().map_err(|error| WrongUse(error.to_string()))?)
}

/// A file's text; `-` is standard input.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).context("standard input")?;
    } else {
        bytes = fs_err::read(path)?;
    }
    let text = String::from_utf8_lossy(&bytes).trim().to_owned();
    if text.is_empty() {
        return Err(WrongUse(format!("{}: there is no text", path.display())).into());
    }
    Ok(text)
}

/// An error of a query with the place marked.
pub(crate) fn rendered(error: &ParseError, query: &str) -> WrongUse {
    WrongUse(format!("the query cannot be read\n{}", error.render(query)))
}

/// Searches with the model that the query needs, and re-ranks with another where there is one.
pub(crate) fn search(
    settings: &Settings,
    store: &dyn Store,
    query: &Query,
    options: &SearchOptions,
    reranker: Option<&RerankModel>,
) -> Result<SearchResult> {
    let model = if needs_model(query, options) { model(settings, store)? } else { None };
    search_with(&equipped(Searcher::on(store.engine()), model.as_ref(), reranker), query, options)
}

/// Whether something is to be embedded for it.
pub(crate) fn needs_model(query: &Query, options: &SearchOptions) -> bool {
    options.mode != Mode::Keyword && !query.text().trim().is_empty()
}

/// A searcher with the models that there are.
pub(crate) fn equipped<'a>(
    mut searcher: Searcher<'a>,
    model: Option<&'a QueryModel>,
    reranker: Option<&'a RerankModel>,
) -> Searcher<'a> {
    if let Some(model) = model {
        searcher = searcher.with_encoder(model);
    }
    if let Some(reranker) = reranker {
        searcher = searcher.with_reranker(reranker);
    }
    searcher
}

/// Searches, and tells wrong use from failure.
pub(crate) fn search_with(
    searcher: &Searcher<'_>,
    query: &Query,
    options: &SearchOptions,
) -> Result<SearchResult> {
    searcher.search(query, options).map_err(wrong_use)
}

/// Tells what was asked for wrongly from what failed.
pub(crate) fn wrong_use(error: QueryError) -> anyhow::Error {
    match error {
        QueryError::Option { .. }
        | QueryError::Empty
        | QueryError::TooManyWords { .. }
        | QueryError::Unsupported { .. } => WrongUse(error.to_string()).into(),
        other => other.into(),
    }
}

/// The model that embeds queries: the one that was asked for, else the one that embedded what is searched,
/// where it is on this machine.
pub(crate) fn model(settings: &Settings, store: &dyn Store) -> Result<Option<QueryModel>> {
    let Some(own) = store.engine().model().map(|model| model.name.clone()) else {
        return Ok(None);
    };
    let encoder = match &settings.model {
        Some(name) => Some(weights::encoder(settings, name)?),
        None => weights::local_encoder(settings, &own)?,
    };
    if let Some(encoder) = &encoder {
        store.check_model(&stamp(encoder.info()))?;
    }
    Ok(encoder.map(QueryModel))
}
