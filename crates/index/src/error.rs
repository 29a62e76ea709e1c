//! Everything that can go wrong with an index.

use std::io;
use std::path::PathBuf;

use crate::ModelStamp;

/// What went wrong with an index, where, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Reading or writing failed; the message of `source` names the file.
    #[error("{source}{}", advice(source))]
    Io {
        /// The failure, with the path in its message.
        #[from]
        source: io::Error,
    },
    /// There is no index in this directory.
    #[error("{path}: no index here; make one with `priorart index DUMP`")]
    Missing {
        /// The directory that was to be an index.
        path: PathBuf,
    },
    /// What was to be made is there already.
    #[error("{path}: exists already; give a name that is not taken")]
    Exists {
        /// The file or directory.
        path: PathBuf,
    },
    /// Another writer has the index open.
    #[error("{path}: another writer holds this index (process {holder}); wait for it to end, or stop it")]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The process that holds it, as it wrote itself down.
        holder: String,
    },
    /// A file is not what the commit wrote.
    #[error("{path}: damaged: {what}; run `priorart check --repair`, or restore a backup")]
    Damaged {
        /// The damaged file.
        path: PathBuf,
        /// What was found in it.
        what: String,
    },
    /// The index holds the embeddings of another model.
    #[error("the index was embedded by {index}, not by {given}; give that model, or make a new index")]
    ModelMismatch {
        /// The model whose embeddings are in the index.
        index: Box<ModelStamp>,
        /// The model that was given.
        given: Box<ModelStamp>,
    },
    /// Vectors were given before the model that made them.
    #[error("vectors were given but no model is set; call `set_model` first")]
    NoModel,
    /// A vector has another length than the model's.
    #[error("vector {position} has {found} dimensions where the index has {expected}")]
    Dimension {
        /// Which of the vectors given.
        position: usize,
        /// Its length.
        found: usize,
        /// The dimension of the index.
        expected: usize,
    },
    /// A vector cannot be normalised: it is zero, infinite or not a number.
    #[error("vector {position} cannot be normalised: it is zero or not finite")]
    NotFinite {
        /// Which of the vectors given.
        position: usize,
    },
    /// There are not as many vectors as passages.
    #[error("{number}: {vectors} vectors for {passages} passages")]
    VectorCount {
        /// The patent, or the segment and range, that they are for.
        number: String,
        /// Vectors given.
        vectors: usize,
        /// Passages there are.
        passages: usize,
    },
    /// Vectors were given for passages that do not exist or have vectors already.
    #[error(
        "segment {segment}: passages {first}..{end} do not exist or have vectors already; ask for `gaps` again"
    )]
    NotAGap {
        /// The segment.
        segment: u32,
        /// First passage of the range given.
        first: u32,
        /// One past the last passage of the range given.
        end: u32,
    },
    /// No such patent or passage in this generation.
    #[error("no {what} {ordinal} in segment {segment} of generation {generation}")]
    NoSuch {
        /// "patent", "passage" or "segment".
        what: &'static str,
        /// The segment asked for.
        segment: u32,
        /// The ordinal asked for.
        ordinal: u32,
        /// The generation that was read.
        generation: u64,
    },
    /// The keyword index failed.
    #[error("{path}: keyword index: {source}")]
    Keyword {
        /// The directory of the keyword index.
        path: PathBuf,
        /// What tantivy said.
        source: tantivy::TantivyError,
    },
    /// The catalogue failed.
    #[error(
        "{path}: catalogue: {source}; remove the directory, it is rebuilt when the index is next written to"
    )]
    Catalogue {
        /// The directory of the catalogue.
        path: PathBuf,
        /// What sled said.
        source: sled::Error,
    },
    /// An earlier failure left this writer without a state to go on from.
    #[error("{path}: an earlier write failed; open the index again to go on from generation {generation}")]
    Failed {
        /// The index.
        path: PathBuf,
        /// The generation that is committed.
        generation: u64,
    },
    /// Commits kept replacing what was being opened.
    #[error("{path}: the index changed while it was being opened; try again")]
    Busy {
        /// The index.
        path: PathBuf,
    },
}

impl IndexError {
    pub(crate) fn damaged(path: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.into(), what: what.into() }
    }
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; the last committed generation is whole: free some space and run the same command again"
        }
        io::ErrorKind::PermissionDenied => "; check who owns the index",
        _ => "",
    }
}
