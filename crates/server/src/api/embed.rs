//! `/embed`, as text-embeddings-inference has it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::api::json;
use crate::app::App;
use crate::embeddings::{NotEmbedded, Wanted, normalised};
use crate::extract::JsonBody;
use crate::problem::Problem;

/// A request; what else the contract allows is about models of another kind.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    inputs: Inputs,
    #[serde(default = "yes")]
    normalize: bool,
    #[serde(default)]
    truncate: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "inputs must be a text or an array of texts; token ids are not taken")]
pub(crate) enum Inputs {
    One(String),
    Several(Vec<String>),
}

impl Inputs {
    pub(crate) fn into_texts(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Several(texts) => texts,
        }
    }
}

fn yes() -> bool {
    true
}

/// An error in the contract's form.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    error: String,
    error_type: &'static str,
    #[serde(skip)]
    status: StatusCode,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = json(&self);
        *response.status_mut() = self.status;
        response
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let (status, error_type) = match problem.status {
            StatusCode::SERVICE_UNAVAILABLE => (problem.status, "Overloaded"),
            StatusCode::BAD_REQUEST => (StatusCode::UNPROCESSABLE_ENTITY, "Validation"),
            status if status.is_client_error() => (status, "Validation"),
            _ => (StatusCode::FAILED_DEPENDENCY, "Backend"),
        };
        Self { error: problem.detail, error_type, status }
    }
}

impl From<NotEmbedded> for Failure {
    fn from(error: NotEmbedded) -> Self {
        let (status, error_type) = match error {
            NotEmbedded::TooLong { .. } | NotEmbedded::TooMany(_) => {
                (StatusCode::PAYLOAD_TOO_LARGE, "Validation")
            }
            NotEmbedded::Tokens(_) => (StatusCode::UNPROCESSABLE_ENTITY, "Tokenizer"),
            NotEmbedded::NoModel | NotEmbedded::Failed(_) => (StatusCode::FAILED_DEPENDENCY, "Backend"),
        };
        Self { error: error.to_string(), error_type, status }
    }
}

/// A vector for each text.
pub(crate) async fn embed(
    State(app): State<App>,
    asked: Result<JsonBody<Asked>, Problem>,
) -> Result<Response, Failure> {
    let JsonBody(asked) = asked?;
    let texts = asked.inputs.into_texts();
    if texts.is_empty() {
        let error = "`inputs` cannot be empty".to_owned();
        return Err(Failure { error, error_type: "Empty", status: StatusCode::BAD_REQUEST });
    }
    let wanted = Wanted { texts, truncate: asked.truncate };
    let mut vectors = app.embed(wanted).await??.vectors;
    if asked.normalize {
        vectors = vectors.into_iter().map(normalised).collect();
    }
    Ok(json(&vectors))
}
