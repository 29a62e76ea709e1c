//! What handlers take from a request, with problems for what cannot be taken.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::app::App;
use crate::problem::Problem;

/// Parameters: those of the address where the request is a GET; else those of the body, which is JSON or a form.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Params<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return from_form(request.uri().query().unwrap_or_default().as_bytes()).map(Self);
        }
        let is_json = is(request.headers(), "application/json");
        let is_form = is(request.headers(), "application/x-www-form-urlencoded");
        if !is_json && !is_form {
            let detail = "send application/json or application/x-www-form-urlencoded";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let body = body(request, app).await?;
        if is_json { from_json(&body) } else { from_form(&body) }.map(Self)
    }
}

/// A JSON body, whatever the request calls it.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        from_json(&body(request, app).await?).map(Self)
    }
}

/// The part of the path that is a name.
#[derive(Debug)]
pub(crate) struct Name(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(name)| Self(name)).map_err(|error| Problem::bad_request(error.body_text()))
    }
}

/// What the request sends, within the limits of size and time.
pub(crate) async fn body(request: Request, app: &App) -> Result<Bytes, Problem> {
    let time = app.limits().sending;
    match timeout(time, Bytes::from_request(request, &())).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(Problem::new(error.status(), error.body_text())),
        Err(_) => {
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, format!("the body did not arrive within {time:?}")))
        }
    }
}

/// The limit of size that [`body`] keeps to.
pub(crate) fn body_limit(app: &App) -> DefaultBodyLimit {
    DefaultBodyLimit::max(app.limits().body)
}

fn is(headers: &HeaderMap, media: &str) -> bool {
    let own = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    own.split(';').next().is_some_and(|own| own.trim().eq_ignore_ascii_case(media))
}

fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::bad_request(format!("the body: {error}")))
}

fn from_form<T: DeserializeOwned>(form: &[u8]) -> Result<T, Problem> {
    serde_html_form::from_bytes(form)
        .map_err(|error| Problem::bad_request(format!("the parameters: {error}")))
}
