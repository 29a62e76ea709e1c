//! `/api/patents/{number}` and `/api/patents/{number}/similar`.

use axum::extract::State;
use axum::response::Response;
use priorart_corpus::PatentNumber;

use crate::api::{json, search};
use crate::app::App;
use crate::extract::{Name, Params};
use crate::params::SearchParams;
use crate::problem::Problem;

/// A patent, as `priorart show --json` prints it; of several without their kind, the newest.
pub(crate) async fn patent(State(app): State<App>, Name(number): Name) -> Result<Response, Problem> {
    let number: PatentNumber = number.parse()?;
    let patent = app.run(move |snapshot| snapshot.newest(&number)).await?;
    Ok(json(&patent))
}

/// Patents like this one: a search, with all its parameters.
pub(crate) async fn similar(
    State(app): State<App>,
    Name(number): Name,
    Params(params): Params<SearchParams>,
) -> Result<Response, Problem> {
    let number: PatentNumber = number.parse()?;
    let (query, mut options) = params.understood(app.limits())?;
    let known = number.clone();
    app.run(move |snapshot| snapshot.newest(&known).map(drop)).await?;
    options.like.push(number);
    Ok(json(&search::found(&app, query, options).await?))
}
