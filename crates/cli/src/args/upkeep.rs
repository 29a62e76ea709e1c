//! `stats`, `check`, `backup`, `restore` and `compact`.

use std::path::PathBuf;

use clap::Args;

use super::StorageArgs;

/// `priorart stats`
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    /// List the files, too: their sizes, and which have a checksum
    #[arg(long)]
    pub(crate) files: bool,
}

/// `priorart check`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0: nothing is wrong, or all of it was mended. Exit code 3: something is wrong, or patents were lost.

With --repair, graphs are built again from the vectors, the catalogue and the keyword index from the patents;
damaged vectors are dropped, and `priorart embed` makes them again; of damaged patents every one that can be read
is kept, and those that are lost are listed.")]
pub(crate) struct CheckArgs {
    /// Mend what is wrong
    #[arg(long)]
    pub(crate) repair: bool,
}

/// `priorart backup`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart backup /backups/priorart-2024-01.tar
  priorart backup /backups/priorart-2024-01")]
pub(crate) struct BackupArgs {
    /// A new directory, or a new file whose name ends in .tar
    #[arg(value_name = "DIR|FILE.tar")]
    pub(crate) target: PathBuf,
}

/// `priorart restore`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart restore /backups/priorart-2024-01.tar --index restored.index")]
pub(crate) struct RestoreArgs {
    /// What `priorart backup` made
    #[arg(value_name = "DIR|FILE.tar")]
    pub(crate) backup: PathBuf,
}

/// `priorart compact`
#[derive(Debug, Args)]
#[command(after_help = "\
`index` and `embed` compact by themselves. Readers go on meanwhile; Ctrl-C leaves a whole index, in which what
was merged so far stays merged.")]
pub(crate) struct CompactArgs {
    /// Merge all there is, not only what has become too much
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
}
