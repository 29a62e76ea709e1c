//! `priorart chart`.

use std::path::Path;

use anyhow::Result;
use priorart_query::{Cell, Chart, Mode, Query, QueryError, SearchOptions, Searcher, parse, render};

use crate::args::{ChartArgs, ChartFormat};
use crate::asked::{self, read_text};
use crate::engine;
use crate::hits;
use crate::outcome::{Outcome, WrongUse};
use crate::output::paragraph;
use crate::settings::Settings;

/// Charts a claim and prints the chart.
pub(crate) fn run(settings: &Settings, args: &ChartArgs) -> Result<Outcome> {
    let store = engine::open(settings, &args.engine)?;
    let mut options = SearchOptions { mode: args.mode.into(), limit: args.limit, ..SearchOptions::default() };
    let query = match &args.conditions {
        Some(conditions) => parse(conditions).map_err(|error| asked::rendered(&error, conditions))?,
        None => Query::default(),
    };
    let model = if options.mode == Mode::Keyword { None } else { asked::model(settings, &*store)? };
    let searcher = asked::equipped(Searcher::on(store.engine()), model.as_ref(), None);
    let claim = match args.claim.join(" ").as_str() {
        "-" => read_text(Path::new("-"))?,
        typed => searcher.claim(typed, &mut options).map_err(wrong_use)?,
    };
    let chart = searcher.chart(&claim, &query, &options).map_err(wrong_use)?;
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
        QueryError::NoPatent { .. } | QueryError::NoClaim { .. } => WrongUse(error.to_string()).into(),
        other => asked::wrong_use(other),
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
