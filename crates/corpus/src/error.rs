//! What can go wrong with a dump as a whole.

use std::io;

/// Why a dump cannot be read, or not to its end. What was read before stands.
///
/// A record that is no patent is no error: it is reported as [`Record::Skipped`](crate::Record::Skipped).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorpusError {
    /// The file cannot be opened or read.
    #[error("{file}: cannot be read at byte {offset}: {source}")]
    Io {
        /// The dump; an entry of an archive is written "archive.zip!entry.xml".
        file: String,
        /// How far it was read, in the decompressed file.
        offset: u64,
        /// The operating system's or the decompressor's reason.
        source: io::Error,
    },
    /// The file holds nothing.
    #[error("{file}: is empty; fetch it again")]
    Empty {
        /// The file.
        file: String,
    },
    /// The file is none of the formats that can be read.
    #[error(
        "{file}: is no patent dump that can be read (it begins {start:?}); `priorart formats` lists what can be, plain, zipped or in a folder"
    )]
    UnknownFormat {
        /// The file.
        file: String,
        /// Its first characters.
        start: String,
    },
    /// The archive is damaged or cut off.
    #[error("{file}: the zip archive is damaged or cut off: {message}; fetch it again")]
    Archive {
        /// The archive.
        file: String,
        /// What the archive reader said.
        message: String,
    },
    /// The file is not read, for a reason of ours.
    #[error("{file}: is not read: {why}")]
    Refused {
        /// The file.
        file: String,
        /// Why, and what to do.
        why: String,
    },
    /// The archive or the folder holds no dump.
    #[error("{file}: holds no patent dump; `priorart formats` lists what it may hold, plain or zipped")]
    NothingInside {
        /// The archive or folder.
        file: String,
    },
}

impl CorpusError {
    /// The file; an entry of an archive is written "archive.zip!entry.xml".
    pub fn file(&self) -> &str {
        match self {
            Self::Io { file, .. }
            | Self::Empty { file }
            | Self::UnknownFormat { file, .. }
            | Self::Archive { file, .. }
            | Self::Refused { file, .. }
            | Self::NothingInside { file } => file,
        }
    }
}
