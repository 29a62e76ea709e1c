//! The writer: one at a time, from one generation to the next.

mod commit;
mod compact;
mod embed;
mod recover;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use priorart_corpus::{Patent, PatentNumber, Place};

use crate::catalogue::{Catalogue, DumpProgress, Located};
use crate::keyword::KeywordWriter;
use crate::lock::Lock;
use crate::manifest::Manifest;
use crate::part::GRAPH_ROWS;
use crate::pending::{PartsWriter, Pending};
use crate::segment::Segment;
use crate::vectors::{Precision, prepare};
use crate::{IndexError, ModelStamp, PatentId};

pub(crate) use commit::live;
pub use compact::{Compacted, Compacting};
pub use embed::Gap;
pub(crate) use recover::rebuild;

/// How a [`Writer`] works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriterOptions {
    /// Memory in bytes for text before it goes to the disk; at least 30 MB, 128 MiB by default.
    pub keyword_memory: usize,
    /// Vectors of one graph at most; 1,048,576 by default. A graph takes memory while it is built.
    pub part_rows: u32,
    /// How exactly new vectors are kept.
    pub precision: Precision,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { keyword_memory: 128 << 20, part_rows: 1 << 20, precision: Precision::default() }
    }
}

/// Bytes of memory that a graph takes a vector while it is built, with vectors of 768 dimensions: codes and links.
const GRAPH_BYTES: u64 = 1_200;

/// The least memory that tantivy works with.
const LEAST_KEYWORD: u64 = 30 << 20;

/// More memory than this makes tantivy no quicker.
const MOST_KEYWORD: u64 = 1 << 30;

impl WriterOptions {
    /// Options with which a writer takes some `bytes` of memory at most, while it adds and while it commits;
    /// no fewer than 90 MB are of use.
    pub fn within(bytes: u64) -> Self {
        let keyword = (bytes / 4).clamp(LEAST_KEYWORD, MOST_KEYWORD);
        let rows = bytes.saturating_sub(2 * keyword) / GRAPH_BYTES;
        let most = u64::from(Self::default().part_rows);
        Self {
            keyword_memory: keyword as usize,
            part_rows: rows.clamp(GRAPH_ROWS.into(), most) as u32,
            ..Self::default()
        }
    }

    /// About how much memory in bytes a writer with these options takes: for text as it is indexed and before, and
    /// for a graph.
    pub fn bytes(self) -> u64 {
        2 * self.keyword_memory as u64 + GRAPH_BYTES * u64::from(self.part_rows)
    }
}

/// What is known of a patent that is in the index, committed or added since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Where it is.
    pub id: PatentId,
    /// [`Patent::digest`] of what was added.
    pub digest: u64,
    /// How many passages it has.
    pub passages: u32,
    /// Whether all its passages have vectors.
    pub embedded: bool,
}

/// What became of a patent that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// Its number was not in the index.
    New,
    /// Its number was in the index; the older record is gone with the next commit.
    Replaced,
}

/// Adds patents and vectors to an index, and commits them.
///
/// What is added goes to the disk as it comes and becomes visible, all at once, with
/// [`commit`](Self::commit). A writer that is dropped, killed or failed before that leaves the index at
/// its last generation. After a failure every call but a read returns [`IndexError::Failed`]: open the index
/// again to go on.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    options: WriterOptions,
    /// The committed generation, with the tombstones and the model that the next one adds.
    manifest: Manifest,
    /// Open committed segments, by number.
    segments: BTreeMap<u32, Segment>,
    pending: Option<Pending>,
    /// Where patents lie that were added since the last commit.
    moved: HashMap<String, Located>,
    /// New vectors of committed segments.
    parts: BTreeMap<u32, PartsWriter>,
    /// Progress that the next commit writes down.
    dumps: BTreeMap<String, DumpProgress>,
    /// Whether there is something to commit that none of the above shows.
    changed: bool,
    failed: bool,
    // Dropped in this order: whoever gets the lock next finds nothing of this writer running.
    keyword: KeywordWriter,
    catalogue: Catalogue,
    _lock: Lock,
}

