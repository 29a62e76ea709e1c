//! `/v1/embeddings`, as `OpenAI` has it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::embed::Inputs;
use crate::api::json as as_json;
use crate::app::App;
use crate::embeddings::{NotEmbedded, Wanted, normalised};
use crate::extract::JsonBody;
use crate::problem::Problem;

/// A request. `model` may be any name: clients must send one, and there is one model.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(rename = "model")]
    _model: String,
    input: Inputs,
    #[serde(default)]
    encoding_format: EncodingFormat,
    dimensions: Option<usize>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum EncodingFormat {
    #[default]
    Float,
    Base64,
}

/// An error in the contract's form.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    status: StatusCode,
    code: Option<&'static str>,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let kind = if self.status.is_client_error() { "invalid_request_error" } else { "server_error" };
        let error = json!({"message": self.message, "type": kind, "param": null, "code": self.code});
        let mut response = as_json(&json!({"error": error}));
        *response.status_mut() = self.status;
        response
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { message: problem.detail, status: problem.status, code: None }
    }
}

impl From<NotEmbedded> for Failure {
    fn from(error: NotEmbedded) -> Self {
        let (status, code) = match error {
            NotEmbedded::TooLong { .. } => (StatusCode::BAD_REQUEST, Some("context_length_exceeded")),
            NotEmbedded::TooMany(_) | NotEmbedded::Tokens(_) => (StatusCode::BAD_REQUEST, None),
            NotEmbedded::NoModel => (StatusCode::NOT_FOUND, Some("model_not_found")),
            NotEmbedded::Failed(_) => (StatusCode::INTERNAL_SERVER_ERROR, None),
        };
        Self { message: error.to_string(), status, code }
    }
}

#[derive(Serialize)]
struct Datum {
    object: &'static str,
    index: usize,
    embedding: Value,
}

/// A vector of length 1 for each text.
pub(crate) async fn embeddings(
    State(app): State<App>,
    asked: Result<JsonBody<Asked>, Problem>,
) -> Result<Response, Failure> {
    let JsonBody(asked) = asked?;
    let model = app.model().ok_or(NotEmbedded::NoModel)?.stamp().clone();
    if let Some(dimensions) = asked.dimensions.filter(|dimensions| *dimensions != model.dimension as usize) {
        let detail = format!("the model's vectors have {} dimensions, not {dimensions}", model.dimension);
        return Err(Problem::bad_request(detail).into());
    }
    let texts = asked.input.into_texts();
    if texts.is_empty() {
        return Err(Problem::bad_request("input is empty").into());
    }
    let embedded = app.embed(Wanted { texts, truncate: false }).await??;
    let tokens = embedded.tokens;
    let vectors = embedded.vectors.into_iter().map(normalised).enumerate();
    let data: Vec<Datum> = vectors
        .map(|(index, vector)| Datum {
            object: "embedding",
            index,
            embedding: written(&vector, asked.encoding_format),
        })
        .collect();
    Ok(as_json(&json!({
        "object": "list",
        "data": data,
        "model": model.name,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    })))
}

/// Numbers, or the bytes of little-endian f32 in base64, which the official client asks for.
fn written(vector: &[f32], format: EncodingFormat) -> Value {
    match format {
        EncodingFormat::Float => json!(vector),
        EncodingFormat::Base64 => {
            let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
            json!(BASE64_STANDARD.encode(bytes))
        }
    }
}
