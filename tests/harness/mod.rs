//! One harness for the boundary of the binary: a temporary directory, the command, and what it printed.

#![allow(dead_code, reason = "each test file uses its own part of the harness")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The index that a test builds, and the binary that works on it.
pub struct Bench {
    dir: tempfile::TempDir,
    model: PathBuf,
}

impl Bench {
    /// A bench with the tiny random-weight model: real code, meaningless distances, quick.
    pub fn with_tiny_model() -> Self {
        Self::new(workspace().join("crates/encoder/tests/fixtures/tiny"))
    }

    /// A bench with the real weights; `None`, loudly, where they are not on this machine.
    pub fn with_real_model() -> Option<Self> {
        match real_model() {
            Some(model) => Some(Self::new(model)),
            None => {
                eprintln!("SKIPPED: no real weights; run `priorart model fetch` first");
                None
            }
        }
    }

    fn new(model: PathBuf) -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary directory"), model }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn index(&self) -> PathBuf {
        self.path().join("index")
    }

    /// The binary, told which index and model to use and nothing of the user's own settings.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = binary();
        command
            .current_dir(self.path())
            .args(["--index".as_ref(), self.index().as_os_str()])
            .args(["--model".as_ref(), self.model.as_os_str()])
            .args(["--device", "cpu"])
            .args(args);
        command
    }

    /// Runs to the end, whatever the exit code.
    pub fn run(&self, args: &[&str]) -> Run {
        Run::of(&mut self.command(args))
    }

    /// Runs and requires exit code 0.
    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, Some(0), "{args:?} failed: {}", run.stderr);
        run
    }

    /// Starts and does not wait.
    pub fn spawn(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts")
    }

    /// The objects that a command prints with `--json`, one a line.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Vec<Value> {
        self.run(&[args, &["--json"]].concat()).json()
    }

    /// `stats --json`.
    #[track_caller]
    pub fn stats(&self) -> Value {
        self.json(&["stats"]).pop().expect("stats prints one object")
    }

    /// The publication numbers of a search's hits, best first.
    #[track_caller]
    pub fn numbers(&self, args: &[&str]) -> Vec<String> {
        let hits = self.json(&[&["search"], args].concat());
        hits.iter().map(|hit| hit["number"].as_str().expect("a number").to_owned()).collect()
    }
}

/// What a finished command left behind.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn of(command: &mut Command) -> Self {
        command.output().map(Self::from).expect("the binary starts")
    }

    #[track_caller]
    pub fn json(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|e| panic!("{e} in {line:?}; {}", self.stderr))
            })
            .collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The binary without the caller's own configuration.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_priorart"));
    for name in ["PRIORART_INDEX", "PRIORART_MODEL", "PRIORART_DEVICE", "PRIORART_CONFIG"] {
        command.env_remove(name);
    }
    command
}

/// The workspace's root.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/cli lies two below").to_owned()
}

/// A file of the sample patents.
pub fn sample(name: &str) -> String {
    workspace().join("data").join(name).to_string_lossy().into_owned()
}

/// A folder of the shared real patents; `None`, loudly, where it is absent.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PRIORART_SHARED")
        .map_or_else(|| workspace().join("../shared"), |root| workspace().join(root));
    let path = root.join(folder);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is absent; set PRIORART_SHARED", path.display());
    None
}

fn real_model() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("PRIORART_TEST_MODEL_DIR") {
        return Some(dir.into());
    }
    let run = Run::of(binary().args(["model", "list", "--json"]));
    let models = run.json();
    models.first().and_then(|model| model["dir"].as_str()).map(PathBuf::from)
}
