//! Ctrl-C: once to stop with a commit, twice to stop at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

use crate::settings::Settings;

/// Exit code of a process that a signal ended, as shells count it.
const INTERRUPTED: i32 = 130;

/// A flag that the first Ctrl-C (or SIGTERM) sets; the second ends the process, which loses what was not
/// committed and nothing else.
pub(crate) fn stop_flag(settings: &Settings) -> Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    let quiet = settings.quiet;
    ctrlc::set_handler(move || {
        if set.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
        if !quiet {
            anstream::eprintln!(
                "\nstopping: what is done is being committed; press Ctrl-C again to stop at once"
            );
        }
    })
    .context("Ctrl-C cannot be handled")?;
    Ok(flag)
}
