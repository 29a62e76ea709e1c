//! The API as its clients see it: the official client of `OpenAI`, and schemathesis, which makes requests of what
//! the `OpenAPI` document says, right ones and wrong ones, and holds the answers to it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::python;
use crate::shell::{binary, command, require, root, target};
use crate::tally::Tally;

const PACKAGES: [&str; 2] = ["openai==3.57.0", "schemathesis==4.32.5"];

/// Cases of an operation in the gate.
const FEW: u32 = 15;

/// A step of the gate.
pub(crate) fn check(tally: &mut Tally) -> Result<()> {
    let Some(python) = python::environment("api", &PACKAGES, tally)? else {
        return Ok(());
    };
    let server = Server::start()?;
    let client = ["tests/api/openai_client.py", &server.url];
    require(&mut command(&python.to_string_lossy(), &client))?;
    schemathesis(&python, &server, FEW)
}

/// The same with so many cases of an operation.
pub(crate) fn fuzz(cases: u32) -> Result<()> {
    let python = python::environment("api", &PACKAGES, &mut Tally::default())?;
    let python = python.context("schemathesis is needed")?;
    schemathesis(&python, &Server::start()?, cases)
}

fn schemathesis(python: &Path, server: &Server, cases: u32) -> Result<()> {
    let (document, cases) = (format!("{}/api/openapi.json", server.url), cases.to_string());
    let config = root().join("tests/api/schemathesis.toml").to_string_lossy().into_owned();
    let run = ["--config-file", &config, "run", &document, "--max-examples", &cases];
    let quiet =
        ["--continue-on-failure", "--suppress-health-check", "all", "--seed", "1", "--request-timeout", "60"];
    let program = python.with_file_name("schemathesis");
    // It leaves the examples that it found in the folder it runs in.
    require(command(&program.to_string_lossy(), &run).args(quiet).current_dir(target()))
}

/// A server with the sample patents and the tiny model, which ends with this.
pub(crate) struct Server {
    child: Child,
    /// Such as `http://127.0.0.1:40123`.
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start() -> Result<Self> {
        let index = target().join("api.index");
        if index.exists() {
            std::fs::remove_dir_all(&index)?;
        }
        let (index, model) =
            (index.to_string_lossy().into_owned(), root().join("crates/encoder/tests/fixtures/tiny"));
        let shared = ["--index", &index, "--model", &model.to_string_lossy(), "--device", "cpu", "--quiet"];
        let program = binary("priorart").to_string_lossy().into_owned();
        // One of the records is broken, which the exit code tells.
        let _ = command(&program, &["index", "data/grants.xml", "data/applications.xml"])
            .args(shared)
            .status()?;
        Self::of(command(&program, &["serve", "--listen", "127.0.0.1:0", "--json"]).args(shared))
    }

    /// Starts `priorart serve --json` and waits until it listens.
    pub(crate) fn of(serve: &mut std::process::Command) -> Result<Self> {
        let mut child = serve.stdout(Stdio::piped()).spawn().context("the server cannot be started")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("it has an output")?).read_line(&mut line)?;
        let started: Value = serde_json::from_str(&line).context("the server has not started")?;
        let address = started["address"].as_str().context("the server names its address")?;
        Ok(Self { child, url: format!("http://{address}") })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
