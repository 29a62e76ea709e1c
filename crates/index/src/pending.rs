//! The segment that is being filled, and its vectors: on disk as they come, named by no manifest yet.

use std::ops::Range;
use std::path::{Path, PathBuf};

use priorart_corpus::Place;
use roaring::RoaringBitmap;

use crate::blocks::BlockWriter;
use crate::file::sync_dir;
use crate::manifest::{PartEntry, SegmentEntry, segment_directory};
use crate::origins::OriginsWriter;
use crate::part;
use crate::passages::PassageWriter;
use crate::segment::uncovered;
use crate::vectors::VectorWriter;
use crate::{IndexError, PatentId, WriterOptions};

/// The segment of the next commit.
#[derive(Debug)]
pub(crate) struct Pending {
    id: u32,
    made: u64,
    directory: PathBuf,
    blocks: BlockWriter,
    passages: PassageWriter,
    parts: PartsWriter,
    dead: RoaringBitmap,
}

impl Pending {
    /// Begins segment `id` of an index, for generation `made`.
    pub(crate) fn create(
        index: &Path,
        made: u64,
        id: u32,
        options: WriterOptions,
    ) -> Result<Self, IndexError> {
        let directory = index.join("segments").join(segment_directory(made, id));
        fs_err::create_dir_all(&directory)?;
        let blocks = BlockWriter::create(directory.join("patents.blk"))?;
        let passages = PassageWriter::create(directory.join("passages.tbl"))?;
        let parts = PartsWriter::new(directory.clone(), 0, options);
        Ok(Self { id, made, directory, blocks, passages, parts, dead: RoaringBitmap::new() })
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Patents in it, those among them left out that were replaced.
    pub(crate) fn live(&self) -> usize {
        self.blocks.len() as usize - self.dead.len() as usize
    }

    /// Adds a patent with its passages, and their vectors where there are any.
    pub(crate) fn add(
        &mut self,
        number: &str,
        digest: u64,
        json: &[u8],
        places: &[Place],
        vectors: Option<&[Vec<f32>]>,
    ) -> Result<PatentId, IndexError> {
        let id = PatentId { segment: self.id, ordinal: self.blocks.len() };
        self.blocks.add(number, digest, json)?;
        let first = self.passages.len();
        self.passages.add(places)?;
        if let Some(vectors) = vectors {
            self.parts.add(first, vectors)?;
        }
        Ok(id)
    }

    /// Adds the vector of a passage that was added without.
    pub(crate) fn add_row(&mut self, passage: u32, row: &[f32]) -> Result<(), IndexError> {
        self.parts.add_row(passage, row)
    }

    /// Marks a patent as replaced.
    pub(crate) fn bury(&mut self, ordinal: u32) {
        self.dead.insert(ordinal);
    }

    pub(crate) fn passages_of(&self, ordinal: u32) -> Range<u32> {
        self.passages.range(ordinal)
    }

    pub(crate) fn is_embedded(&self, ordinal: u32) -> bool {
        let range = self.passages.range(ordinal);
        range.is_empty() || self.parts.covers(&range)
    }

    /// Builds the graphs and brings everything to the disk; `origins` if it was merged from others.
    pub(crate) fn seal(self, origins: Option<OriginsWriter>) -> Result<SegmentEntry, IndexError> {
        let origins = origins.map(|origins| origins.seal(self.directory.join("origins.tbl"))).transpose()?;
        let (patents, passages) = (self.blocks.len(), self.passages.len());
        let entry = SegmentEntry {
            id: self.id,
            made: self.made,
            patents,
            passages,
            records: self.blocks.seal()?,
            places: self.passages.seal()?,
            parts: self.parts.seal()?,
            origins,
            dead: self.dead,
        };
        sync_dir(&self.directory)?;
        Ok(entry)
    }
}

/// New parts of one segment: vectors are appended to the part that they continue.
#[derive(Debug)]
pub(crate) struct PartsWriter {
    directory: PathBuf,
    /// The number of the next file.
    next: u32,
    options: WriterOptions,
    open: Option<(u32, VectorWriter)>,
    sealed: Vec<PartEntry>,
}

impl PartsWriter {
    /// Writes parts to a segment's directory, numbered from `next`.
    pub(crate) fn new(directory: PathBuf, next: u32, options: WriterOptions) -> Self {
        Self { directory, next, options, open: None, sealed: Vec::new() }
    }

    /// Adds the vectors of the passages from `first` on.
    pub(crate) fn add(&mut self, first: u32, vectors: &[Vec<f32>]) -> Result<(), IndexError> {
        (first..).zip(vectors).try_for_each(|(passage, vector)| self.add_row(passage, vector))
    }

    /// Adds the vector of a passage.
    pub(crate) fn add_row(&mut self, passage: u32, row: &[f32]) -> Result<(), IndexError> {
        self.part_for(passage, row.len() as u32)?.add(row)
    }

    /// Whether passages that were added to it make up the whole range.
    pub(crate) fn covers(&self, range: &Range<u32>) -> bool {
        let covered =
            self.ranges().into_iter().map(|part| part.start.max(range.start)..part.end.min(range.end));
        let covered =
            covered.filter(|part| part.start < part.end).map(|p| p.start - range.start..p.end - range.start);
        uncovered(covered, range.end - range.start).is_empty()
    }

    /// The passages that were added to it, in order.
    pub(crate) fn ranges(&self) -> Vec<Range<u32>> {
        let sealed = self.sealed.iter().map(|part| part.first..part.first + part.passages);
        let mut ranges: Vec<_> =
            sealed.chain(self.open.iter().map(|(_, part)| part.first()..part.end())).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        ranges
    }

    fn part_for(&mut self, passage: u32, dimension: u32) -> Result<&mut VectorWriter, IndexError> {
        let rows = self.options.part_rows;
        let continues = |part: &VectorWriter| part.end() == passage && part.rows() < rows;
        if !self.open.as_ref().is_some_and(|(_, part)| continues(part)) {
            self.close()?;
        }
        if self.open.is_none() {
            let (dir, number) = (&self.directory, self.next);
            let part = VectorWriter::create(dir, number, self.options.precision, dimension, passage)?;
            self.open = Some((number, part));
            self.next += 1;
        }
        self.open
            .as_mut()
            .map(|(_, part)| part)
            .ok_or_else(|| std::io::Error::other("no part is open").into())
    }

    fn close(&mut self) -> Result<(), IndexError> {
        if let Some((number, vectors)) = self.open.take() {
            self.sealed.push(part::seal(&self.directory, number, vectors)?);
        }
        Ok(())
    }

    /// Builds the graphs and brings everything but the directory to the disk.
    pub(crate) fn seal(mut self) -> Result<Vec<PartEntry>, IndexError> {
        self.close()?;
        self.sealed.sort_unstable_by_key(|part| part.first);
        Ok(self.sealed)
    }
}
