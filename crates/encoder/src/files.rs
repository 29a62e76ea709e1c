//! Reading the JSON files of a model directory.

use std::io::ErrorKind;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::error::{EncoderError, Result};

/// Reads a JSON file that must be there.
pub(crate) fn read_json<T: DeserializeOwned>(dir: &Path, file: &'static str) -> Result<T> {
    read_json_if_present(&dir.join(file))?
        .ok_or_else(|| EncoderError::MissingFile { dir: dir.to_path_buf(), file })
}

/// Reads a JSON file; `None` where there is none.
pub(crate) fn read_json_if_present<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let bytes = match fs_err::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(EncoderError::Io { path: path.to_path_buf(), source });
        }
    };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| EncoderError::Config { path: path.to_path_buf(), message: error.to_string() })
}
