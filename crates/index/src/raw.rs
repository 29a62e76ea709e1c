//! The crate's only unsafe code: mapping files, viewing half floats as simsimd's, and prefetching.
//!
//! Mapped files are sealed before they are mapped and are never written again, only unlinked, which leaves
//! a mapping whole. A stranger who cuts a mapped file can raise SIGBUS; no program that maps files is safe
//! from that.

use std::path::{Path, PathBuf};

use bytemuck::AnyBitPattern;
use half::f16;
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
        let file = fs_err::File::open(path)?;
        let found = file.metadata()?.len();
        if found != length {
            return Err(IndexError::damaged(path, format!("{found} bytes where {length} were committed")));
        }
        #[expect(unsafe_code, reason = "mapping is what this module is for; see its head")]
        let map = unsafe { Mmap::map(file.file()) }?;
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

/// The same half floats, in the type that simsimd takes.
pub(crate) fn as_simsimd(row: &[f16]) -> &[simsimd::f16] {
    #[expect(unsafe_code, reason = "both are `repr(transparent)` around u16, and every u16 is a value")]
    unsafe {
        std::slice::from_raw_parts(row.as_ptr().cast(), row.len())
    }
}

/// Asks for the start of `data` to be brought into the cache; a hint, nothing where there is no such hint.
#[inline]
pub(crate) fn prefetch<T>(data: &[T]) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        const LINE: usize = 64;
        // The first lines start the hardware's own prefetcher, which brings the rest of a row.
        for line in (0..size_of_val(data).min(4 * LINE)).step_by(LINE) {
            #[expect(unsafe_code, reason = "a prefetch reads nothing, and the address lies within `data`")]
            unsafe {
                _mm_prefetch::<_MM_HINT_T0>(data.as_ptr().cast::<i8>().add(line));
            }
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = data;
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

    #[test]
    fn half_floats_are_the_same_in_both_types() {
        let row = [1.0, -2.5, 0.0].map(f16::from_f32);
        assert_eq!(as_simsimd(&row).iter().map(|x| x.to_f32()).collect::<Vec<_>>(), [1.0, -2.5, 0.0]);
    }
}
