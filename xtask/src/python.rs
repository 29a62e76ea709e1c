//! Virtual environments with packages from the Python registry, for tests and benchmarks.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::shell::{command, require, target};
use crate::system;
use crate::tally::Tally;

/// What tests need: the name of an environment, and its packages. A test finds it as `target/python/NAME` and says so
/// where it is absent.
const ENVIRONMENTS: [(&str, &[&str]); 3] = [
    ("milvus", &["milvus-lite==3.2.2", "pymilvus==3.0.2", "setuptools<81"]),
    ("milvus-server", &["milvus==2.3.5", "setuptools<81"]),
    ("ray", &["ray==2.*", "moto[s3]==5.*", "flask", "flask-cors"]),
];

/// What Debian leaves out of its Python.
const VENV: [&str; 1] = ["python3-venv"];

/// Makes the environments of the tests where there is Python and a registry.
pub(crate) fn install(tally: &mut Tally) -> Result<()> {
    for (name, packages) in ENVIRONMENTS {
        environment(name, packages, tally)?;
    }
    Ok(())
}

/// The Python of the environment `target/python/NAME`; `None`, loudly, where it cannot be made.
pub(crate) fn environment(name: &str, packages: &[&str], tally: &mut Tally) -> Result<Option<PathBuf>> {
    system::install(tally, &VENV)?;
    let python = venv(&target().join("python").join(name), packages);
    if let Err(error) = &python {
        tally.skip(&format!("installing {packages:?}: {error:#}"));
    }
    Ok(python.ok())
}

/// The Python of the environment in `dir`, made where it is absent.
pub(crate) fn venv(dir: &Path, packages: &[&str]) -> Result<PathBuf> {
    let python = dir.join("bin/python");
    if !python.exists() {
        require(&mut command("python3", &["-m", "venv", &dir.to_string_lossy()]))?;
    }
    let mut install = Command::new(&python);
    require(install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages))?;
    Ok(python)
}
