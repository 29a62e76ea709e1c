//! Mapping parts of files: the only unsafe code of the crate.
//!
//! What is mapped is a model's weights. Nothing of ours writes to such a file: a model that is fetched
//! comes by a rename, which leaves a mapping of the file before it whole. A stranger who cuts a mapped
//! file can raise SIGBUS; no program that maps files is safe from that.

use std::io;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

/// Maps the `length` bytes of `path` from `offset` on, for reading.
pub(crate) fn map(path: &Path, offset: u64, length: usize) -> io::Result<Mmap> {
    let file = fs_err::File::open(path)?;
    if offset.checked_add(length as u64).is_none_or(|end| end > file.metadata().map_or(0, |meta| meta.len()))
    {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter"));
    }
    let mut options = MmapOptions::new();
    options.offset(offset).len(length);
    #[expect(unsafe_code, reason = "mapping is what this module is for; see its head")]
    let map = unsafe { options.map(file.file()) }?;
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_mapped_wherever_it_begins() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let content: Vec<u8> = (0..10_000_u32).map(|byte| byte as u8).collect();
        fs_err::write(file.path(), &content).unwrap();
        for (offset, length) in [(0, 10_000), (1, 3), (4095, 2), (5000, 5000), (10_000, 0)] {
            let map = map(file.path(), offset, length).unwrap();
            assert_eq!(*map, content[offset as usize..][..length]);
        }
        for (offset, length) in [(0, 10_001), (9_999, 2), (u64::MAX, 1)] {
            assert!(map(file.path(), offset, length).is_err());
        }
    }
}
