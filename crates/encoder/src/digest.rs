//! The SHA-256 of the weights file, which tells models apart.
//!
//! Reading half a gigabyte for it at every start would be felt, so the digest is kept beside the
//! file, in `<file>.sha256`, with the size and time of the file it was made from. Where the
//! directory cannot be written to, it is computed each time.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::error::{EncoderError, Result};
use crate::hash;

/// The digest of `path` in lower-case hex.
pub(crate) fn sha256(path: &Path) -> Result<String> {
    let fault = |source| EncoderError::Io { path: path.to_path_buf(), source };
    let stamp = stamp(path).map_err(fault)?;
    let sidecar = sidecar(path);
    if let Some(digest) = remembered(&sidecar, &stamp) {
        return Ok(digest);
    }
    let digest = hash::of_file(path).map_err(fault)?;
    // Only a shortcut is lost where this fails, as in a read-only directory.
    let _ = fs_err::write(sidecar, format!("{digest} {stamp}\n"));
    Ok(digest)
}

fn sidecar(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".sha256");
    name.into()
}

/// What changes when the file does: its size and its time.
fn stamp(path: &Path) -> std::io::Result<String> {
    let meta = fs_err::metadata(path)?;
    let modified = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{} {}", meta.len(), modified.as_nanos()))
}

fn remembered(sidecar: &Path, stamp: &str) -> Option<String> {
    let line = fs_err::read_to_string(sidecar).ok()?;
    let (digest, made_from) = line.trim_end().split_once(' ')?;
    (made_from == stamp && digest.len() == 64).then(|| digest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn is_computed_once_and_again_when_the_file_changes() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("model.safetensors");
        fs_err::write(&file, "abc").unwrap();
        assert_eq!(sha256(&file).unwrap(), OF_ABC);

        // What was remembered is what is answered: the sidecar is in use.
        let forged = fs_err::read_to_string(sidecar(&file)).unwrap().replace(OF_ABC, &"0".repeat(64));
        fs_err::write(sidecar(&file), forged).unwrap();
        assert_eq!(sha256(&file).unwrap(), "0".repeat(64));

        fs_err::write(&file, "abcd").unwrap();
        assert_ne!(sha256(&file).unwrap(), "0".repeat(64));
    }

    #[test]
    fn a_torn_sidecar_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("model.safetensors");
        fs_err::write(&file, "abc").unwrap();
        fs_err::write(sidecar(&file), "ba78").unwrap();
        assert_eq!(sha256(&file).unwrap(), OF_ABC);
    }
}
