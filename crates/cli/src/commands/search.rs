//! `priorart search`.

use anyhow::Result;
use priorart_index::Reader;
use priorart_query::{Query, SearchResult, render};

use crate::args::{HitFormat, SearchArgs};
use crate::asked;
use crate::engine;
use crate::hits;
use crate::outcome::{Outcome, WrongUse};
use crate::settings::Settings;

/// Tokens that a model reads where the index names none.
const USUAL_TOKENS: usize = 384;

/// Searches and prints the hits.
pub(crate) fn run(settings: &Settings, args: &SearchArgs) -> Result<Outcome> {
    let query = args.asked.query()?;
    let options = args.asked.options()?;
    if args.translate {
        return translate(settings, &query);
    }
    render::check_fields(&args.fields).map_err(WrongUse)?;
    let reranker = args.asked.reranker(settings)?;
    let store = engine::open(settings, &args.engine)?;
    let result = asked::search(settings, &*store, &query, &options, reranker.as_ref())?;
    for warning in &result.warnings {
        settings.note(format!("warning: {warning}"));
    }
    print(format(settings, args), &args.fields, &query, &result)?;
    if result.hits.is_empty() {
        settings.note("nothing was found");
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Done)
}

fn format(settings: &Settings, args: &SearchArgs) -> HitFormat {
    match args.format {
        HitFormat::Table if settings.json => HitFormat::Jsonl,
        HitFormat::Table if args.csv => HitFormat::Csv,
        format => format,
    }
}

/// Prints a result in one of the formats.
pub(crate) fn print(
    format: HitFormat,
    fields: &[String],
    query: &Query,
    result: &SearchResult,
) -> Result<()> {
    match format {
        HitFormat::Table => hits::print_all(result),
        HitFormat::Json => println!("{}", render::json(result, fields)?),
        HitFormat::Jsonl => print!("{}", render::json_lines(&result.hits, fields)?),
        HitFormat::Csv => print!("{}", render::csv(&result.hits, fields)),
        HitFormat::Ris => print!("{}", render::ris(&result.hits)),
        HitFormat::Bibtex => print!("{}", render::bibtex(&result.hits)),
        HitFormat::Html => print!("{}", render::html(&query.to_string(), result)),
    }
    Ok(())
}

/// An index is only asked how much its model reads.
fn translate(settings: &Settings, query: &Query) -> Result<Outcome> {
    let reader = Reader::open(&settings.index).ok();
    let tokens = reader.as_ref().and_then(Reader::model).map_or(USUAL_TOKENS, |m| m.max_tokens as usize);
    let translation = query.translation(tokens);
    if settings.json {
        println!("{}", serde_json::to_string(&translation)?);
        return Ok(Outcome::Done);
    }
    println!("query     {}", translation.query);
    println!("keyword   {}", translation.keyword.join(" "));
    println!("filter    {}", translation.filter);
    for (at, part) in translation.semantic.iter().enumerate() {
        println!("{}{part}", if at == 0 { "semantic  " } else { "          " });
    }
    translation.warnings.iter().for_each(|warning| println!("warning   {warning}"));
    Ok(Outcome::Done)
}
