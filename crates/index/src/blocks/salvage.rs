//! What can still be read of a damaged `patents.blk`.

use xxhash_rust::xxh3::xxh3_64_with_seed;
use zstd::dict::DecoderDictionary;
use zstd::zstd_safe::find_frame_compressed_size;

use super::reader::decompress;
use super::{HEAD, MAGIC, SUM, dictionary};
use crate::file::footer_fields;

/// The first bytes of every zstd frame.
const FRAME: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// How many records in a row may be lost for those after them to be told apart.
const GAP: u32 = 4_096;

/// The ordinals and JSON of the records that are whole, of the `records` that were written.
///
/// Neither tables nor footer are needed: each record's checksum says whether it is whole, and which it is.
pub(crate) fn salvage(bytes: &[u8], records: u32) -> impl Iterator<Item = (u32, Vec<u8>)> {
    let first = dictionary(bytes, 0);
    let second = || {
        let [_, offset, ..] = footer_fields(bytes, MAGIC)?;
        dictionary(bytes, usize::try_from(offset).ok()?)
    };
    let dictionary = first.or_else(second);
    // Where the first dictionary is damaged its length may be as well; a search finds the first record.
    let start = HEAD + dictionary.map_or(0, <[u8]>::len);
    let decoder = dictionary.map(DecoderDictionary::copy);
    let whole = Whole { bytes, at: start, next: 0, records };
    whole.filter_map(move |(ordinal, record)| Some((ordinal, decompress(record, decoder.as_ref()?).ok()?)))
}

/// Finds one whole record after the other.
struct Whole<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The ordinal of the record that should be there.
    next: u32,
    records: u32,
}

impl<'a> Iterator for Whole<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let expected = self.record(self.at, self.next..self.next.saturating_add(1));
        let (at, ordinal, record) =
            expected.map(|(ordinal, record)| (self.at, ordinal, record)).or_else(|| self.search())?;
        self.at = at + SUM + record.len();
        self.next = ordinal + 1;
        Some((ordinal, record))
    }
}

impl<'a> Whole<'a> {
    /// The record at `at`, if it is whole and one of those expected.
    fn record(&self, at: usize, expected: std::ops::Range<u32>) -> Option<(u32, &'a [u8])> {
        let (sum, rest) = self.bytes.get(at..)?.split_first_chunk::<SUM>()?;
        let record = rest.get(..find_frame_compressed_size(rest).ok()?)?;
        let sum = u64::from_le_bytes(*sum);
        let is_this = |ordinal: &u32| xxh3_64_with_seed(record, u64::from(*ordinal)) == sum;
        expected.take_while(|&ordinal| ordinal < self.records).find(is_this).map(|ordinal| (ordinal, record))
    }

    /// The next whole record after a damaged one.
    fn search(&self) -> Option<(usize, u32, &'a [u8])> {
        let frames = self.bytes.get(self.at + SUM..)?.windows(FRAME.len()).enumerate();
        let mut starts = frames.filter(|(_, window)| *window == FRAME).map(|(offset, _)| self.at + offset);
        let expected = self.next..self.next.saturating_add(GAP);
        starts.find_map(|at| self.record(at, expected.clone()).map(|(ordinal, record)| (at, ordinal, record)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::BlockWriter;

    const RECORDS: u32 = 150;

    fn record(i: u32) -> Vec<u8> {
        format!("{{\"number\":\"US{i}A\",\"title\":\"a method for making widget {i}\"}}").into_bytes()
    }

    fn file() -> Vec<u8> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("patents.blk");
        let mut writer = BlockWriter::create(path.clone()).unwrap();
        for i in 0..RECORDS {
            writer.add(&format!("US{i}A"), 0, &record(i)).unwrap();
        }
        writer.seal().unwrap();
        fs_err::read(path).unwrap()
    }

    /// Which records are found; they must be what was written.
    fn found(bytes: &[u8]) -> Vec<u32> {
        let found: Vec<_> = salvage(bytes, RECORDS).collect();
        for (ordinal, json) in &found {
            assert_eq!(*json, record(*ordinal));
        }
        found.into_iter().map(|(ordinal, _)| ordinal).collect()
    }

    #[test]
    fn a_flip_anywhere_costs_one_record_at_most() {
        let whole = file();
        assert_eq!(found(&whole).len(), RECORDS as usize);
        for position in (0..whole.len()).step_by(97) {
            let mut flipped = whole.clone();
            flipped[position] ^= 0x11;
            assert!(found(&flipped).len() >= RECORDS as usize - 1, "flip at {position}");
        }
    }

    #[test]
    fn a_cut_costs_what_is_behind_it() {
        let whole = file();
        let mut before = 0;
        for length in (0..whole.len()).step_by(131) {
            let found = found(&whole[..length]);
            assert_eq!(found, (0..found.len() as u32).collect::<Vec<_>>());
            assert!(found.len() >= before);
            before = found.len();
        }
        assert_eq!(before, RECORDS as usize);
    }

    #[test]
    fn a_hole_costs_what_was_in_it() {
        let whole = file();
        let mut holed = whole.clone();
        let (start, end) = (whole.len() / 3, whole.len() / 3 + 400);
        holed[start..end].fill(0);
        let found = found(&holed);
        assert!(found.len() > RECORDS as usize / 2 && found.contains(&0) && found.contains(&(RECORDS - 1)));
    }
}
