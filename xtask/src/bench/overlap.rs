//! `cargo xtask bench overlap`.

use anyhow::Result;

use super::need_shared;
use super::peers::{Engine, build};
use crate::model::reference_model;
use crate::shell::require;

/// Real patents whose passages are compared.
const DUMPS: [&str; 2] = ["data/uspto/grants-v4", "data/uspto/applications-v4"];

/// Once is enough: the same texts give the same vectors.
pub(crate) fn run(passages: u32) -> Result<()> {
    build()?;
    let (model, passages) = (reference_model()?.display().to_string(), passages.to_string());
    let dumps = DUMPS.map(need_shared).into_iter().collect::<Result<Vec<_>>>()?;
    let dumps: Vec<String> = dumps.iter().map(|path| path.display().to_string()).collect();
    let mut args = vec!["--model", &model, "--count", &passages];
    args.extend(dumps.iter().map(String::as_str));
    require(&mut Engine::ours("overlap", "bench-overlap", &args).command())
}
