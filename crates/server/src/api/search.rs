//! `/api/search` and `/api/facets`.

use axum::extract::State;
use axum::response::Response;
use priorart_query::{Facets, Query, SearchOptions, SearchResult, render};
use serde::Serialize;

use crate::api::{export, json};
use crate::app::App;
use crate::extract::Params;
use crate::params::{Format, SearchParams};
use crate::problem::Problem;

/// The answer to a search.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    /// The query as it was understood.
    query: String,
    /// The commit that was searched, where there are commits.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u64>,
    #[serde(flatten)]
    result: SearchResult,
}

/// Hits as JSON; in another format, streamed.
pub(crate) async fn search(
    State(app): State<App>,
    Params(params): Params<SearchParams>,
) -> Result<Response, Problem> {
    let (query, options) = params.understood(app.limits())?;
    if params.format == Format::Json {
        if !params.fields.is_empty() {
            return Err(Problem::bad_request("fields are for the formats csv and jsonl"));
        }
        return Ok(json(&found(&app, query, options).await?));
    }
    render::check_fields(&params.fields).map_err(Problem::bad_request)?;
    export::stream(app, query, options, params.format, params.fields).await
}

/// Searches.
pub(crate) async fn found(app: &App, query: Query, options: SearchOptions) -> Result<Found, Problem> {
    app.run(move |snapshot| {
        let result = snapshot.searcher().search(&query, &options)?;
        Ok(Found { query: query.to_string(), generation: snapshot.generation(), result })
    })
    .await
}

/// Counts over a whole result.
pub(crate) async fn facets(
    State(app): State<App>,
    Params(params): Params<SearchParams>,
) -> Result<Response, Problem> {
    let counted = SearchParams { facets: true, limit: 1, page: 1, ..params };
    let (query, options) = counted.understood(app.limits())?;
    let found = found(&app, query, options).await?;
    // Where a number is not in the index, there is no result to count over.
    Ok(json(&found.result.facets.unwrap_or_else(Facets::default)))
}
