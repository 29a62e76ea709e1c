//! Files that are written once: summed while they are written, sealed by a footer and an fsync.
//!
//! Every file of a segment ends in a footer of 64 bytes: a magic of 8 bytes, which carries the version, six
//! little-endian u64 whose meaning is the file's own, and the xxh3 of the 56 bytes before. The counts stand
//! at the end because they are known only then: what goes in front is appended as it comes.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::IndexError;
use crate::raw::Mapped;

/// Eight bytes that say what a file is, and in which version.
pub(crate) type Magic = [u8; 8];

/// The numbers in a footer.
pub(crate) type Fields = [u64; 6];

pub(crate) const FOOTER: u64 = 64;

/// A sealed file, as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) xxh3: u64,
}

impl FileEntry {
    /// Maps the file in `dir`, length and footer checked.
    pub(crate) fn open(&self, dir: &Path, magic: Magic) -> Result<(Mapped, Fields), IndexError> {
        let mapped = Mapped::open(&dir.join(&self.name), self.bytes)?;
        let fields = read_footer(&mapped, magic)?;
        Ok((mapped, fields))
    }

    /// Reads the whole file and compares its checksum.
    pub(crate) fn verify(&self, dir: &Path) -> Result<(), IndexError> {
        let mapped = Mapped::open(&dir.join(&self.name), self.bytes)?;
        if xxh3_64(mapped.bytes()) == self.xxh3 {
            return Ok(());
        }
        Err(IndexError::damaged(mapped.path(), "its checksum is not the committed one"))
    }
}

/// A file being written.
pub(crate) struct Sealer {
    path: PathBuf,
    file: BufWriter<fs_err::File>,
    bytes: u64,
    sum: Box<Xxh3>,
}

impl Sealer {
    pub(crate) fn create(path: PathBuf) -> Result<Self, IndexError> {
        let file = BufWriter::with_capacity(1 << 16, fs_err::File::create(&path)?);
        Ok(Self { path, file, bytes: 0, sum: Box::new(Xxh3::new()) })
    }

    /// Bytes written so far: the offset of what is written next.
    pub(crate) fn offset(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), IndexError> {
        self.file.write_all(bytes)?;
        self.sum.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Fills up to a multiple of eight, so that tables of u64 can be viewed where they are mapped.
    pub(crate) fn align(&mut self) -> Result<(), IndexError> {
        let missing = self.bytes.next_multiple_of(8) - self.bytes;
        self.write(&[0; 8][..missing as usize])
    }

    /// Appends the footer and brings everything to the disk.
    pub(crate) fn seal(mut self, magic: Magic, fields: Fields) -> Result<FileEntry, IndexError> {
        self.align()?;
        self.write(&footer(magic, fields))?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(FileEntry { name, bytes: self.bytes, xxh3: self.sum.digest() })
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("path", &self.path).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

fn footer(magic: Magic, fields: Fields) -> [u8; FOOTER as usize] {
    let mut footer = [0; FOOTER as usize];
    footer[..8].copy_from_slice(&magic);
    footer[8..56].copy_from_slice(bytemuck::bytes_of(&fields));
    let sum = xxh3_64(&footer[..56]);
    footer[56..].copy_from_slice(&sum.to_le_bytes());
    footer
}

fn read_footer(mapped: &Mapped, magic: Magic) -> Result<Fields, IndexError> {
    let Some(bytes) = mapped.bytes().last_chunk::<{ FOOTER as usize }>() else {
        return Err(IndexError::damaged(mapped.path(), "shorter than its footer"));
    };
    footer_fields(bytes, magic)
        .ok_or_else(|| IndexError::damaged(mapped.path(), "its footer is not one that this version writes"))
}

/// The numbers in the footer of a file, if it is whole.
pub(crate) fn footer_fields(file: &[u8], magic: Magic) -> Option<Fields> {
    let bytes = file.last_chunk::<{ FOOTER as usize }>()?;
    let fields = bytemuck::pod_read_unaligned(&bytes[8..56]);
    (*bytes == footer(magic, fields)).then_some(fields)
}

/// Brings the names in a directory to the disk.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), IndexError> {
    // Directories can be opened, and need to be synced, on Unix alone.
    if cfg!(unix) {
        fs_err::File::open(dir)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: Magic = *b"PRITST01";

    fn sealed() -> (tempfile::TempDir, FileEntry) {
        let dir = tempfile::tempdir().unwrap();
        let mut sealer = Sealer::create(dir.path().join("file")).unwrap();
        sealer.write(b"hello").unwrap();
        let entry = sealer.seal(MAGIC, [1, 2, 3, 4, 5, 6]).unwrap();
        (dir, entry)
    }

    #[test]
    fn what_is_sealed_opens() {
        let (dir, entry) = sealed();
        let (mapped, fields) = entry.open(dir.path(), MAGIC).unwrap();
        assert_eq!((&mapped.bytes()[..5], fields), (b"hello".as_slice(), [1, 2, 3, 4, 5, 6]));
        entry.verify(dir.path()).unwrap();
        assert!(entry.open(dir.path(), *b"PRITST02").is_err());
    }

    #[test]
    fn every_flip_and_every_cut_is_found() {
        let (dir, entry) = sealed();
        let path = dir.path().join("file");
        let whole = fs_err::read(&path).unwrap();
        for position in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[position] ^= 1;
            fs_err::write(&path, &flipped).unwrap();
            assert!(entry.verify(dir.path()).is_err(), "flip at {position}");
            fs_err::write(&path, &whole[..position]).unwrap();
            let error = entry.open(dir.path(), MAGIC).unwrap_err().to_string();
            assert!(error.contains(path.to_str().unwrap()), "{error}");
        }
    }
}
