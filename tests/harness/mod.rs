//! One harness for the boundary of the binary: a temporary directory, the command, and what it printed.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of the harness")]
#![allow(clippy::print_stderr, reason = "what is skipped is said loudly")]

pub mod server;

use std::io::Write;
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
        Self::new(tiny_model())
    }

    /// A bench with the real weights; `None`, loudly, where they are not on this machine.
    pub fn with_real_model() -> Option<Self> {
        let model = real_model();
        if model.is_none() {
            eprintln!("SKIPPED: no real weights; run `priorart model fetch` first");
        }
        model.map(Self::new)
    }

    fn new(model: PathBuf) -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary directory"), model }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn model(&self) -> &Path {
        &self.model
    }

    pub fn index(&self) -> PathBuf {
        self.path().join("index")
    }

    /// The binary, told which index and model to use and nothing of the user's own settings.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = binary();
        command
            .current_dir(self.path())
            .env("PRIORART_INDEX", self.index())
            .env("PRIORART_MODEL", &self.model)
            .env("PRIORART_DEVICE", "cpu")
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

    /// Runs with a text on standard input.
    pub fn typed(&self, args: &[&str], input: &str) -> Run {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // The history of a session goes to the home directory.
        command.env("HOME", self.path());
        let mut child = command.spawn().expect("the binary starts");
        child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("it reads");
        Run::from(child.wait_with_output().expect("it ends"))
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
    for name in ["INDEX", "MODEL", "DEVICE", "CONFIG", "ENGINE"].map(|name| format!("PRIORART_{name}")) {
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
    models.first().and_then(|model| model["path"].as_str()).map(PathBuf::from)
}

/// The tiny random-weight model.
pub fn tiny_model() -> PathBuf {
    workspace().join("crates/encoder/tests/fixtures/tiny")
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder to read") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Flips the lowest bit of the last byte: another model, and not much of one.
pub fn change_a_weight(file: &Path) {
    let mut bytes = std::fs::read(file).expect("weights");
    *bytes.last_mut().expect("weights are not empty") ^= 1;
    std::fs::write(file, bytes).expect("weights can be written");
}

/// A file system in memory that is soon full; unmounted when dropped.
pub struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None`, loudly, where mounting is not allowed.
    pub fn mount(mebibytes: u32) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let size = format!("size={mebibytes}m");
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(dir.path()).output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Self(dir));
        }
        eprintln!("SKIPPED: a full disk; mounting a tmpfs is not allowed here");
        None
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Fills what is left but for some 100 KB.
    pub fn fill(file: &Path) {
        let mut out = std::fs::File::create(file).expect("a file");
        let block = vec![0_u8; 1 << 16];
        let mut written: u64 = 0;
        while out.write_all(&block).is_ok() {
            written += block.len() as u64;
        }
        out.set_len(written.saturating_sub(100_000)).expect("a shorter file");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What is left mounted is a temporary directory.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}
