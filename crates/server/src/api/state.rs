//! What is served and how it fares: `/api/stats`, `/health`, `/ready`.

use axum::extract::State;
use axum::response::Response;
use priorart_index::{ModelStamp, Stats};
use serde::Serialize;
use serde_json::json;

use crate::api::json as as_json;
use crate::app::App;
use crate::problem::Problem;

#[derive(Serialize)]
struct Served<'a> {
    #[serde(flatten)]
    stats: Stats,
    /// The model that embedded the index.
    model: Option<&'a ModelStamp>,
    /// Whether that model is here, so that texts are searched for by meaning.
    semantic: bool,
}

/// What the index holds.
pub(crate) async fn stats(State(app): State<App>) -> Result<Response, Problem> {
    let semantic = app.model().is_some();
    app.run(move |snapshot| {
        Ok(as_json(&Served { stats: snapshot.stats()?, model: snapshot.model(), semantic }))
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
    Ok(as_json(&json!({"status": "ready", "generation": app.snapshot().generation()})))
}
