//! `priorart completions`.

use clap::CommandFactory;

use crate::args::{Cli, CompletionsArgs};
use crate::outcome::Outcome;

/// Prints a completion script for the shell to standard output.
pub(crate) fn run(args: &CompletionsArgs) -> Outcome {
    clap_complete::generate(args.shell, &mut Cli::command(), "priorart", &mut std::io::stdout());
    Outcome::Done
}
