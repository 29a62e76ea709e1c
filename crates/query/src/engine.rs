//! What answers a search: ranks patents under conditions, and tells of them.

use std::borrow::Cow;

use priorart_corpus::{Date, Patent, PatentNumber, Place};
use priorart_index::{Coverage, ModelStamp, PatentId, PatentSet, SegmentStats};
use serde::Serialize;

use crate::ast::Condition;
use crate::cpc::Scheme;
use crate::error::QueryError;
use crate::facets::Facets;
use crate::words::Word;

/// Patents with their scores, best first.
pub type Scored = Vec<(PatentId, f32)>;

/// The places of a patent's passages, and their vectors, of length 1, where they have any.
pub type Passages = Vec<(Place, Option<Vec<f32>>)>;

/// How much an engine holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holdings {
    /// Patents that can be found.
    pub patents: u64,
    /// Their passages.
    pub passages: u64,
    /// Those of the passages that have vectors.
    pub embedded: u64,
    /// How they lie on the disk, where it is this machine's.
    #[serde(flatten)]
    pub disk: Option<OnDisk>,
}

/// How an index lies on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnDisk {
    /// Bytes of segments and keyword index.
    pub bytes: u64,
    /// Its segments, oldest first.
    pub segments: Vec<SegmentStats>,
}

/// Something that ranks patents under conditions: the embedded index ([`Embedded`](crate::Embedded)), or a
/// server of vectors and texts.
///
/// A [`Searcher`](crate::Searcher) asks for rankings and does the rest itself: which words and vectors are
/// looked for, the fusion, families, passages and highlights are the same whatever answers. Patents go by the
/// engine's own [`PatentId`]s, which mean nothing to another engine.
pub trait Engine {
    /// The model whose embeddings it holds; `None` where it holds none.
    fn model(&self) -> Option<&ModelStamp>;

    /// How many of its passages have embeddings.
    fn coverage(&self) -> Coverage;

    /// How many patents there are.
    fn count(&self) -> Result<u64, QueryError>;

    /// The same in more detail, which may take a while.
    fn holdings(&self) -> Result<Holdings, QueryError>;

    /// The CPC's scheme, where it has one.
    fn scheme(&self) -> Result<Option<&Scheme>, QueryError>;

    /// Why it cannot rank by words; `None` where it can.
    fn no_words(&self) -> Option<&str> {
        None
    }

    /// How many patents a ranking can go down to: all, where the engine sets no limit.
    fn deepest(&self) -> usize;

    /// In how many patents a stem occurs, at least, and of how many; `None` where the engine does not say.
    fn frequency(&self, stem: &str) -> Result<Option<(u64, u64)>, QueryError>;

    /// The patents of this number, newest publication first; a missing kind matches any.
    fn find(&self, number: &PatentNumber) -> Result<Vec<PatentId>, QueryError>;

    /// The same for each of several numbers, which an engine may look up together.
    fn find_each(&self, numbers: &[PatentNumber]) -> Result<Vec<Vec<PatentId>>, QueryError> {
        numbers.iter().map(|number| self.find(number)).collect()
    }

    /// The publication number of a patent, in its normal form.
    fn number(&self, id: PatentId) -> Result<Cow<'_, str>, QueryError>;

    /// When a patent was published.
    fn published(&self, id: PatentId) -> Result<Option<Date>, QueryError>;

    /// Says which patents are going to be asked for, so that they may be fetched together.
    fn expect(&self, _ids: &[PatentId]) -> Result<(), QueryError> {
        Ok(())
    }

    /// A patent, with as much of its text as the engine holds.
    fn patent(&self, id: PatentId) -> Result<Patent, QueryError>;

    /// The passages of a patent: their places in what [`patent`](Self::patent) gives, and their vectors, of
    /// length 1, where they have any.
    fn passages(&self, id: PatentId) -> Result<Passages, QueryError>;

    /// The name of a patent's simple family; `None` where none is known.
    fn family(&self, id: PatentId) -> Result<Option<String>, QueryError>;

    /// The applications that tie a patent to others: its own and those whose priority it claims.
    fn applications(&self, id: PatentId) -> Result<Vec<String>, QueryError>;

    /// The patents that an application is tied to.
    fn with_application(&self, application: &str) -> Result<Vec<PatentId>, QueryError>;

    /// Counts over the patents of a set.
    fn facets(&self, set: &PatentSet) -> Result<Facets, QueryError>;

    /// The patents that satisfy all of the conditions. What cannot be looked for quite as it was asked is
    /// added to `warnings`.
    ///
    /// # Errors
    /// [`QueryError::Unsupported`] for a condition that the engine has no means of checking.
    fn under<'e>(
        &'e self,
        conditions: &[Condition],
        warnings: &mut Vec<String>,
    ) -> Result<Box<dyn Filtered + 'e>, QueryError>;
}

/// The patents of an engine that satisfy conditions.
pub trait Filtered {
    /// The `limit` patents that have one of the words, by BM25; ties go by number.
    fn by_words(&self, words: &[Word], limit: usize) -> Result<Scored, QueryError>;

    /// All that have one of the words, as far as the engine goes down.
    fn with_words(&self, words: &[Word]) -> Result<PatentSet, QueryError> {
        Ok(self.by_words(words, usize::MAX)?.into_iter().map(|(id, _)| id).collect())
    }

    /// The patents of the `k` passages nearest to a vector, with the cosine of each passage, nearest first. There
    /// are fewer only where there are no more passages with embeddings.
    fn nearest(&self, vector: &[f32], k: usize) -> Result<Scored, QueryError>;

    /// All of them with their publication dates (yyyymmdd, 0 where there is none).
    fn dated(&self) -> Result<Vec<(PatentId, u64)>, QueryError>;

    /// All of them.
    fn all(&self) -> Result<PatentSet, QueryError>;
}
