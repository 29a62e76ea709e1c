//! `priorart show`.

use anyhow::Result;
use priorart_corpus::{Claim, Party, Patent, PatentNumber};
use priorart_query::Engine;

use crate::args::ShowArgs;
use crate::engine;
use crate::outcome::{Outcome, WrongUse};
use crate::output::{field, paragraph};
use crate::settings::Settings;

/// Shows the patents of a number.
pub(crate) fn run(settings: &Settings, args: &ShowArgs) -> Result<Outcome> {
    let number: PatentNumber = args.number.parse().map_err(|error| WrongUse(format!("{error}")))?;
    let store = engine::open(settings, &args.engine)?;
    show(settings, &*store.engine(), &number, args.full)
}

/// Shows them newest first: without a kind code there may be several.
pub(crate) fn show(
    settings: &Settings,
    engine: &dyn Engine,
    number: &PatentNumber,
    full: bool,
) -> Result<Outcome> {
    let found = engine.find(number)?;
    for id in &found {
        let patent = engine.patent(*id)?;
        if settings.json {
            println!("{}", serde_json::to_string(&patent)?);
        } else {
            print(&patent, full);
        }
    }
    if found.is_empty() {
        settings.note(format!("{number} is not in the index"));
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Done)
}

fn print(patent: &Patent, full: bool) {
    field(&patent.number.to_string(), &patent.title);
    let dates = [
        ("published", patent.publication_date),
        ("filed", patent.filing_date),
        ("priority", patent.priority_date),
    ];
    for (name, date) in dates {
        field(name, &date.map(|date| date.to_string()).unwrap_or_default());
    }
    field("assignees", &names(&patent.assignees));
    field("applicants", &names(&patent.applicants));
    field("inventors", &names(&patent.inventors));
    field("cpc", &patent.cpc.iter().map(|cpc| cpc.symbol.as_str()).collect::<Vec<_>>().join(", "));
    field("ipc", &patent.ipc.join(", "));
    field("uspc", &patent.uspc.join(", "));
    field("cites", &cited(patent));
    if !patent.abstract_text.is_empty() {
        println!();
        paragraph("", &patent.abstract_text);
    }
    println!();
    patent.claims.iter().filter(|claim| full || claim.is_independent()).for_each(print_claim);
    if full {
        for text in &patent.description {
            println!();
            paragraph(&text.number.as_ref().map(|n| format!("[{n}] ")).unwrap_or_default(), &text.text);
        }
    } else if patent.claims.iter().any(|claim| !claim.is_independent()) {
        println!("(independent claims only; --full shows all)");
    }
}

fn print_claim(claim: &Claim) {
    paragraph(&format!("{}. ", claim.number), &claim.text);
}

fn names(parties: &[Party]) -> String {
    parties.iter().map(|party| party.name.as_str()).collect::<Vec<_>>().join("; ")
}

fn cited(patent: &Patent) -> String {
    let numbers = patent.citations.iter().filter_map(|citation| citation.number.as_ref());
    numbers.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
