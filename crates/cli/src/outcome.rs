//! How a command ended, as scripts see it.

use std::process::ExitCode;

use priorart_query::ParseError;

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done; a search found something.
    Done,
    /// Nothing was found.
    NothingFound,
    /// Some input could not be used; the rest was done.
    Incomplete,
}

const WRONG_USE: u8 = 2;
const FAILED: u8 = 3;

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::NothingFound => Self::from(1),
            Outcome::Incomplete => Self::from(FAILED),
        }
    }
}

/// Prints an error with its causes and tells wrong use from failure.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    anstream::eprintln!("error: {error:#}");
    let wrong_use = error.chain().any(|cause| cause.is::<ParseError>() || cause.is::<WrongUse>());
    ExitCode::from(if wrong_use { WRONG_USE } else { FAILED })
}

/// A reader that has seen enough (`priorart search … | head`) is no failure.
fn broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Something typed that makes no sense, found after the flags were parsed.
#[derive(Debug)]
pub(crate) struct WrongUse(pub(crate) String);

impl std::fmt::Display for WrongUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongUse {}
