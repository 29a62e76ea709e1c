//! `catalogue/`: where the record of each publication number lies, in sled.
//!
//! Values are small, and all of it can be made again from the segments, so whatever is wrong with a
//! catalogue, it is thrown away and rebuilt. It is written to only within a commit, in one atomic batch that
//! names the generation: a catalogue of another generation than the committed one belongs to a commit that
//! did not come about.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::manifest::CatalogueSum;
use crate::{IndexError, PatentId};

/// Not a publication number, so that it can stand among them: one batch writes only one tree.
const GENERATION: &[u8] = b"\0generation";

const DUMPS: &str = "dumps";

/// Memory for sled's pages, bytes.
const CACHE: u64 = 64 << 20;

/// How often opening waits for sled's own lock.
const LOCK_ATTEMPTS: usize = 250;

/// Where a patent lies, and what it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) id: PatentId,
    pub(crate) digest: u64,
}

/// How far a dump has been read; informational, and lost with the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DumpProgress {
    /// The dump's path or name.
    pub name: String,
    /// Its size in bytes, 0 where it is not known.
    pub bytes: u64,
    /// Records read from it.
    pub records: u64,
    /// Whether it was read to its end.
    pub complete: bool,
}

/// The open catalogue. sled lets only one process have it.
#[derive(Debug)]
pub(crate) struct Catalogue {
    path: PathBuf,
    db: Contained<sled::Db>,
    dumps: Contained<sled::Tree>,
}

/// How long sled may take to bring a commit's entries to the disk.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long it may take before it is asked once more.
const SOON: Duration = Duration::from_secs(1);

/// Brings all that sled holds to the disk; `None` where it cannot say whether it did.
///
/// Where a write of its own fails, whoever waits for it may not be told, and waits for ever; who asks
/// afterwards is told at once.
fn flush(db: &sled::Db) -> Option<sled::Result<usize>> {
    let (done, wait) = mpsc::channel();
    let ask = |done: mpsc::Sender<_>| {
        let db = db.clone();
        std::thread::spawn(move || done.send(db.flush()));
    };
    ask(done.clone());
    wait.recv_timeout(SOON).ok().or_else(|| {
        ask(done);
        wait.recv_timeout(PATIENCE).ok()
    })
}

/// Does what sled may panic in, or wait in for ever; `None` where it does.
fn contained<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || done.send(work()));
    wait.recv_timeout(PATIENCE).ok()
}

/// A handle of sled's. When the last one is dropped, sled brings its file to the disk, and panics where that
/// fails; but all that was committed is there by then, so nothing is lost.
#[derive(Debug)]
struct Contained<T: Send + 'static>(Option<T>);

impl<T: Send + 'static> Deref for Contained<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().unwrap_or_else(|| unreachable!("it is there until it is dropped"))
    }
}

impl<T: Send + 'static> Drop for Contained<T> {
    fn drop(&mut self) {
        let handle = self.0.take();
        contained(move || drop(handle));
    }
}

impl Drop for Catalogue {
    fn drop(&mut self) {
        // What fails here was not committed.
        let _ = self.flush();
    }
}

impl Catalogue {
    /// Opens the catalogue of an index, or an empty one where it is missing or torn.
    pub(crate) fn open(index: &Path) -> Result<Self, IndexError> {
        let path = index.join("catalogue");
        if let Ok(catalogue) = Self::try_open(&path) {
            return Ok(catalogue);
        }
        // A snapshot may be torn where the log is whole.
        remove_snapshots(&path)?;
        if let Ok(catalogue) = Self::try_open(&path) {
            return Ok(catalogue);
        }
        Self::remove(index)?;
        Self::try_open(&path).map_err(|source| IndexError::Catalogue { path, source })
    }

    /// Opens the catalogue in a directory as it is.
    pub(crate) fn try_open(path: &Path) -> Result<Self, sled::Error> {
        let config = sled::Config::new().path(path).cache_capacity(CACHE).flush_every_ms(None);
        let db = Contained(Some(open_unlocked(&config)?));
        let dumps = Contained(Some(db.open_tree(DUMPS)?));
        Ok(Self { path: path.to_owned(), db, dumps })
    }

