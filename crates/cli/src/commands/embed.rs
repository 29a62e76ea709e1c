//! `priorart embed`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::HumanDuration;
use priorart_index::{Reader, Writer, WriterOptions};
use priorart_indexer::{Control, EmbedOptions, Progress};

use crate::args::EmbedArgs;
use crate::interrupt::stop_flag;
use crate::outcome::Outcome;
use crate::progress::{Unit, Watcher};
use crate::settings::Settings;
use crate::weights;

/// Embeds what `index --no-embed` left out.
pub(crate) fn run(settings: &Settings, args: &EmbedArgs) -> Result<Outcome> {
    let stop = stop_flag(settings)?;
    // A reader makes no index where there is none.
    let name = weights::name(settings, Reader::open(&settings.index)?.model());
    let writer = Writer::open_with(&settings.index, args.storage.apply(WriterOptions::default()))?;
    let encoder = weights::encoder(settings, &name)?;
    let start = Instant::now();
    let report = {
        let progress = Arc::new(Progress::default());
        let _watcher = Watcher::start(settings, "embedding", Unit::Passages, Arc::clone(&progress));
        let control = Control { progress: &progress, stop: &stop };
        let options =
            EmbedOptions { commit_every: Duration::from_secs(args.commit_every), compact: !args.no_compact };
        priorart_indexer::embed(writer, &encoder, options, control)?
    };
    if settings.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!(
            "{} passages embedded, {} tokens in {}; generation {}",
            report.embedded,
            report.tokens,
            HumanDuration(start.elapsed()),
            report.generation
        );
    }
    if report.interrupted {
        settings.note("stopped early; the same command completes it");
        return Ok(Outcome::Incomplete);
    }
    Ok(Outcome::Done)
}
