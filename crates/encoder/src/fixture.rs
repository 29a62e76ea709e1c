//! The tiny model that unit tests load; `tests/fixtures/make_tiny.py` made it.

use std::path::{Path, PathBuf};

/// Its directory.
pub(crate) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tiny")
}