    /// Throws the catalogue of an index away.
    pub(crate) fn remove(index: &Path) -> Result<(), IndexError> {
        match fs_err::remove_dir_all(index.join("catalogue")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Where a number's patent lies.
    pub(crate) fn get(&self, number: &str) -> Result<Option<Located>, IndexError> {
        let value = self.db.get(number).map_err(|source| self.failed(source))?;
        Ok(value.and_then(|value| from_value(&value)))
    }

    /// The numbers of a segment's patents, by ordinal.
    pub(crate) fn numbers_in(&self, segment: u32) -> Result<BTreeMap<u32, String>, IndexError> {
        let mut numbers = BTreeMap::new();
        for entry in self.db.iter() {
            let (key, value) = entry.map_err(|source| self.failed(source))?;
            let located = from_value(&value).filter(|located| located.id.segment == segment);
            if let (Some(located), Ok(number)) = (located, std::str::from_utf8(&key)) {
                numbers.insert(located.id.ordinal, number.to_owned());
            }
        }
        Ok(numbers)
    }

    /// Whether it holds what the commit of this generation left in it. Reads all of it.
    pub(crate) fn is_of(&self, generation: u64, sum: CatalogueSum) -> bool {
        let committed = self.db.get(GENERATION).ok().flatten();
        let committed =
            committed.map_or(Some(0), |value| Some(u64::from_le_bytes(value.as_ref().try_into().ok()?)));
        committed == Some(generation) && self.sum().is_ok_and(|found| found == sum)
    }

    fn sum(&self) -> Result<CatalogueSum, sled::Error> {
        let mut sum = CatalogueSum::default();
        for entry in self.db.iter() {
            let (key, value) = entry?;
            if *key != *GENERATION {
                sum.sum = sum.sum.wrapping_add(entry_hash(&key, &value));
                sum.patents += 1;
            }
        }
        Ok(sum)
    }

    /// Writes what changed, for generation `generation`, and brings it to the disk; gives back the sum of
    /// all entries. `sum` is the sum before.
    pub(crate) fn commit<'a>(
        &self,
        generation: u64,
        changed: impl Iterator<Item = (&'a str, Located)>,
        mut sum: CatalogueSum,
    ) -> Result<CatalogueSum, IndexError> {
        let mut batch = sled::Batch::default();
        for (number, located) in changed {
            let old = self.db.get(number).map_err(|source| self.failed(source))?;
            match old {
                Some(old) => sum.sum = sum.sum.wrapping_sub(entry_hash(number.as_bytes(), &old)),
                None => sum.patents += 1,
            }
            let value = to_value(located);
            sum.sum = sum.sum.wrapping_add(entry_hash(number.as_bytes(), &value));
            batch.insert(number, &value);
        }
        batch.insert(GENERATION, &generation.to_le_bytes());
        self.db.apply_batch(batch).map_err(|source| self.failed(source))?;
        self.flush()?;
        Ok(sum)
    }

    /// Brings everything to the disk.
    pub(crate) fn flush(&self) -> Result<(), IndexError> {
        let flushed = flush(&self.db).unwrap_or_else(|| {
            Err(sled::Error::Io(std::io::Error::other(
                "sled cannot bring it to the disk; see whether the disk is full or fails",
            )))
        });
        flushed.map(|_| ()).map_err(|source| self.failed(source))
    }

    /// Notes how far a dump has been read.
    pub(crate) fn record_dump(&self, dump: &DumpProgress) -> Result<(), IndexError> {
        let value = serde_json::to_vec(dump).map_err(std::io::Error::from)?;
        self.dumps.insert(&dump.name, value).map_err(|source| self.failed(source))?;
        Ok(())
    }

    /// The dumps that were read, by name.
    pub(crate) fn dumps(&self) -> Result<Vec<DumpProgress>, IndexError> {
        let values = self.dumps.iter().values().collect::<Result<Vec<_>, _>>();
        let values = values.map_err(|source| self.failed(source))?;
        Ok(values.iter().filter_map(|value| serde_json::from_slice(value).ok()).collect())
    }

    fn failed(&self, source: sled::Error) -> IndexError {
        IndexError::Catalogue { path: self.path.clone(), source }
    }
}

/// sled lets go of its own lock a moment after it is dropped. Nobody else has it: an index has one writer.
fn open_unlocked(config: &sled::Config) -> Result<sled::Db, sled::Error> {
    for _ in 0..LOCK_ATTEMPTS {
        match config.open() {
            Err(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
                std::thread::sleep(Duration::from_millis(20));
            }
            opened => return opened,
        }
    }
    config.open()
}

/// What an entry adds to the sum of all.
fn entry_hash(key: &[u8], value: &[u8]) -> u64 {
    xxh3_64_with_seed(value, xxh3_64(key))
}

fn to_value(located: Located) -> [u8; 16] {
    let mut value = [0; 16];
    value[..8].copy_from_slice(&u64::from(located.id).to_be_bytes());
    value[8..].copy_from_slice(&located.digest.to_be_bytes());
    value
}

fn from_value(value: &[u8]) -> Option<Located> {
    let value: &[u8; 16] = value.try_into().ok()?;
    let (id, digest) = value.split_first_chunk::<8>()?;
    let id = PatentId::from(u64::from_be_bytes(*id));
    Some(Located { id, digest: u64::from_be_bytes(digest.try_into().ok()?) })
}

fn remove_snapshots(path: &Path) -> Result<(), IndexError> {
    let Ok(entries) = fs_err::read_dir(path) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            fs_err::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn located(ordinal: u32) -> Located {
        Located { id: PatentId { segment: 1, ordinal }, digest: u64::from(ordinal) << 40 }
    }

    #[test]
    fn entries_come_back_with_the_generation_that_wrote_them() {
        let dir = tempfile::tempdir().unwrap();
        let empty = CatalogueSum::default();
        let catalogue = Catalogue::open(dir.path()).unwrap();
        assert!(catalogue.is_of(0, empty));
        let sum =
            catalogue.commit(1, [("US1A", located(1)), ("US2A", located(2))].into_iter(), empty).unwrap();
        let sum = catalogue.commit(2, [("US1A", located(9))].into_iter(), sum).unwrap();
        drop(catalogue);
        let catalogue = Catalogue::open(dir.path()).unwrap();
        assert_eq!(sum.patents, 2);
        assert!(catalogue.is_of(2, sum) && !catalogue.is_of(1, sum) && !catalogue.is_of(2, empty));
        assert_eq!(catalogue.get("US1A").unwrap(), Some(located(9)));
        assert_eq!(catalogue.get("US3A").unwrap(), None);
    }

    #[test]
    fn dumps_are_remembered_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::open(dir.path()).unwrap();
        let mut dump = DumpProgress { name: "ipg.zip".to_owned(), bytes: 9, records: 1, complete: false };
        catalogue.record_dump(&dump).unwrap();
        dump.complete = true;
        catalogue.record_dump(&dump).unwrap();
        assert_eq!(catalogue.dumps().unwrap(), [dump]);
    }

    #[test]
    fn whatever_is_torn_it_opens_and_what_is_missing_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..2_000).map(|i| format!("US{i}B2")).collect();
        let entries = names.iter().zip(0..).map(|(name, i)| (name.as_str(), located(i)));
        let sum = Catalogue::open(dir.path()).unwrap().commit(1, entries, CatalogueSum::default()).unwrap();
        let files: Vec<PathBuf> = fs_err::read_dir(dir.path().join("catalogue"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file() && fs_err::metadata(path).unwrap().len() > 0)
            .collect();
        assert!(!files.is_empty());
        for file in files {
            let whole = fs_err::read(&file).unwrap();
            for length in [0, 1, whole.len() / 2, whole.len() - 1] {
                fs_err::write(&file, &whole[..length]).unwrap();
                let catalogue = Catalogue::open(dir.path()).unwrap();
                let is_whole =
                    names.iter().zip(0..).all(|(name, i)| catalogue.get(name).unwrap() == Some(located(i)));
                assert_eq!(catalogue.is_of(1, sum), is_whole, "{} cut to {length}", file.display());
                drop(catalogue);
                let entries = names.iter().zip(0..).map(|(name, i)| (name.as_str(), located(i)));
                Catalogue::remove(dir.path()).unwrap();
                Catalogue::open(dir.path()).unwrap().commit(1, entries, CatalogueSum::default()).unwrap();
            }
        }
    }
}
