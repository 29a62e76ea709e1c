//! Writing `patents.blk`.

use std::io;
use std::path::PathBuf;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};
use zstd::bulk::Compressor;

use super::MAGIC;
use crate::IndexError;
use crate::file::{FileEntry, Sealer};

/// zstd's level: on patents, 6 is a tenth smaller than 3, and still ten times as fast as tantivy indexes them.
const LEVEL: i32 = 6;

/// Records that are held back to train the dictionary on; fewer make a dictionary that costs more than it saves.
const SAMPLES: usize = 256;
const MIN_SAMPLES: usize = 100;

/// Bytes after which no more records are held back.
const SAMPLE_BYTES: usize = 8 << 20;

/// The largest dictionary; zstd's own default is 110 KiB, and beyond 64 KiB patents gain little.
const DICTIONARY: usize = 64 << 10;

/// Appends patents to a file that [`seal`](Self::seal) closes.
pub(crate) struct BlockWriter {
    out: Sealer,
    held: Vec<Vec<u8>>,
    held_bytes: usize,
    compressor: Option<Compressor<'static>>,
    dictionary: Vec<u8>,
    offsets: Vec<u64>,
    digests: Vec<u64>,
    ends: Vec<u32>,
    numbers: String,
}

impl BlockWriter {
    pub(crate) fn create(path: PathBuf) -> Result<Self, IndexError> {
        Ok(Self {
            out: Sealer::create(path)?,
            held: Vec::new(),
            held_bytes: 0,
            compressor: None,
            dictionary: Vec::new(),
            offsets: Vec::new(),
            digests: Vec::new(),
            ends: Vec::new(),
            numbers: String::new(),
        })
    }

    pub(crate) fn len(&self) -> u32 {
        self.digests.len() as u32
    }

    /// Appends a patent's JSON under its number.
    pub(crate) fn add(&mut self, number: &str, digest: u64, json: &[u8]) -> Result<(), IndexError> {
        self.digests.push(digest);
        self.numbers.push_str(number);
        self.ends.push(self.numbers.len() as u32);
        if self.compressor.is_some() {
            return self.append(json);
        }
        self.held.push(json.to_vec());
        self.held_bytes += json.len();
        if self.held.len() >= SAMPLES || self.held_bytes >= SAMPLE_BYTES {
            self.release()?;
        }
        Ok(())
    }

    /// Trains the dictionary on what was held back, then writes it.
    fn release(&mut self) -> Result<(), IndexError> {
        let held = std::mem::take(&mut self.held);
        self.dictionary = train(&held, self.held_bytes);
        self.write_dictionary()?;
        self.compressor = Some(Compressor::with_dictionary(LEVEL, &self.dictionary)?);
        held.iter().try_for_each(|json| self.append(json))
    }

    fn append(&mut self, json: &[u8]) -> Result<(), IndexError> {
        let Some(compressor) = &mut self.compressor else {
            return Err(io::Error::other("a record was written before its compressor was made").into());
        };
        let record = compressor.compress(json)?;
        let sum = xxh3_64_with_seed(&record, self.offsets.len() as u64);
        self.offsets.push(self.out.offset());
        self.out.write(&sum.to_le_bytes())?;
        self.out.write(&record)
    }

    /// Writes the tables and brings everything to the disk.
    pub(crate) fn seal(mut self) -> Result<FileEntry, IndexError> {
        if self.compressor.is_none() {
            self.release()?;
        }
        self.offsets.push(self.out.offset());
        let dictionary = self.out.offset();
        self.write_dictionary()?;
        self.out.align()?;
        let tables = self.out.offset();
        self.out.write(bytemuck::cast_slice(&self.offsets))?;
        self.out.write(bytemuck::cast_slice(&self.digests))?;
        self.out.write(bytemuck::cast_slice(&self.ends))?;
        self.out.write(self.numbers.as_bytes())?;
        let records = self.digests.len() as u64;
        self.out.seal(MAGIC, [records, dictionary, tables, self.numbers.len() as u64, 0, 0])
    }

    fn write_dictionary(&mut self) -> Result<(), IndexError> {
        let head = [self.dictionary.len() as u64, xxh3_64(&self.dictionary)];
        self.out.write(bytemuck::bytes_of(&head))?;
        self.out.write(&self.dictionary)
    }
}

impl std::fmt::Debug for BlockWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlockWriter")
            .field("out", &self.out)
            .field("records", &self.len())
            .finish_non_exhaustive()
    }
}

/// A dictionary for records like these, empty where they are too few or nothing can be learnt from them.
fn train(samples: &[Vec<u8>], bytes: usize) -> Vec<u8> {
    if samples.len() < MIN_SAMPLES {
        return Vec::new();
    }
    // A dictionary is stored once a segment: it may cost no more than a small part of what it is for.
    let size = DICTIONARY.min(bytes / 16);
    zstd::dict::from_samples(samples, size).unwrap_or_default()
}
