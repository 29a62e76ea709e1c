//! `priorart search`.

use anyhow::Result;
use priorart_corpus::PatentNumber;
use priorart_index::Reader;
use priorart_indexer::stamp;
use priorart_query::{
    Mode, ParseError, Query, QueryError, SearchOptions, SearchResult, Searcher, parse, render,
};

use crate::args::{ModeArg, SearchArgs};
use crate::hits;
use crate::outcome::{Outcome, WrongUse};
use crate::query_model::QueryModel;
use crate::settings::Settings;
use crate::weights;

/// Searches and prints the hits.
pub(crate) fn run(settings: &Settings, args: &SearchArgs) -> Result<Outcome> {
    let text = args.query.join(" ");
    let query = parse(&text).map_err(|error| rendered(&error, &text))?;
    let options = options(args)?;
    let reader = Reader::open(&settings.index)?;
    let result = search(settings, &reader, &query, &options)?;
    for warning in &result.warnings {
        settings.note(format!("warning: {warning}"));
    }
    print(settings, args, &result)?;
    if result.hits.is_empty() {
        settings.note("nothing was found");
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Done)
}

fn rendered(error: &ParseError, query: &str) -> WrongUse {
    WrongUse(format!("the query cannot be read\n{}", error.render(query)))
}

fn search(
    settings: &Settings,
    reader: &Reader,
    query: &Query,
    options: &SearchOptions,
) -> Result<SearchResult> {
    let model = model(settings, reader, query, options)?;
    let mut searcher = Searcher::new(reader);
    if let Some(model) = &model {
        searcher = searcher.with_encoder(model);
    }
    searcher.search(query, options).map_err(|error| match error {
        QueryError::Option { .. } | QueryError::Empty => WrongUse(error.to_string()).into(),
        other => other.into(),
    })
}

/// The model that embeds the query, where that is needed: the one that was asked for, else the index's own.
fn model(
    settings: &Settings,
    reader: &Reader,
    query: &Query,
    options: &SearchOptions,
) -> Result<Option<QueryModel>> {
    let Some(own) = reader.model().filter(|_| options.mode != Mode::Keyword && !query.text.trim().is_empty())
    else {
        return Ok(None);
    };
    let encoder = match &settings.model {
        Some(name) => Some(weights::encoder(settings, name)?),
        None => weights::local_encoder(settings, &own.name)?,
    };
    if let Some(encoder) = &encoder {
        reader.check_model(&stamp(encoder.info()))?;
    }
    Ok(encoder.map(QueryModel))
}

fn options(args: &SearchArgs) -> Result<SearchOptions> {
    let like = args.like.iter().map(|number| number.parse::<PatentNumber>());
    Ok(SearchOptions {
        mode: match args.mode {
            ModeArg::Hybrid => Mode::Hybrid,
            ModeArg::Keyword => Mode::Keyword,
            ModeArg::Semantic => Mode::Semantic,
        },
        limit: args.limit,
        offset: args.offset,
        like: like.collect::<Result<_, _>>().map_err(|error| WrongUse(error.to_string()))?,
        keyword_weight: args.keyword_weight,
        explain: args.explain,
        ..SearchOptions::default()
    })
}

fn print(settings: &Settings, args: &SearchArgs, result: &SearchResult) -> Result<()> {
    if args.csv {
        print!("{}", render::csv(&result.hits));
        return Ok(());
    }
    for hit in &result.hits {
        if settings.json {
            println!("{}", serde_json::to_string(hit)?);
        } else {
            hits::print(hit);
        }
    }
    Ok(())
}
