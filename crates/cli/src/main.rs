//! The `priorart` binary: arguments in, tables out.

#![expect(clippy::print_stdout, reason = "a command line prints")]

mod args;
mod asked;
mod commands;
mod engine;
mod grouped;
mod hits;
mod interrupt;
mod line_editor;
mod outcome;
mod output;
mod progress;
mod query_model;
mod rerank_model;
mod settings;
mod texts;
mod weights;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::args::{Cli, Command};
use crate::outcome::Outcome;
use crate::settings::Settings;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(outcome) => outcome.into(),
        Err(error) => outcome::report(&error),
    }
}

fn run(cli: Cli) -> Result<Outcome> {
    let settings = Settings::from_shared(cli.shared)?;
    match cli.command {
        Command::Demo => commands::demo::run(&settings.for_demo()),
        Command::Model(command) => commands::model::run(&settings, command),
        Command::Encode(args) => commands::encode::run(&settings, &args),
        Command::Formats => commands::formats::run(&settings),
        Command::Parse(args) => commands::parse::run(&settings, &args),
        Command::Index(args) => commands::index::run(&settings, &args),
        Command::Embed(args) => commands::embed::run(&settings, &args),
        Command::Parts(command) => commands::parts::run(&settings, &command),
        Command::Search(args) => commands::search::run(&settings, &args),
        Command::Show(args) => commands::show::run(&settings, &args),
        Command::Chart(args) => commands::chart::run(&settings, &args),
        Command::Repl(args) => commands::repl::run(&settings, &args),
        Command::Watch(command) => commands::watch::run(&settings, &command),
        Command::Serve(args) => commands::serve::run(&settings, &args),
        Command::Cluster(args) => commands::cluster::run(&settings, &args),
        Command::Map(args) => commands::map::run(&settings, &args),
        Command::Push(args) => commands::push::run(&settings, &args),
        Command::Distance(args) => commands::distance::run(&settings, &args),
        Command::Classify(args) => commands::classify::run(&settings, &args),
        Command::Eval(command) => commands::eval::run(&settings, &command),
        Command::Cpc(args) => commands::cpc::run(&settings, &args),
        Command::Stats(args) => commands::stats::run(&settings, &args),
        Command::Check(args) => commands::check::run(&settings, &args),
        Command::Compact(args) => commands::compact::run(&settings, &args),
        Command::Backup(args) => commands::backup::run(&settings, &args),
        Command::Restore(args) => commands::restore::run(&settings, &args),
        Command::Train(args) => commands::train::run(&settings, &args),
        Command::Completions(args) => Ok(commands::completions::run(&args)),
    }
}
