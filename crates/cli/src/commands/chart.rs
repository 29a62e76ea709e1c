//! `priorart chart`.

use std::path::Path;

use anyhow::Result;
use priorart_corpus::{Patent, PatentNumber};
use priorart_index::Reader;
use priorart_query::{Cell, Chart, Mode, Query, QueryError, SearchOptions, parse, render};

use crate::args::{ChartArgs, ChartFormat};
use crate::asked::{self, read_text};
use crate::hits;
use crate::outcome::{Outcome, WrongUse};
use crate::output::paragraph;
use crate::settings::Settings;

/// Charts a claim and prints the chart.
pub(crate) fn run(settings: &Settings, args: &ChartArgs) -> Result<Outcome> {
    let reader = Reader::open(&settings.index)?;
    let mut options = SearchOptions { mode: args.mode.into(), limit: args.limit, ..SearchOptions::default() };
    let claim = claim(&reader, &args.claim.join(" "), &mut options)?;
    let query = match &args.conditions {
        Some(conditions) => parse(conditions).map_err(|error| asked::rendered(&error, conditions))?,
        None => Query::default(),
    };
    let model = if options.mode == Mode::Keyword { None } else { asked::model(settings, &reader)? };
    let chart =
        asked::searcher(&reader, model.as_ref()).chart(&claim, &query, &options).map_err(wrong_use)?;
    for warning in &chart.warnings {
        settings.note(format!("warning: {warning}"));
    }
    match args.format {
        ChartFormat::Table if settings.json => println!("{}", serde_json::to_string(&chart)?),
        ChartFormat::Table => print(&chart),
        ChartFormat::Json => println!("{}", serde_json::to_string_pretty(&chart)?),
        ChartFormat::Csv => print!("{}", render::chart_csv(&chart)),
        ChartFormat::Html => print!("{}", render::chart_html(&chart)),
    }
    Ok(if chart.patents.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

fn wrong_use(error: QueryError) -> anyhow::Error {
    match error {
        QueryError::Empty => WrongUse("the claim has no words".to_owned()).into(),
        other => other.into(),
    }
}

/// The claim's text: as typed, read, or that of a patent with the claims that it depends on.
fn claim(reader: &Reader, typed: &str, options: &mut SearchOptions) -> Result<String> {
    if typed == "-" {
        return read_text(Path::new("-"));
    }
    let Some((number, claim)) = numbered(typed) else {
        return Ok(typed.to_owned());
    };
    let unknown = || WrongUse(format!("{number} is not in the index"));
    let id = *reader.find(&number)?.first().ok_or_else(unknown)?;
    let patent = reader.patent(id)?;
    let text =
        whole_claim(&patent, claim).ok_or_else(|| WrongUse(format!("{number} has no claim {claim}")))?;
    options.prior_art_of = Some(number);
    options.known_citations = true;
    Ok(text)
}

/// `US8926509B2:1`; without a claim, the first.
fn numbered(typed: &str) -> Option<(PatentNumber, u32)> {
    let (number, claim) = typed.rsplit_once(':').unwrap_or((typed, "1"));
    Some((PatentNumber::parse(number)?, claim.trim().parse().ok()?))
}

/// A claim behind those that it depends on, the first of several each time.
fn whole_claim(patent: &Patent, number: u32) -> Option<String> {
    let claim = patent.claims.iter().find(|claim| claim.number == number)?;
    // A claim that names itself or a later one is broken, and must not be followed.
    match claim.depends_on.first().filter(|earlier| **earlier < number) {
        Some(earlier) => Some(format!("{}\n{}", whole_claim(patent, *earlier)?, claim.text)),
        None => Some(claim.text.clone()),
    }
}

fn print(chart: &Chart) {
    for (at, element) in chart.elements.iter().enumerate() {
        println!();
        paragraph(&format!("{}. ", at + 1), element);
        for patent in &chart.patents {
            if let Some(Cell { score, passage }) = &patent.cells[at] {
                hits::print_passage(&format!("{} {score:.3} {}", patent.number, passage.place), passage);
            }
        }
    }
    println!("\ncovered (mean, worst element):");
    for patent in &chart.patents {
        println!("  {:<16} {:.3}  {:.3}  {}", patent.number, patent.coverage, patent.worst, patent.title);
    }
    if let Some(pair) = &chart.pair {
        let [one, other] = &pair.numbers;
        println!("best pair: {one} + {other} ({:.3}, {:.3})", pair.coverage, pair.worst);
        for (at, number) in pair.by.iter().enumerate() {
            println!("  {}. by {number}", at + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<(&str, u32)>) {
        let found = numbered(typed).map(|(number, claim)| (number.to_string(), claim));
        assert_eq!(found.as_ref().map(|(number, claim)| (number.as_str(), *claim)), expected);
    }

    #[test]
    fn claims_of_patents_are_numbered() {
        check("US8926509B2:3", Some(("US8926509B2", 3)));
        check("US 8,926,509 B2", Some(("US8926509B2", 1)));
        check("A pump comprising: 1", None);
        check("US8926509B2:x", None);
    }
}
