//! The writer as a process of its own: this test binary again, told by the environment which index to write.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::model::check;
use crate::script::{play, script};

/// Which index the child writes.
const INDEX: &str = "PRIORART_FAULTS_INDEX";

/// How many steps of the script it does; to the end where nothing is said.
pub(crate) const STEPS: &str = "PRIORART_FAULTS_STEPS";

/// The exit code of a child that was refused, after it has said why.
pub(crate) const REFUSED: i32 = 3;

/// What a child did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    /// What it said: the steps that it began, and the generations that it committed.
    said: String,
    pub(crate) errors: String,
}

impl Outcome {
    /// The last generation that it said it had committed.
    pub(crate) fn committed(&self) -> Option<u64> {
        Some(self.last("committed ")?.parse().unwrap())
    }

    /// The calls that were made to fail: name and file.
    pub(crate) fn failed_calls(&self) -> Vec<(&str, &Path)> {
        let calls = self.said.lines().filter_map(|line| line.strip_prefix("failed ")?.split_once(' '));
        calls.map(|(name, path)| (name, Path::new(path))).collect()
    }

    /// The kind of step that it was at.
    pub(crate) fn step(&self) -> &str {
        self.last("step ").unwrap_or("open")
    }

    fn last(&self, prefix: &str) -> Option<&str> {
        self.said.lines().rev().find_map(|line| line.strip_prefix(prefix))
    }
}

/// Starts to play the script on an index.
pub(crate) fn start(index: &Path) -> Child {
    command(index).spawn().unwrap()
}

/// The child, not yet started.
pub(crate) fn command(index: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child::the_script_plays", "--nocapture"]);
    command.env(INDEX, index).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Waits for the child to end, having heard so much of what it says.
pub(crate) fn end(child: Child, heard: String) -> Outcome {
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    Outcome { status: output.status, said: heard + &String::from_utf8_lossy(&output.stdout), errors }
}

fn steps() -> usize {
    std::env::var(STEPS).map_or(usize::MAX, |steps| steps.parse().unwrap())
}

/// The child's part where the environment names an index; else the script on an index that nothing befalls.
#[test]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is how the child reports")]
fn the_script_plays() {
    if let Some(index) = std::env::var_os(INDEX) {
        // The test harness leaves its line open.
        println!();
        let index = Path::new(&index);
        #[cfg(target_os = "linux")]
        crate::writes::prepare_failure(index);
        match play(index, steps(), &mut |line| println!("{line}")) {
            Ok(()) => return,
            Err(error) => {
                eprintln!("{error}");
                std::process::exit(REFUSED);
            }
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let mut generations = 0;
    play(dir.path(), usize::MAX, &mut |line| {
        if line.starts_with("committed") {
            generations += 1;
            assert_eq!(check(dir.path()).unwrap(), generations);
        }
    })
    .unwrap();
    assert_eq!(generations, script().len() as u64);
}
