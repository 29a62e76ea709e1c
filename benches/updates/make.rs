//! Made-up patents with vectors around centres, added in one go or week by week.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use priorart_benches::made_up::{DIMENSION, patent, places, vectors};
use priorart_index::{Compaction, ModelStamp, Writer};

/// Patents that `index` commits at a time.
const COMMIT: u32 = 16_384;

/// One in so many patents of a week replaces one of an earlier week.
const REPLACES: u32 = 50;

/// How an index came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum History {
    /// In one run of `index`.
    Whole,
    /// A run of `index` a week.
    Weekly,
    /// The same with `--no-compact`.
    WeeklyUncompacted,
}

impl History {
    pub(crate) const ALL: [Self; 3] = [Self::Whole, Self::Weekly, Self::WeeklyUncompacted];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Weekly => "weekly",
            Self::WeeklyUncompacted => "weekly_uncompacted",
        }
    }
}

/// Makes the index if it is not there; gives back the seconds that it took.
pub(crate) fn make(dir: &Path, history: History, weeks: u32, patents: u32) -> Result<Option<f64>> {
    if dir.exists() {
        return Ok(None);
    }
    let start = Instant::now();
    let partial = dir.with_extension("partial");
    if partial.exists() {
        std::fs::remove_dir_all(&partial)?;
    }
    let all = weeks * patents;
    if history == History::Whole {
        // What was replaced in the course of the year does not come at all.
        let last: HashMap<u32, u32> = (0..all).map(|i| (serial(i), i)).collect();
        update(&partial, (0..all).filter(|i| last[&serial(*i)] == *i), Some(Compaction::Tiers(2)))?;
    } else {
        let compaction = (history == History::Weekly).then_some(Compaction::Tiers(2));
        for week in 0..weeks {
            update(&partial, week * patents..(week + 1) * patents, compaction)?;
        }
    }
    std::fs::rename(&partial, dir)?;
    Ok(Some(start.elapsed().as_secs_f64()))
}

/// A run of `index`.
fn update(dir: &Path, patents: impl Iterator<Item = u32>, compaction: Option<Compaction>) -> Result<()> {
    let mut writer = Writer::open(dir)?;
    writer.set_model(&stamp())?;
    for i in patents {
        writer.add(&patent(i, serial(i)), &places(), Some(&vectors(i)))?;
        if writer.pending() as u32 >= COMMIT {
            writer.commit()?;
        }
    }
    writer.commit()?;
    if let Some(compaction) = compaction {
        writer.compact(compaction, &mut |_| ControlFlow::Continue(()))?;
    }
    Ok(writer.close()?)
}

/// The number of the `i`-th patent: some are of an earlier week's.
fn serial(i: u32) -> u32 {
    if i.is_multiple_of(REPLACES) && i > 0 { i / 2 / REPLACES * REPLACES + 1 } else { i }
}

fn stamp() -> ModelStamp {
    ModelStamp {
        name: "made-up".to_owned(),
        sha256: "00".to_owned(),
        dimension: DIMENSION,
        pooling: "mean".to_owned(),
        max_tokens: 512,
    }
}

/// Seeds of vectors that are in no index.
pub(crate) fn queries(count: u32) -> Range<u32> {
    3_000_000_000..3_000_000_000 + count
}
