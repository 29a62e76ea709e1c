//! The vectors of an index as rows.

use std::borrow::Cow;
use std::ops::Range;

use priorart_corpus::PassageKind;
use priorart_index::{PassageId, PatentId, Reader};
use rayon::prelude::*;

use crate::error::AnalysisError;
use crate::vectors::{Rows, Vectors};

/// Which of a patent's passages speaks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Its first claim.
    FirstClaim,
    /// Title and abstract.
    Abstract,
}

impl Basis {
    /// The first passage of that kind that has a vector; `None` where the patent has none.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn passage(self, reader: &Reader, id: PatentId) -> Result<Option<PassageId>, AnalysisError> {
        let wanted = match self {
            Self::FirstClaim => PassageKind::Claim,
            Self::Abstract => PassageKind::Abstract,
        };
        for ordinal in reader.passages_of(id) {
            let passage = PassageId { segment: id.segment, ordinal };
            if reader.passage(passage)?.1.kind == wanted {
                return Ok(reader.vector(passage).map(|_| passage));
            }
        }
        Ok(None)
    }
}

/// A row: the vector of a passage, or the mean of a patent's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexRow {
    /// A passage's vector.
    Passage(PassageId),
    /// The mean of the vectors of a patent's passages, at length 1.
    Patent(PatentId),
}

/// Rows of an index, read from its files when they are wanted.
#[derive(Debug)]
pub struct IndexRows<'a> {
    reader: &'a Reader,
    dimension: usize,
    rows: Vec<IndexRow>,
}

impl<'a> IndexRows<'a> {
    /// These rows; each must have a vector.
    pub fn new(reader: &'a Reader, rows: Vec<IndexRow>) -> Self {
        let dimension = reader.model().map_or(0, |model| model.dimension as usize);
        Self { reader, dimension, rows }
    }

    /// The index.
    pub(crate) fn reader(&self) -> &'a Reader {
        self.reader
    }

    /// The rows.
    pub fn rows(&self) -> &[IndexRow] {
        &self.rows
    }
}

/// The vectors of a patent's passages, with the passages; those without vectors are left out.
///
/// # Errors
/// A damaged vector.
pub fn vectors_of(reader: &Reader, id: PatentId) -> Result<(Vec<PassageId>, Vectors), AnalysisError> {
    let all = reader.passages_of(id).map(|ordinal| PassageId { segment: id.segment, ordinal });
    let (passages, vectors): (Vec<PassageId>, Vec<Vec<f32>>) =
        all.filter_map(|passage| Some((passage, reader.vector(passage)?))).unzip();
    Ok((passages, Vectors::of(&vectors)?))
}

impl Rows for IndexRows<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    fn block(&self, rows: Range<usize>) -> Result<Cow<'_, [f32]>, AnalysisError> {
        let mut values = vec![0.0; rows.len() * self.dimension];
        let first = rows.start;
        let chunks = values.par_chunks_mut(self.dimension.max(1)).zip(self.rows[rows].par_iter());
        chunks.enumerate().try_for_each(|(at, (into, row))| {
            let vector = match row {
                IndexRow::Passage(passage) => self.reader.vector(*passage),
                IndexRow::Patent(id) => vectors_of(self.reader, *id)?.1.mean(),
            };
            let row = first + at;
            let vector = Vectors::of(&[vector.ok_or(AnalysisError::NoDirection { row })?])
                .map_err(|_| AnalysisError::NoDirection { row })?;
            into.copy_from_slice(vector.row(0));
            Ok::<(), AnalysisError>(())
        })?;
        Ok(Cow::Owned(values))
    }
}
