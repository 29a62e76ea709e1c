//! `/api/cpc/{symbol}`.

use axum::extract::State;
use axum::response::Response;
use priorart_query::cpc;

use crate::api::json;
use crate::app::App;
use crate::extract::Name;
use crate::problem::Problem;

/// A class with what it lies under and what lies below it, as `priorart cpc --json` prints it.
pub(crate) async fn class(State(app): State<App>, Name(symbol): Name) -> Result<Response, Problem> {
    let symbol = cpc::normal(&symbol).ok_or_else(|| {
        Problem::bad_request(format!("{symbol:?} is no class; write H01M, H01M4 or H01M4/04"))
    })?;
    app.run(move |snapshot| {
        let searcher = snapshot.searcher();
        let missing = "no scheme of classes is known here; `priorart cpc import FILE` takes a CPC title list into \
            an index";
        let scheme = searcher.scheme()?.ok_or_else(|| Problem::not_found(missing))?;
        let path = scheme.path(&symbol);
        let own = path.last().ok_or_else(|| Problem::not_found(format!("{symbol} is not in the scheme")))?;
        let below: Vec<_> = scheme.below(own.symbol).filter(|entry| entry.symbol != own.symbol).collect();
        Ok(json(&serde_json::json!({"path": path, "below": below})))
    })
    .await
}
