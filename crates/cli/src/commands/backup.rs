//! `priorart backup`.

use std::path::Path;

use anyhow::Result;
use indicatif::HumanBytes;
use priorart_index::Backup;

use crate::args::BackupArgs;
use crate::outcome::Outcome;
use crate::settings::Settings;

/// Copies the index.
pub(crate) fn run(settings: &Settings, args: &BackupArgs) -> Result<Outcome> {
    let made = priorart_index::backup(&settings.index, &args.target)?;
    print(settings, &made, &args.target)
}

/// Says what was written where.
pub(crate) fn print(settings: &Settings, made: &Backup, target: &Path) -> Result<Outcome> {
    if settings.json {
        println!("{}", serde_json::to_string(made)?);
    } else {
        let size = HumanBytes(made.bytes);
        println!("{}: generation {}, {} files, {size}", target.display(), made.generation, made.files);
    }
    Ok(Outcome::Done)
}
