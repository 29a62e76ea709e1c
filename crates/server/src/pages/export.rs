//! Results and charts as files for other programs: what the API answers, under a name.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::address::{Address, PAGE};
use super::asked::{chart_params, params};
use crate::api;
use crate::app::App;
use crate::extract::Params;
use crate::params::{Format, SearchParams};
use crate::problem::Problem;

/// Hits of an export. Who wants more asks the API.
const HITS: usize = 1000;

/// The best hits of a result.
pub(crate) async fn hits(app: App, here: &Address) -> Result<Response, Problem> {
    let asked = params(&here.clear(&[PAGE, "limit"]))?;
    let (most, name) = match asked.format {
        Format::Json => (app.limits().page, "priorart.json"),
        Format::Jsonl => (HITS, "priorart.jsonl"),
        Format::Csv => (HITS, "priorart.csv"),
        Format::Ris => (HITS, "priorart.ris"),
        Format::Bibtex => (HITS, "priorart.bib"),
    };
    let limit = most.min(app.limits().depth);
    let answer = api::search(State(app), Params(SearchParams { limit, ..asked })).await?;
    Ok(named(answer, name))
}

/// A claim chart.
pub(crate) async fn chart(app: App, here: &Address) -> Result<Response, Problem> {
    let name = if here.has("format", "csv") { "chart.csv" } else { "chart.json" };
    Ok(named(api::chart(State(app), Params(chart_params(here)?)).await?, name))
}

fn named(mut answer: Response, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::from_str(&disposition).expect("our names are plain");
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    answer
}
