//! Errors as clients see them: problem details (RFC 9457).

use std::ops::Range;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use priorart_corpus::InvalidNumber;
use priorart_index::IndexError;
use priorart_query::{ParseError, QueryError};
use serde::Serialize;

use crate::model::EncodeError;
use crate::work::Undone;

/// Seconds after which who was refused may come again.
const RETRY_AFTER: &str = "1";

/// What went wrong with a request; as a response, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    #[serde(serialize_with = "as_number")]
    pub(crate) status: StatusCode,
    /// The same for all problems of the status.
    pub(crate) title: &'static str,
    /// What is wrong with this request, and what to do.
    pub(crate) detail: String,
    /// The bytes of the query that are at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) span: Option<Range<usize>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde wants")]
fn as_number<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        Self { status, title, detail: detail.into(), span: None }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    pub(crate) fn failed(error: &dyn std::error::Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
        }
        response
    }
}

impl From<ParseError> for Problem {
    fn from(error: ParseError) -> Self {
        let span = Some(error.span.clone());
        Self { span, ..Self::bad_request(error.to_string()) }
    }
}

impl From<InvalidNumber> for Problem {
    fn from(error: InvalidNumber) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<IndexError> for Problem {
    fn from(error: IndexError) -> Self {
        Self::failed(&error)
    }
}

impl From<EncodeError> for Problem {
    fn from(error: EncodeError) -> Self {
        Self::failed(&error)
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::NoPatent { .. } | QueryError::NoClaim { .. } => Self::not_found(error.to_string()),
            QueryError::Empty | QueryError::TooManyWords { .. } | QueryError::Option { .. } => {
                Self::bad_request(error.to_string())
            }
            QueryError::NotSemantic { .. } => Self::new(StatusCode::CONFLICT, error.to_string()),
            QueryError::Unsupported { .. } => Self::new(StatusCode::NOT_IMPLEMENTED, error.to_string()),
            QueryError::Engine(error) => Self::unavailable(error.to_string()),
            _ => Self::failed(&error),
        }
    }
}

impl From<Undone> for Problem {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Refused | Undone::TookTooLong(_) => Self::unavailable(undone.to_string()),
            Undone::Panicked => Self::failed(&undone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: QueryError, status: u16, retry: bool) {
        let response = Problem::from(error).into_response();
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers().contains_key(header::RETRY_AFTER), retry);
    }

    #[test]
    fn what_the_engine_cannot_do_is_no_fault_and_what_it_does_not_answer_may_be_asked_again() {
        let (engine, what, instead) = ("Milvus", "look for that".to_owned(), "leave it out".to_owned());
        check(QueryError::Unsupported { engine, what, instead }, 501, false);
        check(QueryError::Engine("no answer within 3 s".into()), 503, true);
        check(QueryError::Empty, 400, false);
    }
}
