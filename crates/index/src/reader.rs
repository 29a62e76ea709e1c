//! The reader: one generation, for as long as it lives.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use priorart_corpus::{Patent, PatentNumber, Place};
use tantivy::TantivyError;

use crate::keyword::Keyword;
use crate::manifest::Manifest;
use crate::origins::Moves;
use crate::segment::Segment;
use crate::stats::{Coverage, coverage};
use crate::{IndexError, ModelStamp, PassageId, PatentId, PatentSet};

/// How often opening is tried again where commits come in between.
const ATTEMPTS: usize = 20;

/// Reads an index at the generation that was committed when it was opened.
///
/// A reader needs no lock, and any number of them may be open beside a writer. Its files are mapped: what
/// later commits unlink stays readable for it.
#[derive(Debug)]
pub struct Reader {
    pub(crate) path: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) segments: BTreeMap<u32, Segment>,
    pub(crate) keyword: Keyword,
    coverage: Coverage,
}

impl Reader {
    /// Opens the index in `dir` at its last commit.
    ///
    /// Lengths, footers and the manifest's checksum are verified here, each record when it is read, and
    /// everything by [`verify`](Self::verify).
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        let mut last = Ok(None);
        for _ in 0..ATTEMPTS {
            last = Self::try_open(dir);
            match last {
                Ok(Some(reader)) => return Ok(reader),
                // Damage stays; but a commit replaces manifests and keyword files between two looks at them.
                Err(IndexError::Keyword { source: TantivyError::DataCorruption(_), .. }) => break,
                Ok(None) | Err(IndexError::Io { .. } | IndexError::Keyword { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        last?.ok_or_else(|| IndexError::Busy { path: dir.to_owned() })
    }

    fn try_open(dir: &Path) -> Result<Option<Self>, IndexError> {
        let Some((keyword, generation)) = Keyword::open(dir)? else {
            return Ok(None);
        };
        let manifest = Manifest::load(dir, generation)?;
        let open = |entry| Segment::open(dir, entry).map(|segment| (segment.id, segment));
        let segments = manifest.segments.iter().map(open).collect::<Result<BTreeMap<_, _>, _>>()?;
        let keyword = keyword.with_moves(Moves::of(segments.values()));
        let coverage = coverage(&manifest, &segments);
        Ok(Some(Self { path: dir.to_owned(), manifest, segments, keyword, coverage }))
    }

    /// The index's directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The generation that is read; 0 where nothing was committed yet.
    pub fn generation(&self) -> u64 {
        self.manifest.generation
    }

    /// Whether nothing was committed since it was opened.
    pub fn is_current(&self) -> Result<bool, IndexError> {
        Ok(self.keyword.last_generation()? == self.generation())
    }

    /// The model whose embeddings the index holds.
    pub fn model(&self) -> Option<&ModelStamp> {
        self.manifest.model.as_ref()
    }

    /// How many of the passages have vectors.
    pub fn coverage(&self) -> Coverage {
        self.coverage
    }

    /// Makes sure that the vectors of `model` may be compared with those of the index.
    ///
    /// # Errors
    /// [`IndexError::ModelMismatch`] where the index was embedded by another model.
    pub fn check_model(&self, model: &ModelStamp) -> Result<(), IndexError> {
        match self.model() {
            Some(index) if !index.is_comparable(model) => Err(IndexError::ModelMismatch {
                index: Box::new(index.clone()),
                given: Box::new(model.clone()),
            }),
            _ => Ok(()),
        }
    }

    /// The keyword index at this generation.
    pub fn keyword(&self) -> &Keyword {
        &self.keyword
    }

    /// The patents that a keyword query matches.
    pub fn matching(&self, query: &dyn tantivy::query::Query) -> Result<PatentSet, IndexError> {
        self.keyword.matching(query)
    }

    /// The patents of this number, newest publication first; a missing kind matches any.
    pub fn find(&self, number: &PatentNumber) -> Result<Vec<PatentId>, IndexError> {
        let mut found = self.keyword.find(number)?;
        if !number.kind.is_empty() {
            let exact = number.to_string();
            let bare = format!("{}{}", number.country, number.serial);
            let keys = found.iter().map(|&id| self.number(id)).collect::<Result<Vec<_>, _>>()?;
            let mut keys = keys.into_iter();
            found.retain(|_| keys.next().is_some_and(|key| key == exact || key == bare));
        }
        Ok(found)
    }

    /// The publication number of a patent, in its normal form; quick, for no record is read.
    pub fn number(&self, id: PatentId) -> Result<&str, IndexError> {
        let segment = self.segment(id.segment)?;
        if id.ordinal >= segment.blocks.len() {
            return Err(self.missing("patent", id.segment, id.ordinal));
        }
        Ok(segment.blocks.key(id.ordinal)?.0)
    }

    /// A patent, its record's checksum verified.
    pub fn patent(&self, id: PatentId) -> Result<Patent, IndexError> {
        let patent = self.segment(id.segment)?.patent(id.ordinal)?;
        patent.ok_or_else(|| self.missing("patent", id.segment, id.ordinal))
    }

    /// The patent that a passage belongs to, and its place there.
    pub fn passage(&self, id: PassageId) -> Result<(PatentId, Place), IndexError> {
        let place = self.segment(id.segment)?.place(id.ordinal);
        let (ordinal, place) = place.ok_or_else(|| self.missing("passage", id.segment, id.ordinal))?;
        Ok((PatentId { segment: id.segment, ordinal }, place))
    }

    /// The ordinals, in the patent's segment, of its passages; empty where there is no such patent.
    pub fn passages_of(&self, id: PatentId) -> Range<u32> {
        self.segments.get(&id.segment).map_or(0..0, |segment| segment.passages.range(id.ordinal))
    }

    /// The vector of a passage, L2-normalised and rounded as it is stored; `None` where it has none.
    pub fn vector(&self, id: PassageId) -> Option<Vec<f32>> {
        self.segments.get(&id.segment)?.row(id.ordinal)
    }

    pub(crate) fn segment(&self, id: u32) -> Result<&Segment, IndexError> {
        self.segments.get(&id).ok_or_else(|| self.missing("segment", id, 0))
    }

    fn missing(&self, what: &'static str, segment: u32, ordinal: u32) -> IndexError {
        IndexError::NoSuch { what, segment, ordinal, generation: self.generation() }
    }
}
