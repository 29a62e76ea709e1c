//! What a fetch tells while it works.

use std::fmt;

/// Hears of a fetch as it goes. `()` is deaf.
pub trait Progress {
    /// `done` of `total` bytes of `file` are here; bytes kept from an earlier attempt count as done.
    /// `total` is `None` where the server does not say.
    fn advance(&self, file: &str, done: u64, total: Option<u64>);

    /// Something that a user should know but that is no error.
    fn note(&self, note: &Note) {
        let _ = note;
    }
}

impl Progress for () {
    fn advance(&self, _file: &str, _done: u64, _total: Option<u64>) {}
}

/// A turn that a fetch took.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// Another process is fetching the same model; this one waits for it.
    Waiting {
        /// The model's name.
        name: String,
    },
    /// A connection was cut and is made again from where it stopped.
    Resuming {
        /// The file's name.
        file: String,
        /// Bytes on disk.
        done: u64,
        /// What the connection died of.
        reason: String,
    },
    /// The hub is out of reach; the packaged weights are fetched.
    FallingBack {
        /// The hub's error.
        reason: String,
        /// The model that is fetched.
        to: String,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting { name } => write!(f, "another process is fetching {name}: waiting for it"),
            Self::Resuming { file, done, reason } => {
                write!(f, "{file}: cut off after {done} bytes ({reason}), going on")
            }
            Self::FallingBack { reason, to } => write!(f, "{reason}: fetching packaged weights of {to}"),
        }
    }
}
