//! Finding what is wrong with an index, and mending it.

mod diagnose;
mod repair;
mod salvage;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::IndexError;
use diagnose::diagnose;

pub use repair::{Repaired, repair};

/// Something wrong with a file of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file, or a directory where it is about all that is in it.
    pub file: PathBuf,
    /// What is wrong with it.
    pub what: String,
    /// What was done about it; `None` where nothing was.
    pub mended: Option<String>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The generation that was checked; 0 where that cannot be told.
    pub generation: u64,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
    /// Whether the catalogue was checked as well: only the process that writes can open it.
    pub catalogue: bool,
}

impl Fault {
    /// What an error says, about the file that it names, else about `path`.
    fn of(error: &IndexError, path: &Path) -> Self {
        match error {
            IndexError::Damaged { path, what } => Self::new(path, what),
            IndexError::Keyword { path, source } => Self::new(path, source),
            IndexError::Catalogue { path, source } => Self::new(path, source),
            error => Self::new(path, error),
        }
    }

    fn new(path: &Path, what: &dyn ToString) -> Self {
        Self { file: path.to_owned(), what: what.to_string(), mended: None }
    }
}

/// Reads every file of the committed generation and says what is wrong with it.
///
/// # Errors
/// Where there is no index, or its directory cannot be read.
pub fn check(index: &Path) -> Result<Checked, IndexError> {
    match diagnose(index) {
        Ok(diagnosis) => Ok(Checked {
            generation: diagnosis.manifest.generation,
            catalogue: diagnosis.lock.is_some(),
            faults: diagnosis.faults,
        }),
        Err(error @ IndexError::Damaged { .. }) => {
            let faults = vec![Fault::of(&error, index)];
            Ok(Checked { generation: 0, faults, catalogue: false })
        }
        Err(error) => Err(error),
    }
}
