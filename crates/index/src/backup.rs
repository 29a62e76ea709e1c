//! A copy of one generation, whole and consistent, while a writer and readers go on.
//!
//! Files are mapped before the first of them is copied: what a commit or a merge unlinks meanwhile stays
//! readable. The catalogue is left out, for only the writer may read it; restoring makes it again.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::file::sync_dir;
use crate::raw::Mapped;
use crate::{IndexError, Reader, Writer, check, lock};

/// How often the generation may change while its files are mapped.
const ATTEMPTS: usize = 20;

/// A copy that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// The generation that it is of.
    pub generation: u64,
    /// Files in it.
    pub files: usize,
    /// Bytes in them.
    pub bytes: u64,
}

/// Copies the committed generation of `index` to `target`, which must not exist yet: a tar file where the name
/// ends in `.tar`, else a directory, which can be searched as it is. Every checksum is compared first.
///
/// # Errors
/// Damage: no backup is made of it. Whatever fails, there is no `target` then.
pub fn backup(index: &Path, target: &Path) -> Result<Backup, IndexError> {
    let held = hold(index)?;
    make(target, |partial| {
        if target.extension().is_some_and(|extension| extension == "tar") {
            held.write_tar(partial)
        } else {
            held.write_directory(partial)
        }
    })?;
    Ok(held.summary())
}

/// Makes an index of a backup, with its catalogue, and checks it. `index` must not exist yet.
///
/// # Errors
/// A backup that is not whole. Whatever fails, there is no `index` then.
pub fn restore(backup: &Path, index: &Path) -> Result<Backup, IndexError> {
    make(index, |partial| {
        unpack(backup, partial)?;
        // Opening for writing makes the catalogue.
        Writer::open(partial).and_then(Writer::close).map_err(|error| match error {
            error @ IndexError::Io { .. } => error,
            error => IndexError::damaged(backup, error.to_string()),
        })?;
        match check(partial)?.faults.into_iter().next() {
            Some(fault) => {
                Err(IndexError::damaged(backup, format!("{}: {}", fault.file.display(), fault.what)))
            }
            None => Ok(()),
        }
    })?;
    Ok(Held::of(&Reader::open(index)?)?.summary())
}

fn unpack(backup: &Path, target: &Path) -> Result<(), IndexError> {
    if fs_err::metadata(backup)?.is_dir() {
        return Held::of(&Reader::open(backup)?)?.write_directory(target);
    }
    let unpacked = tar::Archive::new(fs_err::File::open(backup)?).unpack(target);
    unpacked.map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", backup.display())).into())
}

/// What others keep in an index's directory: saved searches, a scheme of classes.
fn beside(index: &Path) -> Result<Vec<String>, IndexError> {
    let mut names = Vec::new();
    for entry in fs_err::read_dir(index)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = name == lock::FILE || name.starts_with("manifest-");
        if entry.file_type()?.is_file() && !is_ours && entry.metadata()?.len() > 0 {
            names.push(name);
        }
    }
    Ok(names)
}

/// The files of a generation, by their paths within the index.
struct Held {
    generation: u64,
    files: BTreeMap<String, Content>,
}

enum Content {
    Mapped(Mapped),
    Text(String),
}

impl Content {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Mapped(file) => file.bytes(),
            Self::Text(text) => text.as_bytes(),
        }
    }
}

/// Maps all files of the committed generation, none of them damaged.
fn hold(index: &Path) -> Result<Held, IndexError> {
    for _ in 0..ATTEMPTS {
        let reader = Reader::open(index)?;
        if reader.generation() == 0 {
            return Err(IndexError::Missing { path: index.to_owned() });
        }
        let held = Held::of(&reader);
        let damage = reader.verify()?.into_iter().next();
        match (held, damage) {
            (Ok(held), None) => return Ok(held),
            // What is missing may only be of before a commit, or of before a merge of tantivy's own.
            _ if Reader::open(index)?.keyword.meta()? != reader.keyword.meta()? => {}
            (Err(error), _) | (_, Some(error)) => return Err(error),
        }
    }
    Err(IndexError::Busy { path: index.to_owned() })
}

impl Held {
    fn of(reader: &Reader) -> Result<Self, IndexError> {
        let mut files = BTreeMap::new();
        let mut map = |path: String| {
            let file = Mapped::open_whole(&reader.path.join(&path))?;
            files.insert(path, Content::Mapped(file));
            Ok::<_, IndexError>(())
        };
        map(format!("manifest-{}.json", reader.generation()))?;
        for entry in &reader.manifest.segments {
            let directory = entry.directory();
            entry.files().try_for_each(|file| map(format!("segments/{directory}/{}", file.name)))?;
        }
        let names = reader.keyword.files();
        names.iter().try_for_each(|name| map(format!("keyword/{}", name.display())))?;
        beside(&reader.path)?.into_iter().try_for_each(&mut map)?;
        files.insert("keyword/meta.json".to_owned(), Content::Text(reader.keyword.meta()?));
        files.insert("keyword/.managed.json".to_owned(), Content::Text(managed(&names)));
        Ok(Self { generation: reader.generation(), files })
    }

    fn summary(&self) -> Backup {
        let bytes = self.files.values().map(|content| content.bytes().len() as u64).sum();
        Backup { generation: self.generation, files: self.files.len(), bytes }
    }

    fn write_directory(&self, target: &Path) -> Result<(), IndexError> {
        for (path, content) in &self.files {
            let path = target.join(path);
            let directory = path.parent().unwrap_or(target);
            fs_err::create_dir_all(directory)?;
            let mut file = fs_err::File::create(&path)?;
            file.write_all(content.bytes())?;
            file.sync_all()?;
            sync_dir(directory)?;
        }
        sync_dir(&target.join("segments"))?;
        sync_dir(target)
    }

    fn write_tar(&self, target: &Path) -> Result<(), IndexError> {
        let mut archive = tar::Builder::new(fs_err::File::create(target)?);
        for (path, content) in &self.files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.bytes().len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, path, content.bytes())?;
        }
        archive.into_inner()?.sync_all()?;
        Ok(())
    }
}

/// tantivy's list of the files that are its own; without it, it would never remove them.
fn managed(names: &[PathBuf]) -> String {
    let meta = PathBuf::from("meta.json");
    let names: Vec<_> = names.iter().chain([&meta]).map(|name| name.display().to_string()).collect();
    serde_json::Value::from(names).to_string()
}

/// Makes `target` under another name, which it keeps until it is whole.
fn make(target: &Path, write: impl FnOnce(&Path) -> Result<(), IndexError>) -> Result<(), IndexError> {
    if target.exists() {
        return Err(IndexError::Exists { path: target.to_owned() });
    }
    let mut partial = target.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    remove(&partial)?;
    if let Err(error) = write(&partial) {
        // The failure itself says more than one to clean up.
        let _ = remove(&partial);
        return Err(error);
    }
    fs_err::rename(&partial, target)?;
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_dir(parent),
        _ => sync_dir(Path::new(".")),
    }
}

/// Removes a file or a directory, if it is there.
fn remove(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs_err::remove_dir_all(path),
        Ok(_) => fs_err::remove_file(path),
        Err(_) => Ok(()),
    }
}
