//! `priorart index`.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::HumanDuration;
use priorart_index::{Reader, Writer};
use priorart_indexer::{
    Control, Embedding, EstimatedTokens, IndexOptions, Memory, PassageOptions, Progress, Report, Tokens,
};

use crate::args::{IndexArgs, PassageArg};
use crate::interrupt::stop_flag;
use crate::outcome::Outcome;
use crate::output::print_skips;
use crate::progress::{Unit, Watcher};
use crate::settings::Settings;
use crate::weights;

/// The longest text of the default model, special tokens left out.
const DEFAULT_LIMIT: usize = 510;

/// Indexes the dumps and prints what became of their records.
pub(crate) fn run(settings: &Settings, args: &IndexArgs) -> Result<Outcome> {
    let stop = stop_flag(settings)?;
    let start = Instant::now();
    let report = if args.no_embed {
        let tokens = tokens(&model(settings))?;
        index(settings, args, Embedding::Later(&*tokens), &stop)?
    } else {
        let encoder = weights::encoder(settings, &model(settings))?;
        index(settings, args, Embedding::Now(&encoder), &stop)?
    };
    self::report(settings, &report, start.elapsed())
}

/// Prints what became of the records, and says whether all was done.
pub(crate) fn report(settings: &Settings, report: &Report, elapsed: Duration) -> Result<Outcome> {
    if settings.json {
        println!("{}", serde_json::to_string(report)?);
    } else {
        print(settings, report, elapsed);
    }
    Ok(outcome(report))
}

/// The model of an index that has one, unless another was asked for (and is then refused with a reason).
fn model(settings: &Settings) -> String {
    // What is wrong with an index is said when it is opened for writing.
    let reader = Reader::open(&settings.index).ok();
    weights::name(settings, reader.as_ref().and_then(Reader::model))
}

/// What cuts long texts where nothing is embedded yet: the model's tokenizer if it is on this machine, so
/// that passages are those that `embed` would make; else an estimate.
pub(crate) fn tokens(model: &str) -> Result<Box<dyn Tokens + Sync>> {
    Ok(match weights::local_tokenizer(model)? {
        Some(tokenizer) => Box::new(tokenizer),
        None => Box::new(EstimatedTokens { limit: DEFAULT_LIMIT }),
    })
}

fn index(
    settings: &Settings,
    args: &IndexArgs,
    embedding: Embedding<'_>,
    stop: &AtomicBool,
) -> Result<Report> {
    // The model is in memory by now, and counted.
    let memory = Memory::within(args.memory);
    let writer = Writer::open_with(&settings.index, args.storage.apply(memory.writer))?;
    let progress = Arc::new(Progress::default());
    let _watcher = Watcher::start(settings, "indexing", Unit::Bytes, Arc::clone(&progress));
    let options = IndexOptions {
        format: args.format,
        passages: passages(&args.passages),
        commit_every: Duration::from_secs(args.commit_every),
        compact: !args.no_compact,
        documents: memory.documents,
    };
    let control = Control { progress: &progress, stop };
    Ok(priorart_indexer::index(writer, &args.dumps, embedding, options, control)?)
}

pub(crate) fn passages(kinds: &[PassageArg]) -> PassageOptions {
    PassageOptions {
        abstracts: kinds.contains(&PassageArg::Abstract),
        claims: kinds.contains(&PassageArg::Claims),
        descriptions: kinds.contains(&PassageArg::Description),
    }
}

/// A run that was cut short or could not read a dump to its end is not done.
fn outcome(report: &Report) -> Outcome {
    if report.interrupted || !report.failures.is_empty() { Outcome::Incomplete } else { Outcome::Done }
}

fn print(settings: &Settings, report: &Report, elapsed: Duration) {
    println!(
        "{} read: {} new, {} replaced ({} unchanged), {} skipped; {} sequence listings",
        report.read,
        report.indexed,
        report.replaced,
        report.unchanged,
        report.skipped,
        report.sequence_listings
    );
    println!(
        "{} passages, {} embedded, {} tokens in {}; generation {}",
        report.passages,
        report.embedded,
        report.tokens,
        HumanDuration(elapsed),
        report.generation
    );
    print_skips(settings, &report.skips, report.skipped);
    for failure in &report.failures {
        anstream::eprintln!("failed  {}", failure.error);
    }
    if report.interrupted {
        settings.note("stopped early; the same command completes it");
    }
}
