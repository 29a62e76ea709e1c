//! What the writer does, step by step; each step ends in one commit, so that a generation is a step that is
//! done, and who opens the index knows where to go on.

use std::ops::{ControlFlow, Range};
use std::path::Path;

use priorart_index::{Compaction, Gap, IndexError, Writer, WriterOptions};

use crate::patents::{LONG, index_of, patent, places, stamp, vector, vectors, version_of};

/// A step.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Patents that are new.
    Index { patents: Range<u32>, embedded: bool },
    /// Patents that are there already, in this version.
    Update { patents: Range<u32>, version: u32, embedded: bool },
    /// Vectors for those of the patents that have none.
    Embed { patents: Range<u32> },
    /// All segments become one.
    Compact,
}

impl Step {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Index { .. } => "index",
            Self::Update { .. } => "update",
            Self::Embed { .. } => "embed",
            Self::Compact => "compact",
        }
    }

    /// Whether the patent is new with it.
    pub(crate) fn adds(&self, i: u32) -> bool {
        matches!(self, Self::Index { patents, .. } if patents.contains(&i))
    }
}

/// The patents that the script knows.
pub(crate) const PATENTS: Range<u32> = 0..100;

/// How many indexes are written at a time.
pub(crate) const LANES: u64 = 2;

/// The script.
pub(crate) fn script() -> Vec<Step> {
    let index = |patents, embedded| Step::Index { patents, embedded };
    let update = |patents, version, embedded| Step::Update { patents, version, embedded };
    let embed = |patents| Step::Embed { patents };
    vec![
        index(0..20, true),
        index(20..40, false),
        update(10..30, 2, true),
        embed(32..35),
        index(40..50, false),
        update(0..45, 3, false),
        embed(0..40),
        Step::Compact,
        index(50..LONG, true),
        update(44..55, 2, false),
        embed(PATENTS),
        Step::Compact,
        index(LONG..LONG + 1, true),
        update(20..30, 4, true),
        index(LONG + 1..PATENTS.end, false),
        embed(PATENTS),
        Step::Compact,
    ]
}

/// The generation that the first such step makes.
pub(crate) fn generation_at(is_wanted: impl Fn(&Step) -> bool) -> u64 {
    script().iter().position(is_wanted).unwrap() as u64 + 1
}

/// Plays so many steps of the script from wherever the index is, at most to its end; `say` is told what is done.
pub(crate) fn play(index: &Path, steps: usize, say: &mut dyn FnMut(&str)) -> Result<(), IndexError> {
    say("step open");
    let mut writer = open(index)?;
    writer.set_model(&stamp())?;
    for step in script().iter().skip(writer.generation() as usize).take(steps) {
        say(&format!("step {}", step.kind()));
        take(&mut writer, step)?;
        say(&format!("committed {}", writer.generation()));
    }
    say("step close");
    writer.close()
}

pub(crate) fn open(index: &Path) -> Result<Writer, IndexError> {
    let options = WriterOptions { keyword_memory: 30 << 20, ..WriterOptions::default() };
    Writer::open_with(index, options)
}

fn take(writer: &mut Writer, step: &Step) -> Result<(), IndexError> {
    match step {
        Step::Index { patents, embedded } => add(writer, patents, 1, *embedded)?,
        Step::Update { patents, version, embedded } => add(writer, patents, *version, *embedded)?,
        Step::Embed { patents } => embed(writer, patents)?,
        Step::Compact => {
            writer.compact(Compaction::All, &mut |_| ControlFlow::Continue(()))?;
        }
    }
    writer.commit().map(|_| ())
}

fn add(writer: &mut Writer, patents: &Range<u32>, version: u32, embedded: bool) -> Result<(), IndexError> {
    for i in patents.clone() {
        let vectors = embedded.then(|| vectors(i, version));
        writer.add(&patent(i, version), &places(i), vectors.as_deref())?;
    }
    Ok(())
}

fn embed(writer: &mut Writer, patents: &Range<u32>) -> Result<(), IndexError> {
    for Gap { segment, first_passage, passages } in writer.gaps()? {
        let texts = writer.gap_places(segment, first_passage, passages)?;
        for (passage, (patent, place)) in (first_passage..).zip(&texts) {
            let i = index_of(&patent.number);
            if patents.contains(&i) {
                writer.add_vectors(segment, passage, &[vector(i, version_of(patent), place.number)])?;
            }
        }
    }
    Ok(())
}
