//! `priorart parts`: many machines embed, one index comes of it.

#![expect(clippy::result_large_err, reason = "an error is reported once, and its size is nothing then")]

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::HumanDuration;
use priorart_index::Writer;
use priorart_indexer::{Control, IndexOptions, Memory, Progress, stamp};
use priorart_parts::{Made, Manifest, PartSet, Planned, Recipe, Storage};
use serde_json::json;

use crate::args::{ImportArgs, PartsCommand, PlanArgs, RunArgs};
use crate::commands::index;
use crate::interrupt::stop_flag;
use crate::outcome::Outcome;
use crate::output::print_skips;
use crate::progress::{Unit, Watcher};
use crate::settings::Settings;
use crate::weights;

/// Runs one of the commands.
pub(crate) fn run(settings: &Settings, command: &PartsCommand) -> Result<Outcome> {
    let stop = stop_flag(settings)?;
    match command {
        PartsCommand::Plan(args) => plan(settings, args, &stop),
        PartsCommand::Run(args) => run_shard(settings, args, &stop),
        PartsCommand::Import(args) => import(settings, args, &stop),
    }
}

fn plan(settings: &Settings, args: &PlanArgs, stop: &AtomicBool) -> Result<Outcome> {
    let encoder = weights::encoder(settings, &weights::name(settings, None))?;
    let mut recipe = Recipe::new(stamp(encoder.info()), settings.load, index::passages(&args.passages));
    recipe.format = args.format.and_then(priorart_corpus::Format::info).map(|info| info.name.to_owned());
    let planned = watched(settings, "planning", Unit::Bytes, stop, |control| {
        priorart_parts::plan(&args.dumps, recipe, args.records, control)
    })?;
    if planned.interrupted {
        settings.note("stopped; there is no manifest");
        return Ok(Outcome::Incomplete);
    }
    planned.manifest.write(&args.output)?;
    print_plan(settings, &planned);
    Ok(if planned.failures.is_empty() { Outcome::Done } else { Outcome::Incomplete })
}

fn print_plan(settings: &Settings, planned: &Planned) {
    let shards = &planned.manifest.shards;
    let records: u64 = shards.iter().map(|shard| shard.records).sum();
    if settings.json {
        println!("{}", json!({ "plan": planned.manifest.id(), "shards": shards.len(), "records": records }));
    } else {
        println!("{records} records in {} shards, plan {}", shards.len(), planned.manifest.id());
    }
    for failure in &planned.failures {
        anstream::eprintln!("failed  {failure}");
    }
}

fn run_shard(settings: &Settings, args: &RunArgs, stop: &AtomicBool) -> Result<Outcome> {
    let start = Instant::now();
    let manifest = Manifest::read(&args.manifest)?;
    let storage = Storage::open(&args.output)?;
    let settings = Settings { load: manifest.recipe.load_options(settings.load.device), ..settings.clone() };
    let encoder = weights::encoder(&settings, &weights::name(&settings, Some(&manifest.recipe.model)))?;
    let label = format!("shard {}", args.shard);
    let made = watched(&settings, &label, Unit::Bytes, stop, |control| {
        priorart_parts::run(&manifest, args.shard, &encoder, &storage, control)
    })?;
    // What cannot be read of a dump was said when it was planned; the part is as it should be.
    print_made(&settings, &made, start.elapsed());
    Ok(Outcome::Done)
}

fn print_made(settings: &Settings, Made { name, contents, was_there }: &Made, elapsed: Duration) {
    let (patents, passages, tokens) = (contents.patents, contents.passages, contents.tokens);
    let skipped = contents.skips.len();
    if settings.json {
        println!(
            "{}",
            json!({
                "part": name, "patents": patents, "passages": passages, "tokens": tokens,
                "skipped": skipped, "was_there": was_there, "seconds": elapsed.as_secs_f64(),
            })
        );
    } else if *was_there {
        println!("{name} is there: {patents} patents, {passages} passages");
    } else {
        let elapsed = HumanDuration(elapsed);
        println!(
            "{name}: {patents} patents, {passages} passages, {tokens} tokens in {elapsed}; {skipped} skipped"
        );
    }
    print_skips(settings, &contents.skips, skipped as u64);
    for failure in &contents.failures {
        anstream::eprintln!("failed  {failure}");
    }
}

fn import(settings: &Settings, args: &ImportArgs, stop: &AtomicBool) -> Result<Outcome> {
    let start = Instant::now();
    let storages = args.parts.iter().map(|place| Storage::open(place)).collect::<Result<_, _>>()?;
    let set =
        watched(settings, "reading parts", Unit::Steps, stop, |control| PartSet::open(storages, control))?;
    let tokens = index::tokens(&weights::name(settings, Some(set.model())))?;
    let writer = Writer::open_with(&settings.index, Memory::within(args.memory).writer)?;
    let options = IndexOptions {
        commit_every: Duration::from_secs(args.commit_every),
        compact: !args.no_compact,
        ..IndexOptions::default()
    };
    let report = watched(settings, "importing", Unit::Patents, stop, |control| {
        priorart_parts::import(&set, writer, &*tokens, options, control)
    })?;
    let left = report.passages - report.embedded;
    let outcome = index::report(settings, &report, start.elapsed())?;
    if left > 0 {
        settings
            .note(format!("{left} passages are those of records put together; `priorart embed` embeds them"));
    }
    Ok(outcome)
}

/// Does something with a progress bar.
fn watched<T, E>(
    settings: &Settings,
    label: &str,
    unit: Unit,
    stop: &AtomicBool,
    work: impl FnOnce(Control<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let progress = Arc::new(Progress::default());
    let _watcher = Watcher::start(settings, label, unit, Arc::clone(&progress));
    work(Control { progress: &progress, stop })
}
