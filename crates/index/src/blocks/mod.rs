//! `patents.blk`: the patents of a segment, compressed one by one, each with its own checksum.
//!
//! ```text
//! records   per patent: xxh3 of what follows, seeded with the ordinal (u64); zstd of the patent's JSON
//! dictionary
//! offsets   where each record begins, and where the last one ends (u64 each)
//! digests   what the patent was made from, see [`crate::digest`] (u64 each)
//! ends      where each number ends in the next table (u32 each)
//! numbers   the publication numbers, one after the other
//! footer    records, offset of the dictionary, its length, offset of the tables, length of the numbers
//! ```
//! The digests and numbers are there so that a lost catalogue is rebuilt without decompressing anything.

mod reader;
mod writer;

pub(crate) use reader::Blocks;
pub(crate) use writer::BlockWriter;

use crate::file::Magic;

const MAGIC: Magic = *b"PRIBLK01";

/// Bytes of the checksum in front of a record.
const SUM: usize = 8;

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
        bytes[SUM + 3] ^= 0x10;
        fs_err::write(&path, bytes).unwrap();
        let blocks = Blocks::open(dir.path(), &entry).unwrap();
        let error = blocks.read(0).unwrap_err().to_string();
        assert!(error.contains("patents.blk") && error.contains("record 0"), "{error}");
        assert_eq!(blocks.read(1).unwrap(), record(1).as_bytes());
    }
}
