//! `priorart push`.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use indicatif::{HumanDuration, ProgressBar};
use priorart_index::Reader;
use priorart_milvus::{
    Address, Layout, MilvusError, PushOptions, Pushed, Pusher, prune, push, records, remove,
};
use priorart_query::{Query, Searcher};

use crate::args::PushArgs;
use crate::engine;
use crate::interrupt::stop_flag;
use crate::outcome::Outcome;
use crate::progress::patents_bar;
use crate::settings::Settings;

const REFRESH: Duration = Duration::from_millis(200);

/// Loads the index into a collection, or removes patents from it.
pub(crate) fn run(settings: &Settings, args: &PushArgs) -> Result<Outcome> {
    let address = engine::address(&args.to)?;
    let start = Instant::now();
    let pushed = if args.delete.is_empty() {
        push_all(settings, args, &address)
    } else {
        remove(&address, &args.delete)
            .map(|removed| Pushed { removed, ..Pushed::default() })
            .map_err(Into::into)
    };
    let pushed = match pushed {
        Ok(pushed) => pushed,
        Err(error) if matches!(error.downcast_ref(), Some(MilvusError::Stopped)) => {
            settings.note(error);
            return Ok(Outcome::Incomplete);
        }
        Err(error) => return Err(error),
    };
    for shortened in &pushed.shortened {
        settings.note(format!("warning: Milvus holds less than all of {shortened}"));
    }
    report(settings, &pushed, start.elapsed())?;
    Ok(Outcome::Done)
}

fn push_all(settings: &Settings, args: &PushArgs, address: &Address) -> Result<Pushed> {
    let reader = Reader::open(&settings.index)?;
    let Some(model) = reader.model() else {
        bail!("{}: there are no embeddings to push; `priorart embed` makes them", settings.index.display());
    };
    let stop = stop_flag(settings)?;
    let (total, records) = records(&reader)?;
    let layout = Layout {
        shards: args.shards,
        partitions: args.partitions,
        replicas: args.replicas,
        index: args.index_type.clone(),
    };
    let options = PushOptions { layout, parallel: args.parallel as usize };
    let (pusher, bar) = (Pusher::default(), patents_bar(settings, "pushing"));
    bar.set_length(total);
    let ended = AtomicBool::new(false);
    let done = std::thread::scope(|scope| {
        scope.spawn(|| watch(&pusher, &bar, &stop, &ended));
        let result = push(address, model, records, &options, &pusher);
        ended.store(true, Ordering::Relaxed);
        result
    })?;
    let removed = if args.prune { prune_others(&reader, address)? } else { 0 };
    Ok(Pushed { removed, ..done })
}

/// Draws the bar and passes on Ctrl-C, until the push has ended.
fn watch(pusher: &Pusher, bar: &ProgressBar, stop: &Arc<AtomicBool>, ended: &AtomicBool) {
    while !ended.load(Ordering::Relaxed) {
        bar.set_position(pusher.done());
        if stop.load(Ordering::Relaxed) {
            pusher.stop();
        }
        std::thread::sleep(REFRESH);
    }
    bar.finish_and_clear();
}

fn prune_others(reader: &Reader, address: &Address) -> Result<u64> {
    let all = Searcher::new(reader).matching(&Query::default())?;
    let numbers = all.iter().map(|id| reader.number(id)).collect::<Result<HashSet<_>, _>>()?;
    Ok(prune(address, &|number| numbers.contains(number))?)
}

fn report(settings: &Settings, pushed: &Pushed, took: Duration) -> Result<()> {
    let Pushed { added, replaced, unchanged, removed, rows, .. } = pushed;
    if settings.json {
        println!("{}", serde_json::to_string(pushed)?);
    } else {
        println!(
            "{added} patents added, {replaced} replaced, {unchanged} unchanged, {removed} removed: {rows} \
             passages written in {}",
            HumanDuration(took)
        );
    }
    Ok(())
}
