//! What can go wrong with Milvus.

use std::time::Duration;

use milvus::v2::error::Error;
use priorart_index::{IndexError, ModelStamp};
use priorart_query::QueryError;

/// What went wrong, where, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MilvusError {
    /// There is no server, or the connection was lost and could not be made again.
    #[error("{at}: cannot be reached: {what}; see that Milvus runs there, and whether it expects TLS")]
    Unreachable {
        /// The server.
        at: String,
        /// What the connection said.
        what: String,
    },
    /// The server took too long.
    #[error("{at}: no answer within {} s; try again, or allow more with ?timeout=SECONDS", limit.as_secs_f64())]
    Slow {
        /// The server.
        at: String,
        /// How long was waited.
        limit: Duration,
    },
    /// User or password are not the server's.
    #[error(
        "{at}: user or password is wrong, or may not do this; give them in the address or in MILVUS_USER and MILVUS_PASSWORD"
    )]
    Refused {
        /// The server.
        at: String,
    },
    /// There is no such collection.
    #[error("{at}: there is no such collection; make it with `priorart push --to {at}`")]
    NoCollection {
        /// Server and collection.
        at: String,
    },
    /// The collection was made by something else.
    #[error("{at}: the collection was not made by priorart: {what}; name another one")]
    Foreign {
        /// Server and collection.
        at: String,
        /// What is missing in it.
        what: &'static str,
    },
    /// The collection holds the embeddings of another model.
    #[error(
        "{at}: the collection was embedded by {collection}, not by {given}; give that model, or name another collection"
    )]
    ModelMismatch {
        /// Server and collection.
        at: String,
        /// The model of the collection.
        collection: Box<ModelStamp>,
        /// The model of what was given.
        given: Box<ModelStamp>,
    },
    /// A vector has another length than those of the collection.
    #[error("{at}: a vector has {found} dimensions where the collection has {expected}")]
    Dimension {
        /// Server and collection.
        at: String,
        /// Its length.
        found: usize,
        /// That of the collection.
        expected: usize,
    },
    /// More than one answer can hold.
    #[error("{at}: an answer is too large: {what}")]
    TooLarge {
        /// Server and collection.
        at: String,
        /// How large it is.
        what: String,
    },
    /// Passages without vectors, which Milvus cannot hold.
    #[error("{number}: {missing} of its passages have no embeddings; run `priorart embed` first")]
    NoVectors {
        /// The patent.
        number: String,
        /// How many.
        missing: usize,
    },
    /// The server said something else.
    #[error("{at}: Milvus says: {what}")]
    Server {
        /// Server and collection.
        at: String,
        /// Its message.
        what: String,
    },
    /// The index that is pushed cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The push was told to stop.
    #[error("stopped; the same command goes on from here")]
    Stopped,
}

impl From<MilvusError> for QueryError {
    fn from(error: MilvusError) -> Self {
        Self::Engine(Box::new(error))
    }
}

/// What an error of the client is for whoever asked.
pub(crate) fn told(at: &str, limit: Duration, error: &Error) -> MilvusError {
    let at = at.to_owned();
    match error {
        Error::RetryExhausted { source, .. } => told(&at, limit, source),
        Error::Timeout(_) => MilvusError::Slow { at, limit },
        Error::Grpc(status) => of_transport(at, limit, status.code() as i32, status.message()),
        Error::Server(error) => of_server(at, error.code(), error.legacy_code(), error.reason()),
        other => MilvusError::Server { at, what: other.to_string() },
    }
}

/// Codes of gRPC.
fn of_transport(at: String, limit: Duration, code: i32, message: &str) -> MilvusError {
    match code {
        // Cancelled, deadline exceeded.
        1 | 4 => MilvusError::Slow { at, limit },
        // Permission denied, unauthenticated.
        7 | 16 => MilvusError::Refused { at },
        // Unknown, which is what a connection that breaks in the middle gives, and unavailable.
        2 | 14 => MilvusError::Unreachable { at, what: message.to_owned() },
        // Resource exhausted and out of range, by which both ends tell of messages that are too large.
        8 | 11 if message.contains("larg") => MilvusError::TooLarge { at, what: message.to_owned() },
        _ => MilvusError::Server { at, what: message.to_owned() },
    }
}

/// Codes of Milvus 2.3 and later, and before those.
fn of_server(at: String, code: i32, legacy: i32, reason: &str) -> MilvusError {
    match (code, legacy) {
        (100, _) | (_, 4) => MilvusError::NoCollection { at },
        (1400 | 1401, _) | (_, 3) => MilvusError::Refused { at },
        _ => MilvusError::Server { at, what: reason.to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: &MilvusError, expected: &str) {
        let told = error.to_string();
        assert!(told.contains(expected), "{told}");
    }

    #[test]
    fn what_the_connection_says_is_told_in_plain_words() {
        let told = |code| of_transport("milvus://a:1/c".into(), Duration::from_secs(3), code, "broken pipe");
        for (code, expected) in [
            (1, "no answer within 3 s"),
            (4, "no answer within 3 s"),
            (2, "cannot be reached: broken pipe"),
            (14, "cannot be reached: broken pipe"),
            (7, "user or password is wrong"),
            (16, "user or password is wrong"),
            (3, "Milvus says: broken pipe"),
        ] {
            check(&told(code), expected);
        }
        let large = "decoded message length too large: found 5000000 bytes, the limit is: 4194304 bytes";
        let told = of_transport("milvus://a:1/c".into(), Duration::from_secs(3), 11, large);
        assert!(matches!(told, MilvusError::TooLarge { .. }), "{told}");
    }

    #[test]
    fn what_the_server_says_is_told_in_plain_words() {
        let told = |code, legacy| of_server("milvus://a:1/c".into(), code, legacy, "no such thing");
        for ((code, legacy), expected) in [
            ((100, 0), "there is no such collection; make it with `priorart push --to milvus://a:1/c`"),
            ((1, 4), "there is no such collection"),
            ((1400, 0), "user or password is wrong"),
            ((1, 3), "user or password is wrong"),
            ((1100, 1), "Milvus says: no such thing"),
        ] {
            check(&told(code, legacy), expected);
        }
    }
}
