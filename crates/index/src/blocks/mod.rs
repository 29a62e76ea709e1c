//! `patents.blk`: the patents of a segment, compressed one by one, each with its own checksum.
//!
//! ```text
//! dictionary its length and its xxh3 (u64 each), and itself
//! records    per patent: xxh3 of what follows, seeded with the ordinal (u64); zstd of the patent's JSON
//! dictionary again
//! offsets    where each record begins, and where the last one ends (u64 each)
//! digests    what the patent was made from, see [`crate::digest`] (u64 each)
//! ends       where each number ends in the next table (u32 each)
//! numbers    the publication numbers, one after the other
//! footer     records, offset of the second dictionary, offset of the tables, length of the numbers
//! ```
//! The digests and numbers are there so that a lost catalogue is rebuilt without decompressing anything. The
//! dictionary stands at both ends, and records need no table to be found one after the other, so that a file
//! cut short or altered anywhere still gives up every record that is whole ([`salvage`](mod@salvage)).

mod reader;
mod salvage;
mod writer;

pub(crate) use reader::Blocks;
pub(crate) use salvage::salvage;
pub(crate) use writer::BlockWriter;

use xxhash_rust::xxh3::xxh3_64;

use crate::file::Magic;

const MAGIC: Magic = *b"PRIBLK02";

/// Bytes of the checksum in front of a record.
const SUM: usize = 8;

/// Bytes of length and checksum in front of a dictionary.
const HEAD: usize = 16;

/// The dictionary that stands at `offset`, if it is whole.
fn dictionary(bytes: &[u8], offset: usize) -> Option<&[u8]> {
    let (head, rest) = bytes.get(offset..)?.split_first_chunk::<HEAD>()?;
    let [length, sum] = bytemuck::pod_read_unaligned::<[u64; 2]>(head);
    let dictionary = rest.get(..usize::try_from(length).ok()?)?;
    (xxh3_64(dictionary) == sum).then_some(dictionary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::FileEntry;

    fn record(i: u32) -> String {
        format!(
            "{{\"number\":\"US{i}A\",\"title\":\"a method for making widget {i}\",\"claims\":[{}]}}",
            i * i
        )
    }

    fn written(dir: &std::path::Path, count: u32) -> FileEntry {
        let mut writer = BlockWriter::create(dir.join("patents.blk")).unwrap();
        for i in 0..count {
            writer.add(&format!("US{i}A"), u64::from(i) * 7, record(i).as_bytes()).unwrap();
        }
        writer.seal().unwrap()
    }

    #[track_caller]
    fn check(count: u32) {
        let dir = tempfile::tempdir().unwrap();
        let blocks = Blocks::open(dir.path(), &written(dir.path(), count)).unwrap();
        assert_eq!(blocks.len(), count);
        for i in 0..count {
            assert_eq!(blocks.read(i).unwrap(), record(i).as_bytes());
            assert_eq!(blocks.key(i).unwrap(), (format!("US{i}A").as_str(), u64::from(i) * 7));
        }
        assert!(blocks.read(count).is_err());
    }

    #[test]
    fn records_come_back() {
        check(0);
        check(1);
        check(99);
        check(1_500);
    }

    #[test]
    fn a_dictionary_makes_many_records_smaller() {
        let dir = tempfile::tempdir().unwrap();
        let raw: usize = (0..1_500).map(|i| record(i).len()).sum();
        assert!(written(dir.path(), 1_500).bytes < raw as u64);
    }

    #[test]
    fn a_flipped_record_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let entry = written(dir.path(), 3);
        let path = dir.path().join("patents.blk");
        let mut bytes = fs_err::read(&path).unwrap();
        bytes[HEAD + SUM + 5] ^= 0x10;
        fs_err::write(&path, bytes).unwrap();
        let blocks = Blocks::open(dir.path(), &entry).unwrap();
        let error = blocks.read(0).unwrap_err().to_string();
        assert!(error.contains("patents.blk") && error.contains("record 0"), "{error}");
        assert_eq!(blocks.read(1).unwrap(), record(1).as_bytes());
    }
}
