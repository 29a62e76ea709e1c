//! Where parts lie: a folder, or a bucket of an object store that speaks S3.

mod bucket;

use std::fmt;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use self::bucket::Bucket;
use crate::PartsError;

const S3: &str = "s3://";
const EXTENSION: &str = ".parquet";

/// A place for parts. A part appears whole or not at all.
#[derive(Debug)]
pub struct Storage {
    name: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Folder(PathBuf),
    Bucket(Bucket),
}

impl Storage {
    /// The place that `name` names: `s3://bucket/prefix`, or else a folder.
    ///
    /// Endpoint, region and credentials of a store come from the environment: `AWS_ENDPOINT_URL`, `AWS_REGION`,
    /// `AWS_ACCESS_KEY_ID` and others that start with `AWS_`. They are never printed.
    pub fn open(name: &str) -> Result<Self, PartsError> {
        let kind = match name.strip_prefix(S3) {
            Some(rest) => Kind::Bucket(Bucket::open(name, rest)?),
            None => Kind::Folder(name.into()),
        };
        Ok(Self { name: name.trim_end_matches('/').to_owned(), kind })
    }

    /// The names of all parts, sorted.
    pub fn names(&self) -> Result<Vec<String>, PartsError> {
        let mut names = match &self.kind {
            Kind::Folder(folder) => files(folder)?,
            Kind::Bucket(bucket) => bucket.names().map_err(|error| self.failed("", error))?,
        };
        names.retain(|name| name.ends_with(EXTENSION));
        names.sort_unstable();
        Ok(names)
    }

    /// The bytes of a part; `None` where it is not there.
    pub fn get(&self, name: &str) -> Result<Option<Bytes>, PartsError> {
        match &self.kind {
            Kind::Folder(folder) => match fs_err::read(folder.join(name)) {
                Ok(bytes) => Ok(Some(bytes.into())),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.into()),
            },
            Kind::Bucket(bucket) => bucket.get(name).map_err(|error| self.failed(name, error)),
        }
    }

    /// Puts a part there, in place of one of the same name.
    pub fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), PartsError> {
        match &self.kind {
            Kind::Folder(folder) => {
                fs_err::create_dir_all(folder)?;
                write_whole(&folder.join(name), &bytes)
            }
            Kind::Bucket(bucket) => bucket.put(name, bytes).map_err(|error| self.failed(name, error)),
        }
    }

    /// What errors call a part that lies here.
    pub(crate) fn path_of(&self, name: &str) -> String {
        format!("{}/{name}", self.name)
    }

    fn failed(&self, name: &str, error: impl std::error::Error + Send + Sync + 'static) -> PartsError {
        PartsError::Store { place: self.path_of(name), source: Box::new(error) }
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn files(folder: &Path) -> Result<Vec<String>, PartsError> {
    let name =
        |entry: std::io::Result<fs_err::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    fs_err::read_dir(folder)?.map(name).collect()
}

/// Writes a file beside its place and renames it, so that nobody ever sees half of it.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), PartsError> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let named =
        |source: std::io::Error| std::io::Error::new(source.kind(), format!("{}: {source}", path.display()));
    let mut file = tempfile::Builder::new().prefix(".part").tempfile_in(folder).map_err(named)?;
    file.write_all(bytes).map_err(named)?;
    make_readable(file.as_file()).map_err(named)?;
    file.as_file().sync_all().map_err(named)?;
    file.persist(path).map_err(|error| named(error.error))?;
    Ok(())
}

/// Temporary files are for their owner alone; those who import may be others.
#[cfg(unix)]
fn make_readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_parts_under_their_names() {
        let dir = tempfile::tempdir().unwrap();
        let storage = Storage::open(dir.path().join("deep/parts/").to_str().unwrap()).unwrap();
        assert_eq!(storage.get("b.parquet").unwrap(), None);
        for (name, bytes) in [("b.parquet", "1"), ("a.parquet", "2"), ("b.parquet", "3"), ("notes.txt", "4")]
        {
            storage.put(name, bytes.into()).unwrap();
        }
        assert_eq!(storage.names().unwrap(), ["a.parquet", "b.parquet"]);
        assert_eq!(storage.get("b.parquet").unwrap().unwrap(), "3");
        assert_eq!(fs_err::read_dir(dir.path().join("deep/parts")).unwrap().count(), 3);
    }

    #[test]
    fn a_place_that_is_none_is_refused_by_name() {
        for (name, reason) in [("s3://", "names no bucket"), ("s3://b/../x", "..")] {
            let error = Storage::open(name).unwrap_err().to_string();
            assert!(error.starts_with(name) && error.contains(reason), "{error}");
        }
        let absent = Storage::open("/nowhere/parts").unwrap();
        assert!(absent.names().unwrap_err().to_string().contains("/nowhere/parts"));
    }
}
