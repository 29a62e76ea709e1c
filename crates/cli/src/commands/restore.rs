//! `priorart restore`.

use anyhow::Result;

use super::backup::print;
use crate::args::RestoreArgs;
use crate::outcome::Outcome;
use crate::settings::Settings;

/// Makes an index of a backup.
pub(crate) fn run(settings: &Settings, args: &RestoreArgs) -> Result<Outcome> {
    let made = priorart_index::restore(&args.backup, &settings.index)?;
    print(settings, &made, &settings.index)
}
