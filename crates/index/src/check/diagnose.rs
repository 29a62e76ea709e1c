//! What is wrong with the committed generation, file by file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Fault;
use crate::IndexError;
use crate::catalogue::Catalogue;
use crate::keyword::Keyword;
use crate::lock::Lock;
use crate::manifest::{Manifest, generations};

/// How often the generation may change while it is read.
const ATTEMPTS: usize = 20;

/// The state of an index.
#[derive(Debug)]
pub(super) struct Diagnosis {
    pub(super) manifest: Manifest,
    /// The keyword index, if there is nothing wrong with it.
    pub(super) keyword: Option<Keyword>,
    /// The catalogue, if there is nothing wrong with it and no writer has it.
    pub(super) catalogue: Option<Catalogue>,
    /// The names of damaged files, by segment.
    pub(super) damaged: BTreeMap<u32, BTreeSet<String>>,
    pub(super) faults: Vec<Fault>,
    /// The writer's lock, unless a writer has it. Dropped last.
    pub(super) lock: Option<Lock>,
}

/// Reads all of an index.
///
/// # Errors
/// No index, or damage to its manifest: then nothing says what should be there.
pub(super) fn diagnose(index: &Path) -> Result<Diagnosis, IndexError> {
    // What tantivy commits, merges included.
    let meta = || fs_err::read(index.join("keyword/meta.json")).ok();
    for _ in 0..ATTEMPTS {
        let before = meta();
        let diagnosis = examine(index);
        // Beside a writer, what is missing may only be of before a commit.
        if diagnosis.as_ref().is_ok_and(|diagnosis| diagnosis.faults.is_empty()) || meta() == before {
            return diagnosis;
        }
    }
    Err(IndexError::Busy { path: index.to_owned() })
}

fn examine(index: &Path) -> Result<Diagnosis, IndexError> {
    let is_new = generations(index).is_ok_and(|generations| generations.is_empty());
    if is_new && !index.join("keyword/meta.json").exists() {
        return Err(IndexError::Missing { path: index.to_owned() });
    }
    let lock = match Lock::take(index) {
        Ok(lock) => Some(lock),
        Err(IndexError::Locked { .. }) => None,
        Err(error) => return Err(error),
    };
    let (keyword, manifest, mut faults) = committed(index)?;
    let damaged = damaged_files(index, &manifest, &mut faults);
    let catalogue = match &lock {
        Some(_) => open_catalogue(index, &manifest).map_err(|fault| faults.push(fault)).ok(),
        None => None,
    };
    Ok(Diagnosis { manifest, keyword, catalogue, damaged, faults, lock })
}

/// The keyword index, if it is whole, and the manifest that was committed with it.
fn committed(index: &Path) -> Result<(Option<Keyword>, Manifest, Vec<Fault>), IndexError> {
    let error = match open_keyword(index) {
        Ok((keyword, generation)) => {
            let damage = keyword.damaged()?;
            let faults: Vec<_> = damage.iter().map(|error| Fault::of(error, index)).collect();
            return Ok((faults.is_empty().then_some(keyword), Manifest::load(index, generation)?, faults));
        }
        Err(IndexError::Missing { .. }) => {
            IndexError::damaged(index.join("keyword/meta.json"), "missing, though generations were committed")
        }
        Err(error) => error,
    };
    // Every manifest was whole before the keyword index could name it, so the newest whole one is the last
    // that was committed, or one that only wanted that.
    let mut whole = generations(index)?.into_iter().rev().filter_map(|id| Manifest::load(index, id).ok());
    let manifest = whole.next().ok_or_else(|| {
        IndexError::damaged(
            index.join("keyword"),
            format!("{error}; and no manifest says what should be there"),
        )
    })?;
    Ok((None, manifest, vec![Fault::of(&error, &index.join("keyword"))]))
}

fn open_keyword(index: &Path) -> Result<(Keyword, u64), IndexError> {
    for _ in 0..ATTEMPTS {
        if let Some(opened) = Keyword::open(index)? {
            return Ok(opened);
        }
    }
    Err(IndexError::Busy { path: index.to_owned() })
}

fn damaged_files(
    index: &Path,
    manifest: &Manifest,
    faults: &mut Vec<Fault>,
) -> BTreeMap<u32, BTreeSet<String>> {
    let mut damaged: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    for entry in &manifest.segments {
        let directory = index.join("segments").join(entry.directory());
        for file in entry.files() {
            if let Err(error) = file.verify(&directory) {
                faults.push(Fault::of(&error, &directory.join(&file.name)));
                damaged.entry(entry.id).or_default().insert(file.name.clone());
            }
        }
    }
    damaged
}

fn open_catalogue(index: &Path, manifest: &Manifest) -> Result<Catalogue, Fault> {
    let path = index.join("catalogue");
    if !path.exists() {
        return Err(Fault::new(&path, &"missing"));
    }
    let catalogue = Catalogue::try_open(&path).map_err(|error| Fault::new(&path, &error))?;
    if catalogue.is_of(manifest.generation, manifest.catalogue) {
        return Ok(catalogue);
    }
    Err(Fault::new(&path, &"its entries are not those that were committed"))
}
