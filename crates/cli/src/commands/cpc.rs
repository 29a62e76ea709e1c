//! `priorart cpc`.

use anyhow::{Context, Result};
use priorart_query::cpc::{self, Entry, Scheme};

use crate::args::{CpcArgs, CpcCommand};
use crate::outcome::{Outcome, WrongUse};
use crate::output::paragraph;
use crate::settings::Settings;

/// Groups below one that are listed.
const MOST_BELOW: usize = 40;

/// Explains a class, or takes a scheme in.
pub(crate) fn run(settings: &Settings, args: &CpcArgs) -> Result<Outcome> {
    if let Some(CpcCommand::Import { file }) = &args.command {
        fs_err::metadata(&settings.index).context("make an index first: priorart index DUMP")?;
        let symbols = cpc::import(&settings.index, file)?;
        settings.note(format!("{symbols} symbols are in {}", settings.index.display()));
        return Ok(Outcome::Done);
    }
    let symbol = args.symbol.as_deref().unwrap_or_default();
    let symbol = cpc::normal(symbol)
        .ok_or_else(|| WrongUse(format!("{symbol:?} is no class; write H01M, H01M4 or H01M4/04")))?;
    let Some(scheme) = Scheme::of(&settings.index)? else {
        let missing =
            "there is no scheme in the index yet; `priorart cpc import FILE` takes a CPC title list in";
        return Err(anyhow::anyhow!(missing));
    };
    let path = scheme.path(&symbol);
    let Some(own) = path.last() else {
        settings.note(format!("{symbol} is not in the scheme"));
        return Ok(Outcome::NothingFound);
    };
    let below: Vec<Entry<'_>> = scheme.below(own.symbol).filter(|entry| entry.symbol != own.symbol).collect();
    if settings.json {
        println!("{}", serde_json::json!({"path": path, "below": below}));
        return Ok(Outcome::Done);
    }
    path.iter().for_each(print);
    let next = below.iter().filter(|entry| entry.dots == own.dots + 1).take(MOST_BELOW);
    println!();
    next.for_each(print);
    Ok(Outcome::Done)
}

fn print(entry: &Entry<'_>) {
    let dots = "· ".repeat(entry.dots as usize);
    paragraph(&format!("{:<12} {dots}", entry.symbol), entry.title);
}
