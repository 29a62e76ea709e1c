//! The cache: a directory a model, with a record of what was fetched.
//!
//! ```text
//! models/
//!   ORG--NAME/                 a whole model, and priorart-model.json
//!   .partial/ORG--NAME.lock    held while the model is fetched
//!   .partial/ORG--NAME/        what has come so far
//! ```

use std::fs::TryLockError;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::Result;
use super::layout::WEIGHTS;
use super::model::{ModelDir, Source};
use super::name::RepoName;
use super::progress::{Note, Progress};

/// The record's name in a model's directory.
pub(super) const RECORD: &str = "priorart-model.json";

/// What was fetched, written last: a directory without it is no model.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) source: Source,
    /// The weights file's name.
    pub(super) weights: String,
    /// Its SHA-256, verified on arrival.
    pub(super) sha256: String,
    /// Its length.
    pub(super) bytes: u64,
    pub(super) fetched: Timestamp,
}

/// A verified file, waiting beside the cache.
#[derive(Debug)]
pub(super) struct Fetched {
    /// Its path in the model.
    pub(super) name: String,
    /// Where it waits.
    pub(super) path: PathBuf,
    pub(super) sha256: String,
}

/// The directory of cached models.
#[derive(Debug)]
pub(super) struct Cache<'a> {
    root: &'a Path,
}

impl<'a> Cache<'a> {
    pub(super) fn new(root: &'a Path) -> Self {
        Self { root }
    }

    pub(super) fn find(&self, repo: &RepoName) -> Option<ModelDir> {
        read(&self.root.join(repo.slug()))
    }

    /// All whole models, by name.
    pub(super) fn list(&self) -> io::Result<Vec<ModelDir>> {
        let entries = match fs_err::read_dir(self.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        let mut models: Vec<_> = paths.iter().filter_map(|path| read(path)).collect();
        models.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(models)
    }

    /// The model if it is there; else a place to collect it in, which no other process has.
    pub(super) fn find_or_reserve(&self, repo: &RepoName, progress: &dyn Progress) -> Result<Reserved> {
        let partial = self.root.join(".partial");
        fs_err::create_dir_all(&partial)?;
        let lock = lock(&partial.join(format!("{}.lock", repo.slug())), repo, progress)?;
        // Whoever held the lock may have finished what we are about to begin.
        if let Some(model) = self.find(repo) {
            return Ok(Reserved::Found(model));
        }
        let work = partial.join(repo.slug());
        fs_err::create_dir_all(&work)?;
        Ok(Reserved::Mine(Staging { work, target: self.root.join(repo.slug()), _lock: lock }))
    }
}

/// What [`Cache::find_or_reserve`] came to.
pub(super) enum Reserved {
    Found(ModelDir),
    Mine(Staging),
}

/// The directory's record, where the model it speaks of is still whole.
pub(super) fn record(dir: &Path) -> Option<Record> {
    let record: Record = serde_json::from_slice(&fs_err::read(dir.join(RECORD)).ok()?).ok()?;
    let bytes = fs_err::metadata(dir.join(&record.weights)).ok()?.len();
    (bytes == record.bytes).then_some(record)
}

fn read(dir: &Path) -> Option<ModelDir> {
    let Record { name, source, .. } = record(dir)?;
    Some(ModelDir { name, path: dir.to_path_buf(), source, stands_in_for: None })
}

/// The operating system lets go of the lock when the process ends, however it ends.
fn lock(path: &Path, repo: &RepoName, progress: &dyn Progress) -> io::Result<fs_err::File> {
    let file = fs_err::OpenOptions::new().create(true).append(true).open(path)?;
    match file.file().try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => progress.note(&Note::Waiting { name: repo.as_str().to_owned() }),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    file.file().lock()?;
    Ok(file)
}

/// A model that is being collected.
#[derive(Debug)]
pub(super) struct Staging {
    work: PathBuf,
    target: PathBuf,
    _lock: fs_err::File,
}

impl Staging {
    /// Where to collect; what is left here by an attempt that was cut is found by the next.
    pub(super) fn work(&self) -> &Path {
        &self.work
    }

