//! `priorart eval`.

mod classify;
mod retrieval;
mod sts;
mod tune;

use anyhow::Result;

use crate::args::EvalCommand;
use crate::outcome::Outcome;
use crate::settings::Settings;

/// Runs one of the evaluations.
pub(crate) fn run(settings: &Settings, command: &EvalCommand) -> Result<Outcome> {
    match command {
        EvalCommand::Sts(args) => sts::run(settings, args),
        EvalCommand::Classify(args) => classify::run(settings, args),
        EvalCommand::Retrieval(args) => retrieval::run(settings, args),
        EvalCommand::Tune(args) => tune::run(settings, args),
    }
}
