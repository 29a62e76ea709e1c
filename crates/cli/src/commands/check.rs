//! `priorart check`.

use anyhow::Result;
use priorart_index::{Checked, Fault, Repaired, WriterOptions};

use crate::args::CheckArgs;
use crate::outcome::Outcome;
use crate::settings::Settings;

/// Reads everything, says what is wrong, and mends it where that is asked for.
pub(crate) fn run(settings: &Settings, args: &CheckArgs) -> Result<Outcome> {
    if args.repair { repair(settings) } else { check(settings) }
}

fn check(settings: &Settings) -> Result<Outcome> {
    let checked = priorart_index::check(&settings.index)?;
    if settings.json {
        println!("{}", serde_json::to_string(&checked)?);
    } else {
        print_checked(settings, &checked);
    }
    Ok(if checked.faults.is_empty() { Outcome::Done } else { Outcome::Incomplete })
}

fn print_checked(settings: &Settings, checked: &Checked) {
    checked.faults.iter().for_each(print);
    if checked.faults.is_empty() {
        println!("{}: generation {} is whole", settings.index.display(), checked.generation);
    } else {
        settings.note("`priorart check --repair` mends what can be mended");
    }
    if !checked.catalogue && checked.generation > 0 {
        settings.note("the catalogue was not checked: a writer has it open");
    }
}

fn repair(settings: &Settings) -> Result<Outcome> {
    let repaired = priorart_index::repair(&settings.index, WriterOptions::default())?;
    if settings.json {
        println!("{}", serde_json::to_string(&repaired)?);
    } else {
        print_repaired(settings, &repaired);
    }
    let is_whole = repaired.lost.is_empty() && repaired.faults.iter().all(|fault| fault.mended.is_some());
    Ok(if is_whole { Outcome::Done } else { Outcome::Incomplete })
}

fn print_repaired(settings: &Settings, repaired: &Repaired) {
    repaired.faults.iter().for_each(print);
    for number in &repaired.lost {
        println!("lost: {number}");
    }
    println!("{}: generation {}", settings.index.display(), repaired.generation);
    if !repaired.lost.is_empty() {
        settings.note("index the dumps of the lost patents again, or restore a backup");
    }
}

fn print(fault: &Fault) {
    println!("{}: {}", fault.file.display(), fault.what);
    if let Some(mended) = &fault.mended {
        println!("  {mended}");
    }
}
