//! `priorart classify`.

use std::path::Path;

use anyhow::Result;
use priorart_analysis::{
    Basis, IndexedNeighbour, Labels, VoteRule, Votes, classified_neighbours, given, votes,
};
use priorart_corpus::PatentNumber;
use priorart_index::{PatentId, PatentSet, Reader};
use priorart_query::cpc::Scheme;
use priorart_query::{EmbedQuery, Index, Query, Searcher};
use serde_json::json;

use crate::args::ClassifyArgs;
use crate::asked::{self, read_text};
use crate::outcome::{Outcome, WrongUse};
use crate::settings::Settings;

/// Patents that are looked at for claims.
const LOOKED_AT: usize = 1000;

const NO_MODEL: &str = "the index has no embeddings, or their model is not on this machine: `priorart embed` makes \
                        them, `priorart model fetch` fetches it";

/// Classifies and prints the neighbours as evidence.
pub(crate) fn run(settings: &Settings, args: &ClassifyArgs) -> Result<Outcome> {
    let rule = VoteRule { neighbours: args.rule.neighbours, least: args.rule.votes };
    rule.validate().map_err(|error| WrongUse(error.to_string()))?;
    let index = Index::open(&settings.index)?;
    let reader = index.reader();
    let basis = match args.by {
        Some(basis) => basis.into(),
        None => usual_basis(reader, &Searcher::new(reader).matching(&Query::default())?)?,
    };
    let typed = args.input.join(" ");
    let subject = subject(reader, &typed)?;
    let (vector, without) = match &subject {
        Some((id, number)) => (vector_of(reader, *id, number, basis)?, family(reader, *id)?),
        None => (embed(settings, &index, &typed)?, PatentSet::new()),
    };
    let near = classified_neighbours(reader, &vector, basis, rule.neighbours, &without)?;
    if near.len() < rule.neighbours {
        settings.note(format!("warning: there are only {} neighbours", near.len()));
    }
    let votes = votes(near.iter().map(|one| &one.labels), rule.neighbours);
    let given = given(&votes, rule.least);
    if settings.json {
        println!("{}", to_json(&given, &votes, &near));
    } else {
        print(&given, &votes, &near, Scheme::of(&settings.index)?.as_ref());
    }
    Ok(if given.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

/// Claims, as the paper has it; where the first patents have none that are embedded, abstracts.
pub(crate) fn usual_basis(reader: &Reader, all: &PatentSet) -> Result<Basis> {
    for id in all.iter().take(LOOKED_AT) {
        if Basis::FirstClaim.passage(reader, id)?.is_some() {
            return Ok(Basis::FirstClaim);
        }
    }
    Ok(Basis::Abstract)
}

/// The indexed patent that is to be classified, where a number was typed.
fn subject(reader: &Reader, typed: &str) -> Result<Option<(PatentId, PatentNumber)>> {
    let Some(number) = PatentNumber::parse(typed) else {
        return Ok(None);
    };
    let id = reader.find(&number)?.first().copied();
    let id = id.ok_or_else(|| WrongUse(format!("{number} is not in the index")))?;
    Ok(Some((id, number)))
}

fn vector_of(reader: &Reader, id: PatentId, number: &PatentNumber, basis: Basis) -> Result<Vec<f32>> {
    let vector = basis.passage(reader, id)?.and_then(|passage| reader.vector(passage));
    vector.ok_or_else(|| {
        let what = if basis == Basis::Abstract { "abstract" } else { "claim" };
        WrongUse(format!("{number} has no embedded {what}; --by chooses another passage")).into()
    })
}

/// A patent with its family, which has its classes and is no evidence for them.
fn family(reader: &Reader, id: PatentId) -> Result<PatentSet> {
    Ok(Searcher::new(reader).family_of(id)?)
}

fn embed(settings: &Settings, index: &Index, typed: &str) -> Result<Vec<f32>> {
    let text = if typed == "-" { read_text(Path::new("-"))? } else { typed.trim().to_owned() };
    if text.is_empty() {
        return Err(WrongUse("there is no text".to_owned()).into());
    }
    let model = asked::model(settings, index)?;
    let model = model.ok_or_else(|| anyhow::anyhow!(NO_MODEL))?;
    model.embed(&text).map_err(|error| anyhow::anyhow!(error))
}

fn to_json(given: &Labels, votes: &[Votes], near: &[IndexedNeighbour]) -> serde_json::Value {
    let neighbours = near.iter().map(|one| {
        let (number, title) = (&one.patent.number, &one.patent.title);
        json!({"number": number, "title": title, "cosine": one.cosine, "classes": one.labels})
    });
    json!({"classes": given, "votes": votes, "neighbours": neighbours.collect::<Vec<_>>()})
}

fn print(given: &Labels, votes: &[Votes], near: &[IndexedNeighbour], scheme: Option<&Scheme>) {
    for one in votes {
        let title = scheme.and_then(|scheme| scheme.path(&one.label).last().map(|entry| entry.title));
        let mark = if given.contains(&one.label) { '*' } else { ' ' };
        let (votes, label) = (one.votes, &one.label);
        println!("{mark} {label}  {votes} of {}  {}", near.len(), title.unwrap_or_default());
    }
    println!("\nneighbours:");
    for IndexedNeighbour { patent, cosine, labels } in near {
        let labels = labels.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        println!("  {:<16} {cosine:.4}  {labels:<24} {}", patent.number.to_string(), patent.title);
    }
}
