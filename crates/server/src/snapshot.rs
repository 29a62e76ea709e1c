//! The index at one commit.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use priorart_corpus::{Patent, PatentNumber};
use priorart_index::{IndexError, Reader};
use priorart_query::Searcher;
use priorart_query::cpc::LazyScheme;

use crate::model::Model;
use crate::problem::Problem;

/// The index at one commit, with the model where that embedded it.
#[derive(Debug)]
pub(crate) struct Snapshot {
    reader: Reader,
    scheme: Arc<LazyScheme>,
    model: Option<Model>,
}

impl Snapshot {
    /// Opens the index at its last commit.
    ///
    /// # Errors
    /// [`IndexError::ModelMismatch`] where another model embedded it.
    pub(crate) fn open(index: &Path, model: Option<Model>) -> Result<Self, IndexError> {
        let reader = Reader::open(index)?;
        if let Some(model) = &model {
            reader.check_model(model.stamp())?;
        }
        Ok(Self { scheme: Arc::new(LazyScheme::new(index)), reader, model })
    }

    /// The patent of a number; of several without their kind, the newest.
    ///
    /// # Errors
    /// 404 where it is not in the index.
    pub(crate) fn newest(&self, number: &PatentNumber) -> Result<Patent, Problem> {
        let found = self.reader.find(number)?;
        let id = found.first().ok_or_else(|| Problem::not_found(format!("{number} is not in the index")))?;
        Ok(self.reader.patent(*id)?)
    }

    /// Searches it, semantically as well where the model is there.
    pub(crate) fn searcher(&self) -> Searcher<'_> {
        let searcher = Searcher::sharing(&self.reader, Arc::clone(&self.scheme));
        match &self.model {
            Some(model) => searcher.with_encoder(model),
            None => searcher,
        }
    }
}

impl Deref for Snapshot {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}
