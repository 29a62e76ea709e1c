//! `priorart stats`.

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::HumanBytes;
use priorart_index::{FileStats, Reader, SegmentStats, Stats};
use serde::Serialize;

use crate::args::StatsArgs;
use crate::outcome::Outcome;
use crate::settings::Settings;

/// What `--json` prints.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    stats: &'a Stats,
    files: &'a [FileStats],
}

/// Says what the index holds.
pub(crate) fn run(settings: &Settings, args: &StatsArgs) -> Result<Outcome> {
    let reader = Reader::open(&settings.index)?;
    let stats = reader.stats()?;
    // They are looked up on the disk, which a commit may be changing: only for who wants them.
    let files = if settings.json || args.files { reader.files()? } else { Vec::new() };
    if settings.json {
        println!("{}", serde_json::to_string(&Line { stats: &stats, files: &files })?);
        return Ok(Outcome::Done);
    }
    println!("{}", settings.index.display());
    println!("  patents     {}", stats.patents);
    println!("  passages    {}", stats.passages);
    println!("  embedded    {}", stats.embedded);
    println!("  model       {}", reader.model().map_or_else(|| "none yet".to_owned(), ToString::to_string));
    println!("  generation  {}", stats.generation);
    println!("  segments    {}", stats.segments.len());
    println!("  size        {}", HumanBytes(stats.bytes));
    println!("\n{}", segments(&stats.segments));
    if args.files {
        println!("\n{}", table_of(&files));
    }
    Ok(Outcome::Done)
}

fn segments(segments: &[SegmentStats]) -> Table {
    let mut table = table(&["segment", "patents", "replaced", "passages", "embedded", "parts", "size"]);
    for segment in segments {
        let counts = [segment.patents, segment.deleted, segment.passages, segment.embedded];
        let counts = counts.map(|count| count.to_string());
        let ends = [segment.parts.to_string(), HumanBytes(segment.bytes).to_string()];
        table.add_row([vec![segment.id.to_string()], counts.to_vec(), ends.to_vec()].concat());
    }
    align(table, 0..7)
}

fn table_of(files: &[FileStats]) -> Table {
    let mut table = table(&["file", "bytes", "checksum"]);
    for file in files {
        let checksum = if file.checksummed { "yes" } else { "no" };
        table.add_row([&*file.path, &file.bytes.to_string(), checksum]);
    }
    align(table, 1..2)
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header.to_vec());
    table
}

/// Numbers stand at the right.
fn align(mut table: Table, columns: std::ops::Range<usize>) -> Table {
    let numbers = table.column_iter_mut().skip(columns.start).take(columns.len());
    numbers.for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}
