//! The real weights.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell::{binary, command, output};

/// The model that the reference embeddings were made with: whatever the default is, tests and benchmarks
/// want this one.
const REFERENCE: &str = "sentence-transformers/all-mpnet-base-v2";

/// Its directory, fetched through the product where it is not at hand.
pub(crate) fn reference_model() -> Result<PathBuf> {
    let program = binary("priorart");
    let fetch = ["model", "fetch", REFERENCE, "--json"];
    let printed = output(&mut command(&program.to_string_lossy(), &fetch))?;
    let model: Value = serde_json::from_str(&printed).context("`priorart model fetch` printed no JSON")?;
    let path = model["path"].as_str().context("the model has a path")?;
    Ok(path.into())
}
