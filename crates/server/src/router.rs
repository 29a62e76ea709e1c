//! Which path leads where.

use axum::http::StatusCode;
use axum::{Router, middleware};

use crate::access::{self, Access};
use crate::api;
use crate::app::App;
use crate::extract::body_limit;
use crate::headers;
use crate::metrics;
use crate::pages;
use crate::problem::Problem;

/// Everything that is served, to whoever may ask.
pub fn router(app: App, access: Access) -> Router {
    Router::new()
        .merge(api::routes())
        .merge(pages::routes())
        .fallback(pages::not_found)
        .method_not_allowed_fallback(async || {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "there is something under this path, but not for this method",
            )
        })
        .layer(body_limit(&app))
        .layer(middleware::from_fn_with_state(access, access::guard))
        .layer(middleware::from_fn_with_state(app.clone(), metrics::count))
        .layer(middleware::from_fn(headers::secure))
        .with_state(app)
}
