//! `priorart stats`.

use anyhow::Result;
use indicatif::HumanBytes;
use priorart_index::Reader;

use crate::outcome::Outcome;
use crate::settings::Settings;

/// Says what the index holds.
pub(crate) fn run(settings: &Settings) -> Result<Outcome> {
    let reader = Reader::open(&settings.index)?;
    let stats = reader.stats()?;
    if settings.json {
        println!("{}", serde_json::to_string(&stats)?);
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
    Ok(Outcome::Done)
}
