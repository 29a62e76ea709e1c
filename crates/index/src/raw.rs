//! Mapping files: with [`simd`](crate::simd), the only unsafe code of the crate.
//!
//! Mapped files are sealed before they are mapped and are never written again, only unlinked, which leaves
//! a mapping whole. A stranger who cuts a mapped file can raise SIGBUS; no program that maps files is safe
//! from that.

use std::io;
use std::path::{Path, PathBuf};

use bytemuck::AnyBitPattern;
use memmap2::Mmap;

use crate::IndexError;

#[cfg(target_endian = "big")]
compile_error!("the files of an index are little-endian and mapped as they are");

/// A sealed file, mapped.
#[derive(Debug)]
pub(crate) struct Mapped {
    path: PathBuf,
    map: Mmap,
}

impl Mapped {
    /// Maps `path`, which must be `length` bytes long.
    pub(crate) fn open(path: &Path, length: u64) -> Result<Self, IndexError> {
        let mapped = Self::open_whole(path)?;
        let found = mapped.map.len();
        if found as u64 != length {
            return Err(IndexError::damaged(path, format!("{found} bytes where {length} were committed")));
        }
        Ok(mapped)
    }

    /// Maps `path`, however long it is.
    pub(crate) fn open_whole(path: &Path) -> Result<Self, IndexError> {
        let file = fs_err::File::open(path)?;
        #[expect(unsafe_code, reason = "mapping is what this module is for; see its head")]
        let map = unsafe { Mmap::map(file.file()) };
        let unmapped = |error: io::Error| {
            io::Error::new(error.kind(), format!("failed to map file `{}`: {error}", path.display()))
        };
        let map = map.map_err(unmapped)?;
        Ok(Self { path: path.to_owned(), map })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// The `count` values of type `T` that begin at byte `offset`.
    pub(crate) fn slice<T: AnyBitPattern>(&self, offset: u64, count: u64) -> Result<&[T], IndexError> {
        let range = || {
            let start = usize::try_from(offset).ok()?;
            let length = usize::try_from(count).ok()?.checked_mul(size_of::<T>())?;
            self.map.get(start..start.checked_add(length)?)
        };
        range().and_then(|bytes| bytemuck::try_cast_slice(bytes).ok()).ok_or_else(|| {
            IndexError::damaged(&self.path, format!("no {count} values at byte {offset} as its footer says"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_outside_the_file_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs_err::write(&path, [1_u8; 12]).unwrap();
        let mapped = Mapped::open(&path, 12).unwrap();
        assert_eq!(mapped.slice::<u32>(4, 2).unwrap(), [0x0101_0101; 2]);
        for (offset, count) in [(4, 3), (2, 1), (u64::MAX, 1), (0, u64::MAX)] {
            assert!(mapped.slice::<u32>(offset, count).is_err(), "{offset} {count}");
        }
        assert!(Mapped::open(&path, 13).unwrap_err().to_string().contains("12 bytes where 13"));
    }
}