    /// Puts the files together and moves them into the cache by one rename.
    pub(super) fn land(self, repo: &RepoName, source: Source, files: &[Fetched]) -> Result<ModelDir> {
        let model = self.work.join("model");
        remove_if_present(&model)?;
        for file in files {
            let path = model.join(&file.name);
            fs_err::create_dir_all(path.parent().unwrap_or(&model))?;
            fs_err::rename(&file.path, path)?;
        }
        write_record(&model, repo, source, files)?;
        // What is there now has no sound record, or it would have been found.
        remove_if_present(&self.target)?;
        fs_err::rename(&model, &self.target)?;
        // The model is whole from here on; a leftover costs disk space only.
        let _ = fs_err::remove_dir_all(&self.work);
        read(&self.target).ok_or_else(|| io::Error::other("the model vanished as it was fetched").into())
    }
}

fn write_record(model: &Path, repo: &RepoName, source: Source, files: &[Fetched]) -> Result<()> {
    let weights = files.iter().find(|file| WEIGHTS.contains(&file.name.as_str()));
    let weights = weights.ok_or_else(|| io::Error::other("a model without weights cannot be kept"))?;
    let record = Record {
        name: repo.as_str().to_owned(),
        source,
        weights: weights.name.clone(),
        sha256: weights.sha256.clone(),
        bytes: fs_err::metadata(model.join(&weights.name))?.len(),
        fetched: Timestamp::now(),
    };
    let mut file = fs_err::File::create(model.join(RECORD))?;
    file.write_all(&serde_json::to_vec_pretty(&record).map_err(io::Error::from)?)?;
    Ok(file.sync_all()?)
}

fn remove_if_present(dir: &Path) -> io::Result<()> {
    match fs_err::remove_dir_all(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repo() -> RepoName {
        RepoName::parse("org/name").unwrap()
    }

    fn reserve(root: &Path) -> Staging {
        match Cache::new(root).find_or_reserve(&repo(), &()).unwrap() {
            Reserved::Mine(staging) => staging,
            Reserved::Found(model) => panic!("{model:?} is there already"),
        }
    }

    fn weights(staging: &Staging) -> Fetched {
        let path = staging.work().join("w.part");
        fs_err::write(&path, "weights").unwrap();
        Fetched { name: "model.safetensors".into(), path, sha256: "0".repeat(64) }
    }

    #[test]
    fn a_model_lands_whole_and_leaves_nothing_beside_it() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::new(root.path());
        let staging = reserve(root.path());
        let work = staging.work().to_path_buf();
        let file = weights(&staging);
        assert!(cache.find(&repo()).is_none() && cache.list().unwrap().is_empty());
        let model = staging.land(&repo(), Source::Packaged, &[file]).unwrap();
        assert_eq!(fs_err::read_to_string(model.path.join("model.safetensors")).unwrap(), "weights");
        assert_eq!(cache.list().unwrap(), [model]);
        assert!(!work.exists());
    }

    #[test]
    fn a_damaged_model_is_not_found_and_is_replaced() {
        let root = tempfile::tempdir().unwrap();
        let land = || {
            let staging = reserve(root.path());
            let file = weights(&staging);
            staging.land(&repo(), Source::Packaged, &[file]).unwrap()
        };
        let model = land();
        fs_err::write(model.path.join("model.safetensors"), "wei").unwrap();
        assert!(Cache::new(root.path()).find(&repo()).is_none());
        assert_eq!(land(), model);
        fs_err::write(model.path.join(RECORD), "{").unwrap();
        assert!(Cache::new(root.path()).find(&repo()).is_none());
    }

    #[test]
    fn the_second_to_come_waits_and_takes_what_the_first_fetched() {
        struct Waits(std::sync::mpsc::Sender<Note>);
        impl Progress for Waits {
            fn advance(&self, _file: &str, _done: u64, _total: Option<u64>) {}
            fn note(&self, note: &Note) {
                self.0.send(note.clone()).unwrap();
            }
        }
        let root = tempfile::tempdir().unwrap();
        let staging = reserve(root.path());
        let file = weights(&staging);
        std::thread::scope(|scope| {
            let (sender, notes) = std::sync::mpsc::channel();
            let second =
                scope.spawn(|| Cache::new(root.path()).find_or_reserve(&repo(), &Waits(sender)).unwrap());
            assert_eq!(notes.recv().unwrap(), Note::Waiting { name: "org/name".into() });
            let landed = staging.land(&repo(), Source::Packaged, &[file]).unwrap();
            assert!(matches!(second.join().unwrap(), Reserved::Found(model) if model == landed));
        });
    }
}
