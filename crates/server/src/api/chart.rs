//! `/api/chart`.

use axum::extract::State;
use axum::response::Response;
use priorart_query::{Mode, Query, SearchOptions, parse, render};
use serde::Deserialize;

use crate::api::{json, typed};
use crate::app::App;
use crate::extract::Params;
use crate::limits::Limits;
use crate::params::at_most;
use crate::problem::Problem;

/// A claim to chart.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct ChartParams {
    /// Its text, or NUMBER:CLAIM of an indexed patent.
    pub(crate) claim: String,
    /// What the patents must satisfy, as in a search.
    pub(crate) q: String,
    pub(crate) mode: Mode,
    /// Patents.
    pub(crate) limit: usize,
    pub(crate) format: ChartFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ChartFormat {
    #[default]
    Json,
    Csv,
}

impl Default for ChartParams {
    fn default() -> Self {
        Self {
            claim: String::new(),
            q: String::new(),
            mode: Mode::default(),
            limit: 5,
            format: ChartFormat::Json,
        }
    }
}

impl ChartParams {
    /// What these ask for, within the limits.
    pub(crate) fn understood(&self, limits: &Limits) -> Result<(Query, SearchOptions), Problem> {
        at_most("claim", self.claim.len(), limits.text, "bytes")?;
        at_most("q", self.q.len(), limits.query, "bytes")?;
        at_most("limit", self.limit, limits.page, "patents")?;
        let query = if self.q.trim().is_empty() { Query::default() } else { parse(&self.q)? };
        let options = SearchOptions { mode: self.mode, limit: self.limit, ..SearchOptions::default() };
        options.validate()?;
        Ok((query, options))
    }
}

/// Where patents disclose the elements of a claim.
pub(crate) async fn chart(
    State(app): State<App>,
    Params(params): Params<ChartParams>,
) -> Result<Response, Problem> {
    let (query, mut options) = params.understood(app.limits())?;
    let format = params.format;
    let chart = app
        .run(move |snapshot| {
            let searcher = snapshot.searcher();
            let claim = searcher.claim(&params.claim, &mut options)?;
            Ok(searcher.chart(&claim, &query, &options)?)
        })
        .await?;
    Ok(match format {
        ChartFormat::Json => json(&chart),
        ChartFormat::Csv => typed(render::chart_csv(&chart), "text/csv; charset=utf-8"),
    })
}
