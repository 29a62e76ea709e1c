//! What is served and how it fares: `/api/stats`, `/health`, `/ready`.

use axum::extract::State;
use axum::response::Response;
use priorart_index::ModelStamp;
use priorart_query::Holdings;
use serde::Serialize;
use serde_json::json;

use crate::api::json as as_json;
use crate::app::App;
use crate::problem::Problem;

#[derive(Serialize)]
struct Ready {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u64>,
}

#[derive(Serialize)]
struct Served<'a> {
    #[serde(flatten)]
    holdings: Holdings,
    /// The commit, where there are commits.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u64>,
    /// The model that embedded it.
    model: Option<&'a ModelStamp>,
    /// Whether that model is here, so that texts are searched for by meaning.
    semantic: bool,
}

/// How much is searched.
pub(crate) async fn stats(State(app): State<App>) -> Result<Response, Problem> {
    let semantic = app.model().is_some();
    app.run(move |snapshot| {
        let searcher = snapshot.searcher();
        let engine = searcher.engine();
        let (holdings, generation) = (engine.holdings()?, snapshot.generation());
        Ok(as_json(&Served { holdings, generation, model: engine.model(), semantic }))
    })
    .await
}

/// Whether the process lives.
pub(crate) async fn health() -> Response {
    as_json(&json!({"status": "ok"}))
}

/// Whether requests should be sent here.
pub(crate) async fn ready(State(app): State<App>) -> Result<Response, Problem> {
    if app.is_stopping() {
        return Err(Problem::unavailable("the server is stopping"));
    }
    Ok(as_json(&Ready { status: "ready", generation: app.snapshot().generation() }))
}
