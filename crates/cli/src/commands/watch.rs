//! `priorart watch`: searches that are kept in the index's directory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use priorart_query::{Condition, Hit, Query, SearchOptions, Searcher, Store, parse};
use serde::{Deserialize, Serialize};

use crate::args::{EngineArg, WatchCommand};
use crate::asked;
use crate::engine;
use crate::hits;
use crate::outcome::{Outcome, WrongUse};
use crate::settings::Settings;

const FILE: &str = "watches.json";

/// Patents of a ranking that are reported if they are new.
const REPORTED: usize = 50;

/// A search that is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Watch {
    name: String,
    query: String,
    /// Numbers that were found before.
    seen: BTreeSet<String>,
}

impl Watch {
    fn query(&self) -> Result<Query> {
        Ok(parse(&self.query).map_err(|error| asked::rendered(&error, &self.query))?)
    }
}

/// Keeps, lists, forgets and runs searches.
pub(crate) fn run(settings: &Settings, command: &WatchCommand) -> Result<Outcome> {
    let path = settings.index.join(FILE);
    let mut watches = load(&path)?;
    let outcome = match command {
        WatchCommand::Add { name, query, engine } => {
            let store = engine::open(settings, engine)?;
            let mut watch = Watch { name: name.clone(), query: query.join(" "), seen: BTreeSet::new() };
            get_to_know(settings, &*store, &mut watch)?;
            let known = watch.seen.len();
            settings
                .note(format!("{name}: {known} patents are known; `priorart watch run` reports new ones"));
            watches.retain(|other| other.name != *name);
            watches.push(watch);
            Outcome::Done
        }
        WatchCommand::List => {
            for watch in &watches {
                println!("{:<16} {}", watch.name, watch.query);
            }
            if watches.is_empty() {
                settings.note("no search is kept yet; `priorart watch add NAME QUERY` keeps one");
            }
            return Ok(Outcome::Done);
        }
        WatchCommand::Remove { name } => {
            let before = watches.len();
            watches.retain(|watch| watch.name != *name);
            if watches.len() == before {
                return Err(unknown(name));
            }
            Outcome::Done
        }
        WatchCommand::Run { name, engine } => report(settings, &mut watches, name.as_deref(), engine)?,
    };
    save(&path, &watches)?;
    Ok(outcome)
}

fn unknown(name: &str) -> anyhow::Error {
    WrongUse(format!("there is no search {name}; `priorart watch list` lists them")).into()
}

/// Prints what is new, search by search.
fn report(
    settings: &Settings,
    watches: &mut [Watch],
    name: Option<&str>,
    engine: &EngineArg,
) -> Result<Outcome> {
    if let Some(name) = name.filter(|name| !watches.iter().any(|watch| watch.name == *name)) {
        return Err(unknown(name));
    }
    let store = engine::open(settings, engine)?;
    let mut outcome = Outcome::NothingFound;
    for watch in watches.iter_mut().filter(|watch| name.is_none_or(|name| name == watch.name)) {
        let new = new_hits(settings, &*store, watch)?;
        settings.note(format!("{}: {} new", watch.name, new.len()));
        for hit in &new {
            outcome = Outcome::Done;
            if settings.json {
                println!("{}", serde_json::json!({"watch": watch.name, "hit": hit}));
            } else {
                hits::print(hit);
            }
        }
    }
    Ok(outcome)
}

/// Takes down what the search finds now.
fn get_to_know(settings: &Settings, store: &dyn Store, watch: &mut Watch) -> Result<()> {
    let query = watch.query()?;
    if query.is_boolean() {
        // It is searched for its warnings; of many hits nothing but the numbers is wanted.
        search(settings, store, &query, 1)?;
        watch.seen = numbers(store, &query)?;
    } else {
        new_hits(settings, store, watch)?;
    }
    Ok(())
}

/// What the search finds and has not found before, which from now on it has. Conditions alone find all that
/// satisfy them; a ranking, the best.
fn new_hits(settings: &Settings, store: &dyn Store, watch: &mut Watch) -> Result<Vec<Hit>> {
    let mut query = watch.query()?;
    let mut limit = REPORTED;
    if query.is_boolean() {
        let new: Vec<String> = numbers(store, &query)?.difference(&watch.seen).cloned().collect();
        if new.is_empty() {
            return Ok(Vec::new());
        }
        limit = new.len();
        let new = new.iter().map(|number| Ok(Condition::Number(number.parse()?)));
        query.require(Condition::Or(new.collect::<Result<_>>()?));
    }
    let hits = search(settings, store, &query, limit)?;
    Ok(hits.into_iter().filter(|hit| watch.seen.insert(hit.number.clone())).collect())
}

/// The numbers of all that satisfy the query's conditions.
fn numbers(store: &dyn Store, query: &Query) -> Result<BTreeSet<String>> {
    let searcher = Searcher::on(store.engine());
    let found = searcher.matching(query)?;
    found.iter().map(|id| Ok(searcher.engine().number(id)?.into_owned())).collect()
}

fn search(settings: &Settings, store: &dyn Store, query: &Query, limit: usize) -> Result<Vec<Hit>> {
    let options = SearchOptions { limit, ..SearchOptions::default() };
    let result = asked::search(settings, store, query, &options, None)?;
    for warning in &result.warnings {
        settings.note(format!("warning: {warning}"));
    }
    Ok(result.hits)
}

fn load(path: &PathBuf) -> Result<Vec<Watch>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = fs_err::read_to_string(path)?;
    serde_json::from_str(&text).with_context(|| format!("{}: not a file of saved searches", path.display()))
}

/// Puts the new file in place of the old one, so that neither is ever half written. Where another engine is
/// searched there need not be an index, and its directory holds this file alone.
fn save(path: &Path, watches: &[Watch]) -> Result<()> {
    path.parent().map_or(Ok(()), fs_err::create_dir_all)?;
    let new = path.with_extension("new");
    fs_err::write(&new, serde_json::to_vec_pretty(watches)?)?;
    fs_err::rename(new, path)?;
    Ok(())
}
