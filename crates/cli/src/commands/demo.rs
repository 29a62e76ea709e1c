//! `priorart demo`: the main job on the sample patents, from nothing.

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use crate::args::{Cli, Command};
use crate::commands;
use crate::outcome::Outcome;
use crate::output::{styled, width};
use crate::settings::Settings;

/// The sample dumps, carried in the binary so that the demo runs anywhere.
const DUMPS: [(&str, &str); 2] = [
    ("grants.xml", include_str!("../../../../data/grants.xml")),
    ("applications.xml", include_str!("../../../../data/applications.xml")),
];

/// What each query shows, and how it is typed.
const QUERIES: [(&str, &[&str]); 3] = [
    (
        "Hybrid: no patent has these words in this sense. US99006007B2 says \"containment of canines\" and \
         \"virtual boundary\"; words alone miss it.",
        &["search", "invisible dog fence", "--limit", "5", "--explain"],
    ),
    (
        "Nearest patents: what is like a patent of the index; its family comes first.",
        &["search", "--like", "US99001204B2", "--limit", "3"],
    ),
    (
        "Keywords with filters: a class with all below it, and a cut-off date.",
        &["search", "battery cpc:H01M4 pd<2016-01-01", "--mode", "keyword", "--limit", "3"],
    ),
];

/// Fetches a model, indexes the sample dumps, answers three queries, and says what to try next.
pub(crate) fn run(settings: &Settings) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let mut dumps = Vec::new();
    for (name, content) in DUMPS {
        let path = folder.path().join(name);
        fs_err::write(&path, content)?;
        dumps.push(path);
    }
    index(settings, &dumps)?;
    for (what, typed) in QUERIES {
        heading(what, typed);
        type_in(settings, typed)?;
    }
    next(settings);
    Ok(Outcome::Done)
}

fn index(settings: &Settings, dumps: &[PathBuf]) -> Result<()> {
    heading(
        "Index the sample patents: parse, embed, build the graph and the keyword index.",
        &["index", "data/grants.xml", "data/applications.xml"],
    );
    let paths: Vec<String> = dumps.iter().map(|path| path.display().to_string()).collect();
    let mut typed = vec!["index"];
    typed.extend(paths.iter().map(String::as_str));
    type_in(settings, &typed)
}

/// Runs a command as if it had been typed.
fn type_in(settings: &Settings, typed: &[&str]) -> Result<()> {
    match Cli::parse_from(["priorart"].iter().chain(typed)).command {
        Command::Index(args) => commands::index::run(settings, &args)?,
        Command::Search(args) => commands::search::run(settings, &args)?,
        _ => unreachable!("the demo types nothing else"),
    };
    Ok(())
}

fn heading(what: &str, typed: &[&str]) {
    let words =
        typed.iter().map(|word| if word.contains(' ') { format!("'{word}'") } else { (*word).to_owned() });
    let command = format!("$ priorart {}", words.collect::<Vec<_>>().join(" "));
    println!("\n{}", textwrap::fill(what, width()));
    anstream::println!("{}\n", styled(anstyle::Style::new().bold(), &command));
}

fn next(settings: &Settings) {
    let index = settings.index.display();
    println!("The index stays in {index}. Try next:");
    println!("  priorart --index {index} search 'your own invention in words'");
    println!("  priorart --index {index} search 'clogged 3D printer nozzle' --explain");
    println!("  priorart --index {index} show US99006007B2");
    println!("  priorart index ipg240102.zip      # a weekly file of the USPTO");
}
