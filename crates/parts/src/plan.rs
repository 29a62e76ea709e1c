//! Planning: dumps are read once, to count their records and to know them again.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use priorart_corpus::{CorpusError, Format, STDIN, dump_files, dump_size, read_dump_as};
use priorart_indexer::Control;

use crate::cutter::{Cutter, Entry};
use crate::manifest::VERSION;
use crate::{Manifest, PartsError, Recipe, Shard};

/// A plan, and what was noticed while it was made.
#[derive(Debug)]
pub struct Planned {
    /// The plan.
    pub manifest: Manifest,
    /// Files that cannot be read to their end; what can be read of them is in the plan.
    pub failures: Vec<CorpusError>,
    /// Whether it was told to stop, so that the plan ends early.
    pub interrupted: bool,
}

/// Cuts `dumps` into shards of `per_shard` records, at least 1.
///
/// Each file of a folder is a dump of its own, unless the folder holds tables that are joined.
pub fn plan(
    dumps: &[PathBuf],
    recipe: Recipe,
    per_shard: u64,
    control: Control<'_>,
) -> Result<Planned, PartsError> {
    let format = recipe.format()?;
    control.progress.set_total(dumps.iter().map(|dump| dump_size(dump)).sum());
    let mut planner =
        Planner { format, per_shard: per_shard.max(1), control, bytes: 0, failures: Vec::new() };
    let mut shards = Vec::new();
    for dump in dumps {
        if dump == Path::new(STDIN) {
            return Err(PartsError::StandardInput);
        }
        shards.extend(planner.cut(&std::path::absolute(dump)?));
    }
    let manifest = Manifest { version: VERSION, recipe, shards };
    let interrupted = control.stop.load(Ordering::Relaxed);
    Ok(Planned { manifest, failures: planner.failures, interrupted })
}

struct Planner<'a> {
    format: Option<Format>,
    per_shard: u64,
    control: Control<'a>,
    bytes: u64,
    failures: Vec<CorpusError>,
}

impl Planner<'_> {
    fn cut(&mut self, dump: &Path) -> Vec<Shard> {
        let mut whole = Cutter::new(dump.display().to_string(), self.per_shard);
        let mut files = dump.is_dir().then(|| Files::new(dump, self.per_shard));
        read_dump_as(dump, self.format, &mut |entry| {
            whole.add(&entry);
            if files.as_mut().is_some_and(|files| !files.add(&entry)) {
                files = None;
            }
            self.count(entry)
        });
        files.map_or_else(|| whole.finish(), Files::finish)
    }

    fn count(&mut self, entry: Entry) -> ControlFlow<()> {
        match entry {
            Ok(document) => self.bytes += document.bytes.len() as u64,
            Err(error) => self.failures.push(error),
        }
        self.control.progress.set_done(self.bytes);
        let stop = self.control.stop.load(Ordering::Relaxed);
        if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The files of a folder, each cut by itself while the folder is read in one go.
struct Files {
    coming: std::vec::IntoIter<String>,
    per_shard: u64,
    /// The file that is being read, and its records.
    open: Option<(String, Cutter)>,
    shards: Vec<Shard>,
}

impl Files {
    fn new(folder: &Path, per_shard: u64) -> Self {
        let files: Vec<String> = dump_files(folder).map(|file| file.display().to_string()).collect();
        Self { coming: files.into_iter(), per_shard, open: None, shards: Vec::new() }
    }

    /// False where the record is not that of one file alone, so that the folder has to be kept together.
    fn add(&mut self, entry: &Entry) -> bool {
        let name = match entry {
            Ok(document) if document.format == Format::PatentsView => return false,
            Ok(document) => &document.source.file,
            Err(error) => error.file(),
        };
        if self.open.as_ref().is_none_or(|(file, _)| !is_of(name, file)) {
            self.close();
            let Some(file) = self.coming.find(|file| is_of(name, file)) else { return false };
            self.open = Some((file.clone(), Cutter::new(file, self.per_shard)));
        }
        if let Some((_, cutter)) = &mut self.open {
            cutter.add(entry);
        }
        true
    }

    fn close(&mut self) {
        self.shards.extend(self.open.take().into_iter().flat_map(|(_, cutter)| cutter.finish()));
    }

    fn finish(mut self) -> Vec<Shard> {
        self.close();
        self.shards
    }
}

/// Whether a record's source is `file`, or an entry of it: "file!entry".
fn is_of(source: &str, file: &str) -> bool {
    source.strip_prefix(file).is_some_and(|rest| rest.is_empty() || rest.starts_with('!'))
}
