//! Which patents are grouped: from a query to a selection with embeddings.

use anyhow::Result;
use priorart_analysis::{LandscapeError, Method, Selection};
use priorart_index::PatentId;
use priorart_query::cpc::Scheme;
use priorart_query::{Index, Query, SearchOptions, Searcher, parse};

use crate::args::{Grouped, MethodArg};
use crate::asked;
use crate::outcome::WrongUse;
use crate::progress::patents_bar;
use crate::settings::Settings;

impl Grouped {
    /// The query as it was typed.
    pub(crate) fn typed(&self) -> String {
        self.query.join(" ")
    }

    /// How patents are grouped.
    pub(crate) fn method(&self) -> Result<Method> {
        match (self.method, self.clusters, self.min_size) {
            (MethodArg::KMeans, clusters, None) => Ok(Method::KMeans { clusters }),
            (MethodArg::Hdbscan, None, min_size) => Ok(Method::Hdbscan { min_size }),
            (MethodArg::KMeans, ..) => {
                Err(WrongUse("--min-size goes with --method hdbscan".to_owned()).into())
            }
            (MethodArg::Hdbscan, ..) => {
                Err(WrongUse("--clusters goes with --method kmeans: HDBSCAN finds their number".to_owned())
                    .into())
            }
        }
    }

    /// The patents, with their embeddings; `None` where the query finds none.
    pub(crate) fn select(&self, settings: &Settings, index: &Index) -> Result<Option<Selection>> {
        let patents = self.patents(settings, index)?;
        if patents.is_empty() {
            settings.note("nothing was found");
            return Ok(None);
        }
        let bar = patents_bar(settings, "reading");
        bar.set_length(patents.len() as u64);
        let selection = Selection::read(index.reader(), &patents, &|read| bar.inc(read)).map_err(wrong_use);
        bar.finish_and_clear();
        let selection = selection?;
        if selection.without > 0 {
            settings.note(format!(
                "warning: {} of {} patents have no embeddings and are left out; `priorart embed` makes them",
                selection.without,
                patents.len()
            ));
        }
        Ok(Some(selection))
    }

    /// Words rank, and the best are taken; conditions alone select all that satisfy them.
    fn patents(&self, settings: &Settings, index: &Index) -> Result<Vec<PatentId>> {
        let typed = self.typed();
        let query = parse(&typed).map_err(|error| asked::rendered(&error, &typed))?;
        if query.text().trim().is_empty() && query.number.is_none() {
            return Ok(Searcher::new(index.reader()).matching(&query)?.iter().collect());
        }
        self.best(settings, index, &query)
    }

    fn best(&self, settings: &Settings, index: &Index, query: &Query) -> Result<Vec<PatentId>> {
        let options = SearchOptions { mode: self.mode.into(), limit: self.limit, ..SearchOptions::default() };
        let result = asked::search(settings, index, query, &options, None)?;
        for warning in &result.warnings {
            settings.note(format!("warning: {warning}"));
        }
        let mut patents = Vec::new();
        for hit in &result.hits {
            let number = hit.number.parse().map_err(|error| WrongUse(format!("{error}")))?;
            patents.extend(index.reader().find(&number)?.first());
        }
        Ok(patents)
    }
}

/// The title of a class, where the index has a scheme.
pub(crate) fn class_title(scheme: Option<&Scheme>, symbol: &str) -> Option<String> {
    Some(scheme?.entry(symbol)?.title.to_owned())
}

/// Tells what was asked for wrongly from what failed.
pub(crate) fn wrong_use(error: LandscapeError) -> anyhow::Error {
    match error {
        LandscapeError::Clusters { .. }
        | LandscapeError::TooFewForClusters { .. }
        | LandscapeError::MinSize { .. }
        | LandscapeError::TooFewForOne { .. }
        | LandscapeError::NoMap { .. } => WrongUse(error.to_string()).into(),
        other => other.into(),
    }
}
