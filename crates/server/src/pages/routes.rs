//! Which page is made for which path.

use axum::Router;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::Markup;
use priorart_corpus::PatentNumber;

use super::address::{Address, LONGEST_ADDRESS};
use super::assets::Asset;
use super::chart::{self, CLAIM};
use super::trouble::trouble;
use super::{compare, export, help, home, landscape, patent, search};
use crate::app::App;
use crate::extract::{Name, body};
use crate::limits::Limits;
use crate::problem::Problem;
use crate::snapshot::{Snapshot, newest};

/// The pages, and what they load.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(first))
        .route("/search", get(result).post(ask))
        .route("/export", get(export_hits))
        .route("/patents/{number}", get(one_patent))
        .route("/compare", get(side_by_side))
        .route("/chart", get(claim_chart).post(ask_for_chart))
        .route("/chart/export", get(export_chart))
        .route("/landscape", get(map))
        .route("/help", get(async || Html(help::help().into_string())))
        .route("/assets/{name}", get(asset))
}

/// What is answered to a path that leads nowhere: a page to a browser, a problem to a program.
pub(crate) async fn not_found(headers: HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let problem = Problem::not_found("there is nothing under this path");
    if accepted.contains("text/html") {
        trouble(problem, &Address::default())
    } else {
        problem.into_response()
    }
}

async fn first(State(app): State<App>) -> Response {
    show(&app, Address::default(), |snapshot, _, _| Ok(home::home(&home::Holdings::of(snapshot)?))).await
}

async fn result(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let here = read(query);
    if here.pairs().next().is_none() {
        return Redirect::to("/").into_response();
    }
    show(&app, here, search::search).await
}

async fn ask(State(app): State<App>, request: Request) -> Response {
    sent(&app, request, "/search", search::address).await
}

async fn ask_for_chart(State(app): State<App>, request: Request) -> Response {
    sent(&app, request, "/chart", Address::clone).await
}

async fn one_patent(State(app): State<App>, Name(number): Name, RawQuery(query): RawQuery) -> Response {
    show(&app, read(query), move |snapshot, here, limits| {
        let number: PatentNumber = number.parse()?;
        Ok(patent::patent(&patent::load(snapshot, &number, here, limits)?, here))
    })
    .await
}

async fn side_by_side(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    show(&app, read(query), |snapshot, here, _| {
        let numbers: Vec<&str> = here.all(compare::NUMBER).collect();
        let searcher = snapshot.searcher();
        let shown = numbers.iter().take(compare::MOST).map(|number| {
            let number: PatentNumber = number.parse()?;
            newest(searcher.engine(), &number)
        });
        let shown = shown.collect::<Result<Vec<_>, Problem>>()?;
        Ok(compare::compare(&shown, numbers.len().saturating_sub(compare::MOST)))
    })
    .await
}

async fn claim_chart(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    show(&app, read(query), |snapshot, here, limits| {
        let found = here.get(CLAIM).map(|_| chart::find(snapshot, here, limits)).transpose()?;
        Ok(chart::chart(found.as_ref(), here))
    })
    .await
}

async fn map(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    show(&app, read(query), |snapshot, here, limits| {
        let is_asked = here.pairs().next().is_some();
        let drawn = is_asked.then(|| landscape::draw(snapshot, here, limits)).transpose()?;
        Ok(landscape::landscape(drawn.as_ref(), here))
    })
    .await
}

async fn export_hits(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let here = read(query);
    export::hits(app, &here).await.unwrap_or_else(|problem| trouble(problem, &here))
}

async fn export_chart(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let here = read(query);
    export::chart(app, &here).await.unwrap_or_else(|problem| trouble(problem, &here))
}

async fn asset(Name(name): Name) -> Response {
    match Asset::named(&name) {
        Some(asset) => {
            let kept = "public, max-age=31536000, immutable";
            let headers = [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, kept)];
            (headers, asset.text).into_response()
        }
        None => Problem::not_found("there is no such asset").into_response(),
    }
}

fn read(query: Option<String>) -> Address {
    Address::parse(&query.unwrap_or_default())
}

/// Answers a form with the address that it leads to; by 303, so that going back does not send it again.
async fn sent(app: &App, request: Request, path: &str, address: impl Fn(&Address) -> Address) -> Response {
    let body = match body(request, app).await {
        Ok(body) => body,
        Err(problem) => return trouble(problem, &Address::default()),
    };
    let target = address(&Address::parse(&String::from_utf8_lossy(&body))).to(path);
    if target.len() > LONGEST_ADDRESS {
        let detail = "The text is longer than an address can hold. Paste its claims or its summary instead.";
        return trouble(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail), &Address::default());
    }
    Redirect::to(&target).into_response()
}

/// A page made off the async threads, or the page of what went wrong.
async fn show(
    app: &App,
    here: Address,
    make: impl FnOnce(&Snapshot, &Address, &Limits) -> Result<Markup, Problem> + Send + 'static,
) -> Response {
    let (limits, asked) = (app.limits().clone(), here.clone());
    match app.run(move |snapshot| make(snapshot, &asked, &limits)).await {
        Ok(page) => Html(page.into_string()).into_response(),
        Err(problem) => trouble(problem, &here),
    }
}
