//! Made-up patents with vectors around centres, added in one go or week by week.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use priorart_corpus::{Date, Paragraph, PassageKind, Patent, PatentNumber, Place};
use priorart_index::{Compaction, ModelStamp, Writer};

/// Passages of each patent.
pub(crate) const PASSAGES: u32 = 2;

const DIMENSION: u32 = 768;

/// Patents that `index` commits at a time.
const COMMIT: u32 = 16_384;

/// One in so many patents of a week replaces one of an earlier week.
const REPLACES: u32 = 50;

/// Centres that vectors lie around.
const CENTRES: u32 = 2_503;

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
        writer.add(&patent(i), &places(), Some(&vectors(i)))?;
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

fn patent(i: u32) -> Patent {
    Patent {
        number: PatentNumber::new("US", &(7_000_000 + serial(i)).to_string(), "B2"),
        title: words(i, 8),
        abstract_text: words(i ^ 1 << 30, 100),
        description: vec![Paragraph { text: words(i ^ 1 << 31, 200), ..Paragraph::default() }],
        publication_date: Some(Date::constant(2020, 1, 7)),
        ..Patent::default()
    }
}

fn places() -> [Place; PASSAGES as usize] {
    let place = |kind, end| Place { kind, number: 0, start: 0, end };
    [place(PassageKind::Abstract, 40), place(PassageKind::Description, 40)]
}

fn vectors(i: u32) -> Vec<Vec<f32>> {
    (0..PASSAGES).map(|passage| vector(i * PASSAGES + passage)).collect()
}

/// The `seed`-th of a set of vectors around centres.
pub(crate) fn vector(seed: u32) -> Vec<f32> {
    let mut centre = noise(u64::from(seed.wrapping_mul(2_654_435_761) % CENTRES) + (1 << 33));
    let mut own = noise(u64::from(seed));
    (0..DIMENSION).map(|_| centre() + 0.8 * own()).collect()
}

/// Words of a made-up language, the first of it by far the most frequent.
pub(crate) fn words(seed: u32, count: usize) -> String {
    let mut noise = noise(u64::from(seed) + (1 << 40));
    let word = |_| format!("w{}", (f32::exp(4.6 * (noise() + 1.0)) - 1.0) as u32);
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

/// Random numbers from -1 to 1, the same for the same seed (Marsaglia's xorshift).
fn noise(seed: u64) -> impl FnMut() -> f32 {
    let mut state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }
}

/// Seeds of vectors that are in no index.
pub(crate) fn queries(count: u32) -> Range<u32> {
    3_000_000_000..3_000_000_000 + count
}
