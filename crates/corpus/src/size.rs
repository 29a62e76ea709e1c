//! Which files a dump consists of, and how large they are.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;
use zip::ZipArchive;
use zip::read::ZipFile;

/// The bytes of the dump's documents, as far as they can be told without reading it; for progress.
pub fn dump_size(path: &Path) -> u64 {
    files(path).filter_map(Result::ok).map(|file| file_size(file.path()).unwrap_or(0)).sum()
}

/// The files below a folder by name, in the order in which a folder is read; those that cannot be listed are left out.
pub fn dump_files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    files(folder).filter_map(Result::ok).map(walkdir::DirEntry::into_path)
}

/// The files below a folder by name, or the file itself.
pub(crate) fn files(path: &Path) -> impl Iterator<Item = walkdir::Result<walkdir::DirEntry>> {
    let walk = WalkDir::new(path).sort_by_file_name().follow_links(true);
    walk.into_iter().filter(|entry| entry.as_ref().map_or(true, |entry| entry.file_type().is_file()))
}

fn file_size(path: &Path) -> Option<u64> {
    if !is_zip_name(path.to_str()?) {
        return Some(path.metadata().ok()?.len());
    }
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
    let sizes = (0..archive.len()).filter_map(|i| {
        let entry = archive.by_index_raw(i).ok()?;
        let name = entry_name(&entry);
        (is_xml_name(&name) || is_zip_name(&name)).then(|| entry.size())
    });
    Some(sizes.sum())
}

/// Names in an archive need not be text.
pub(crate) fn entry_name<R: Read>(entry: &ZipFile<'_, R>) -> String {
    entry.name().map_or_else(|_| "entry".to_owned(), Cow::into_owned)
}

pub(crate) fn is_xml_name(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("xml"))
}

pub(crate) fn is_zip_name(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("zip"))
}
