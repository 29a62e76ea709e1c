//! The API for programs.

mod chart;
mod classes;
mod classify;
mod description;
mod embed;
mod export;
mod openai;
mod patents;
mod search;
mod state;

pub(crate) use self::chart::{ChartParams, chart};
pub(crate) use self::search::search;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;

use crate::app::App;
use crate::metrics;

/// The API.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/search", get(search::search).post(search::search))
        .route("/api/facets", get(search::facets).post(search::facets))
        .route("/api/patents/{number}", get(patents::patent))
        .route("/api/patents/{number}/similar", get(patents::similar))
        .route("/api/chart", get(chart::chart).post(chart::chart))
        .route("/api/classify", get(classify::classify).post(classify::classify))
        .route("/api/cpc/{*symbol}", get(classes::class))
        .route("/api/stats", get(state::stats))
        .route("/api/openapi.json", get(description::json))
        .route("/api/docs", get(description::page))
        .route("/embed", post(embed::embed))
        .route("/v1/embeddings", post(openai::embeddings))
        .route("/health", get(state::health))
        .route("/ready", get(state::ready))
        .route("/metrics", get(metrics::show))
}

/// A value as JSON.
pub(crate) fn json(value: &impl Serialize) -> Response {
    let text = serde_json::to_vec(value).expect("what is served has only names for keys");
    typed(text, "application/json")
}

/// A body with its media type.
pub(crate) fn typed(body: impl IntoResponse, media: &'static str) -> Response {
    let mut response = body.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}
