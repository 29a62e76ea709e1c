//! Programs from `PyPI`, in an environment of their own below `target`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::shell::{command, require, root, target};
use crate::system::install;
use crate::tally::Tally;

/// What Debian leaves out of its Python.
const VENV: [&str; 1] = ["python3-venv"];

/// Programs of a file of requirements.
pub(crate) struct Python {
    bin: PathBuf,
}

impl Python {
    /// Installs a file of requirements where that was not done yet; `None`, loudly, where it cannot be.
    pub(crate) fn with(requirements: &Path, tally: &mut Tally) -> Result<Option<Self>> {
        let dir = target().join("tools/python");
        let done = dir.join("requirements.txt");
        let wanted = std::fs::read(root().join(requirements))?;
        let python = Self { bin: dir.join("bin") };
        if std::fs::read(&done).is_ok_and(|own| own == wanted) {
            return Ok(Some(python));
        }
        install(tally, &VENV)?;
        let made = require(command("python3", &["-m", "venv", "--clear"]).arg(&dir));
        let pip = ["install", "--quiet", "--disable-pip-version-check", "--requirement"];
        let installed = made.and_then(|()| require(python.command("pip", &pip).arg(requirements)));
        if let Err(error) = installed {
            tally.skip(&format!("{}: {error:#}", requirements.display()));
            return Ok(None);
        }
        std::fs::write(done, wanted)?;
        Ok(Some(python))
    }

    /// One of its programs.
    pub(crate) fn command(&self, program: &str, args: &[&str]) -> std::process::Command {
        command(&self.bin.join(program).to_string_lossy(), args)
    }
}
