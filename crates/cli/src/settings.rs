//! The flags, the environment and `priorart.toml` as one checked whole.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result};
use priorart_encoder::{GpuFloats, LoadOptions, Precision};
use serde::Deserialize;

use crate::args::Shared;

/// The index used where none is named.
const DEFAULT_INDEX: &str = "priorart.index";
/// The index that the demo makes where none is named.
const DEMO_INDEX: &str = "priorart-demo.index";
/// The file of defaults looked for in the working directory.
const CONFIG_FILE: &str = "priorart.toml";

/// What every command works with.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The index's directory.
    pub(crate) index: PathBuf,
    /// The model the user asked for, if any.
    pub(crate) model: Option<String>,
    /// Where and how exactly the model runs.
    pub(crate) load: LoadOptions,
    /// Machine-readable output.
    pub(crate) json: bool,
    /// Results and errors only.
    pub(crate) quiet: bool,
    /// More about what is being done.
    pub(crate) verbose: bool,
}

/// `priorart.toml`: defaults that the environment and the flags override.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    index: Option<PathBuf>,
    model: Option<String>,
    device: Option<String>,
    precision: Option<String>,
}

impl Settings {
    /// Flags win over the environment (clap sees to that), both over the file, the file over the defaults.
    pub(crate) fn from_shared(shared: Shared) -> Result<Self> {
        let file = ConfigFile::find(shared.config.as_deref())?;
        let device = or_parsed(shared.device, file.device.as_deref(), "device")?.unwrap_or_default();
        let precision = or_parsed(shared.precision, file.precision.as_deref(), "precision")?;
        // A GPU has a choice of its own, unless the user insists.
        let gpu_floats = if precision == Some(Precision::F32) { GpuFloats::F32 } else { GpuFloats::Auto };
        let load = LoadOptions { device, precision: precision.unwrap_or_default(), gpu_floats };
        Ok(Self {
            index: shared.index.or(file.index).unwrap_or_else(|| DEFAULT_INDEX.into()),
            model: shared.model.or(file.model),
            load,
            json: shared.json,
            quiet: shared.quiet,
            verbose: shared.verbose,
        })
    }

    /// The same with an index of the demo's own, unless one was named.
    pub(crate) fn for_demo(self) -> Self {
        let index = if self.index == Path::new(DEFAULT_INDEX) { DEMO_INDEX.into() } else { self.index };
        Self { index, ..self }
    }

    /// Says something on standard error that is neither a result nor an error.
    pub(crate) fn note(&self, text: impl std::fmt::Display) {
        if !self.quiet {
            anstream::eprintln!("{text}");
        }
    }
}

/// What was asked for, or else what the file of defaults says under `key`.
fn or_parsed<T>(asked: Option<T>, text: Option<&str>, key: &str) -> Result<Option<T>>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    match (asked, text) {
        (None, Some(text)) => text.parse().map(Some).with_context(|| format!("`{key}` in {CONFIG_FILE}")),
        (asked, _) => Ok(asked),
    }
}

impl ConfigFile {
    /// A file that was named must be there; the one in the working directory need not.
    fn find(named: Option<&Path>) -> Result<Self> {
        match named {
            Some(path) => Self::read(path),
            None if Path::new(CONFIG_FILE).exists() => Self::read(Path::new(CONFIG_FILE)),
            None => Ok(Self::default()),
        }
    }

    fn read(path: &Path) -> Result<Self> {
        let text = fs_err::read_to_string(path)?;
        toml::from_str(&text)
            .with_context(|| format!("{}: not a configuration file of priorart", path.display()))
    }
}
