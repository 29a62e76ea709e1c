//! `priorart compact`.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use anyhow::Result;
use priorart_index::{Compaction, Reader, Writer, WriterOptions};

use crate::args::CompactArgs;
use crate::interrupt::stop_flag;
use crate::outcome::Outcome;
use crate::progress::patents_bar;
use crate::settings::Settings;

/// Merges segments.
pub(crate) fn run(settings: &Settings, args: &CompactArgs) -> Result<Outcome> {
    let stop = stop_flag(settings)?;
    // A reader makes no index where there is none.
    drop(Reader::open(&settings.index)?);
    let mut writer = Writer::open_with(&settings.index, args.storage.apply(WriterOptions::default()))?;
    let bar = patents_bar(settings, "compacting");
    let compaction = if args.all { Compaction::All } else { Compaction::Tiers(2) };
    let report = writer.compact(compaction, &mut |at| {
        bar.set_length(at.total);
        bar.set_position(at.done);
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    writer.close()?;
    bar.finish_and_clear();
    if settings.json {
        println!("{}", serde_json::to_string(&report)?);
    } else if report.merged == 0 && !report.interrupted {
        println!("nothing to merge; generation {}", report.generation);
    } else {
        let (merged, made, dropped) = (report.merged, report.made, report.dropped);
        let generation = report.generation;
        println!(
            "{merged} segments merged into {made}, {dropped} replaced patents dropped; generation {generation}"
        );
    }
    if report.interrupted {
        settings.note("stopped early; the same command completes it");
        return Ok(Outcome::Incomplete);
    }
    Ok(Outcome::Done)
}
