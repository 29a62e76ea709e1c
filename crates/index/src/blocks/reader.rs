//! Reading `patents.blk`.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_64_with_seed;
use zstd::bulk::Decompressor;
use zstd::dict::DecoderDictionary;

use super::{MAGIC, SUM, dictionary};
use crate::IndexError;
use crate::file::FileEntry;
use crate::raw::Mapped;

/// The patents of a sealed segment.
pub(crate) struct Blocks {
    file: Mapped,
    dictionary: DecoderDictionary<'static>,
    records: u32,
    tables: u64,
    numbers: u64,
}

impl Blocks {
    pub(crate) fn open(dir: &Path, entry: &FileEntry) -> Result<Self, IndexError> {
        let (file, [records, _, tables, numbers, ..]) = entry.open(dir, MAGIC)?;
        // With another dictionary a record would become another text.
        let dictionary = dictionary(file.bytes(), 0).map(DecoderDictionary::copy).ok_or_else(|| {
            IndexError::damaged(file.path(), "the checksum of its dictionary does not match")
        })?;
        let records = u32::try_from(records)
            .map_err(|_| IndexError::damaged(file.path(), format!("{records} records are too many")))?;
        let blocks = Self { file, dictionary, records, tables, numbers };
        // All tables are looked at once, so that a footer that contradicts the file is found on opening.
        blocks.offsets()?;
        blocks.numbers()?;
        Ok(blocks)
    }

    /// How many patents there are.
    pub(crate) fn len(&self) -> u32 {
        self.records
    }

    /// The JSON of a patent, checksum verified.
    pub(crate) fn read(&self, ordinal: u32) -> Result<Vec<u8>, IndexError> {
        let damaged = |what: &str| IndexError::damaged(self.file.path(), format!("record {ordinal}: {what}"));
        let record = self.record(ordinal)?.ok_or_else(|| damaged("not where the table says"))?;
        let (sum, compressed) = record.split_first_chunk::<SUM>().ok_or_else(|| damaged("cut short"))?;
        if u64::from_le_bytes(*sum) != xxh3_64_with_seed(compressed, u64::from(ordinal)) {
            return Err(damaged("its checksum does not match"));
        }
        decompress(compressed, &self.dictionary).map_err(|error| damaged(&error.to_string()))
    }

    /// The publication number of a patent, and its digest.
    pub(crate) fn key(&self, ordinal: u32) -> Result<(&str, u64), IndexError> {
        let find = || {
            let digest = self.digests().ok()?.get(ordinal as usize)?;
            let ends = self.ends().ok()?;
            let start = ordinal.checked_sub(1).map_or(Some(&0), |before| ends.get(before as usize))?;
            let number = self.numbers().ok()?.get(*start as usize..*ends.get(ordinal as usize)? as usize)?;
            Some((std::str::from_utf8(number).ok()?, *digest))
        };
        find().ok_or_else(|| {
            IndexError::damaged(
                self.file.path(),
                format!("record {ordinal} has no entry in the table of numbers"),
            )
        })
    }

    fn record(&self, ordinal: u32) -> Result<Option<&[u8]>, IndexError> {
        let offsets = self.offsets()?;
        let (start, end) = (offsets.get(ordinal as usize), offsets.get(ordinal as usize + 1));
        let range = start.zip(end).map(|(&start, &end)| start as usize..end as usize);
        Ok(range.and_then(|range| self.file.bytes().get(range)))
    }

    fn offsets(&self) -> Result<&[u64], IndexError> {
        self.file.slice(self.tables, u64::from(self.records) + 1)
    }

    fn digests(&self) -> Result<&[u64], IndexError> {
        self.file.slice(self.tables + 8 * (u64::from(self.records) + 1), self.records.into())
    }

    fn ends(&self) -> Result<&[u32], IndexError> {
        self.file.slice(self.tables + 8 * (2 * u64::from(self.records) + 1), self.records.into())
    }

    fn numbers(&self) -> Result<&[u8], IndexError> {
        let start = self.tables + 8 * (2 * u64::from(self.records) + 1) + 4 * u64::from(self.records);
        self.file.slice(start, self.numbers)
    }
}

/// The JSON of a compressed record.
pub(super) fn decompress(record: &[u8], dictionary: &DecoderDictionary<'_>) -> std::io::Result<Vec<u8>> {
    /// The longest patents have some tens of megabytes.
    const LONGEST: usize = 1 << 30;
    let length = Decompressor::upper_bound(record).unwrap_or(LONGEST).min(LONGEST);
    Decompressor::with_prepared_dictionary(dictionary)?.decompress(record, length)
}

impl std::fmt::Debug for Blocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blocks")
            .field("file", &self.file)
            .field("records", &self.records)
            .finish_non_exhaustive()
    }
}