impl Writer {
    /// Opens an index for writing, or creates it. Whatever an earlier writer left unfinished is removed.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        Self::open_with(dir, WriterOptions::default())
    }

    /// The same, with options.
    pub fn open_with(dir: &Path, options: WriterOptions) -> Result<Self, IndexError> {
        recover::open(dir, options)
    }

    /// The generation that is committed; 0 before the first commit.
    pub fn generation(&self) -> u64 {
        self.manifest.generation
    }

    /// The model whose embeddings the index holds, if one was set.
    pub fn model(&self) -> Option<&ModelStamp> {
        self.manifest.model.as_ref()
    }

    /// Says which model makes the vectors, or makes sure that it is the same as before.
    pub fn set_model(&mut self, model: &ModelStamp) -> Result<(), IndexError> {
        match &self.manifest.model {
            Some(index) if index.is_comparable(model) => Ok(()),
            Some(index) => Err(IndexError::ModelMismatch {
                index: Box::new(index.clone()),
                given: Box::new(model.clone()),
            }),
            None => {
                self.manifest.model = Some(model.clone());
                self.changed = true;
                Ok(())
            }
        }
    }

    /// What is known of the patent of exactly this number.
    pub fn digest_of(&self, number: &PatentNumber) -> Result<Option<Known>, IndexError> {
        let Some(Located { id, digest }) = self.locate(&number.to_string())? else {
            return Ok(None);
        };
        let (passages, embedded) = match self.segments.get(&id.segment) {
            Some(segment) => (segment.passages.range(id.ordinal), self.is_embedded(segment, id.ordinal)),
            None => self
                .pending
                .as_ref()
                .filter(|pending| pending.id() == id.segment)
                .map_or((0..0, false), |pending| {
                    (pending.passages_of(id.ordinal), pending.is_embedded(id.ordinal))
                }),
        };
        Ok(Some(Known { id, digest, passages: passages.len() as u32, embedded }))
    }

    /// The patent of exactly this number as it was last committed; `None` if it is not there, or has been added
    /// since.
    pub fn committed_patent(&self, number: &PatentNumber) -> Result<Option<Patent>, IndexError> {
        let Some(Located { id, .. }) = self.locate(&number.to_string())? else {
            return Ok(None);
        };
        self.segments.get(&id.segment).map_or(Ok(None), |segment| segment.patent(id.ordinal))
    }

    /// Adds a patent with its passages, and a vector for each passage where `vectors` is given.
    ///
    /// A patent of the same number that is there already is replaced.
    ///
    /// # Errors
    /// A wrong number of vectors, one of a wrong dimension or without a direction, or vectors before a model
    /// leave the writer as it was. Failures to write do not: see [`Writer`].
    pub fn add(
        &mut self,
        patent: &Patent,
        places: &[Place],
        vectors: Option<&[Vec<f32>]>,
    ) -> Result<Added, IndexError> {
        self.check_usable()?;
        let number = patent.number.to_string();
        let vectors = vectors.map(|vectors| self.prepared(&number, places.len(), vectors)).transpose()?;
        let added = self.try_add(patent, &number, places, vectors.as_deref());
        self.failed |= added.is_err();
        added
    }

    fn try_add(
        &mut self,
        patent: &Patent,
        number: &str,
        places: &[Place],
        vectors: Option<&[Vec<f32>]>,
    ) -> Result<Added, IndexError> {
        let json = serde_json::to_vec(patent).map_err(std::io::Error::from)?;
        let digest = patent.digest();
        let old = self.locate(number)?;
        let id = self.pending_segment()?.add(number, digest, &json, places, vectors)?;
        if let Some(old) = old {
            self.bury(old.id);
            self.keyword.remove(number);
        }
        self.keyword.add(id, patent)?;
        self.moved.insert(number.to_owned(), Located { id, digest });
        Ok(if old.is_some() { Added::Replaced } else { Added::New })
    }

    /// Patents that wait for the next commit.
    pub fn pending(&self) -> usize {
        self.pending.as_ref().map_or(0, Pending::live)
    }

    /// Notes how far a dump has been read, with the next commit; informational.
    pub fn record_dump(&mut self, dump: DumpProgress) {
        self.dumps.insert(dump.name.clone(), dump);
    }

    /// How far each dump had been read at the last commit, by name.
    pub fn dumps(&self) -> Result<Vec<DumpProgress>, IndexError> {
        self.catalogue.dumps()
    }

    /// Waits until the keyword index is merged as far as it wants to be, then lets go of the index.
    ///
    /// What was not committed is lost, as it is when a writer is dropped.
    pub fn close(self) -> Result<(), IndexError> {
        self.keyword.close()
    }

    fn check_usable(&self) -> Result<(), IndexError> {
        if self.failed {
            return Err(IndexError::Failed { path: self.path.clone(), generation: self.generation() });
        }
        Ok(())
    }

    fn locate(&self, number: &str) -> Result<Option<Located>, IndexError> {
        match self.moved.get(number) {
            Some(located) => Ok(Some(*located)),
            None => self.catalogue.get(number),
        }
    }

    /// The segment that is being filled.
    fn pending_segment(&mut self) -> Result<&mut Pending, IndexError> {
        if self.pending.is_none() {
            self.pending = Some(self.create_pending()?);
        }
        self.pending.as_mut().ok_or_else(|| std::io::Error::other("no segment is open").into())
    }

    fn create_pending(&self) -> Result<Pending, IndexError> {
        let (made, id) = (self.generation() + 1, self.manifest.next_segment);
        Pending::create(&self.path, made, id, self.options)
    }

    /// Marks a patent as replaced, wherever it is.
    fn bury(&mut self, id: PatentId) {
        match self.manifest.segment_mut(id.segment) {
            Some(segment) => _ = segment.dead.insert(id.ordinal),
            None => {
                if let Some(pending) = &mut self.pending {
                    pending.bury(id.ordinal);
                }
            }
        }
    }

    fn prepared(
        &self,
        number: &str,
        passages: usize,
        vectors: &[Vec<f32>],
    ) -> Result<Vec<Vec<f32>>, IndexError> {
        let Some(model) = &self.manifest.model else {
            return Err(IndexError::NoModel);
        };
        if vectors.len() != passages {
            let number = number.to_owned();
            return Err(IndexError::VectorCount { number, vectors: vectors.len(), passages });
        }
        prepare(vectors, model.dimension)
    }
}
