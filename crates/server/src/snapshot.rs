//! What is served at one time: what is searched, and the model where there is one.

use std::sync::Arc;

use priorart_corpus::{Patent, PatentNumber};
use priorart_query::{Engine, QueryError, Searcher, Store};

use crate::model::Model;
use crate::problem::Problem;

/// What is searched, with the model where that embedded it.
#[derive(Debug)]
pub(crate) struct Snapshot {
    store: Arc<dyn Store>,
    model: Option<Model>,
}

impl Snapshot {
    /// Serves a store.
    ///
    /// # Errors
    /// Another model embedded it.
    pub(crate) fn of(store: Arc<dyn Store>, model: Option<Model>) -> Result<Self, QueryError> {
        if let Some(model) = &model {
            store.check_model(model.stamp())?;
        }
        Ok(Self { store, model })
    }

    /// The one to be served from now on, where there has been a commit.
    ///
    /// # Errors
    /// The commit cannot be read, or another model embedded it.
    pub(crate) fn newer(&self) -> Result<Option<Self>, QueryError> {
        self.store.newer()?.map(|store| Self::of(store, self.model.clone())).transpose()
    }

    /// The commit that is served, where there are commits.
    pub(crate) fn generation(&self) -> Option<u64> {
        self.store.generation()
    }

    /// Searches it, semantically as well where the model is there.
    pub(crate) fn searcher(&self) -> Searcher<'_> {
        let searcher = Searcher::on(self.store.engine());
        match &self.model {
            Some(model) => searcher.with_encoder(model),
            None => searcher,
        }
    }

    /// As [`newest`], for who needs nothing else.
    pub(crate) fn newest(&self, number: &PatentNumber) -> Result<Patent, Problem> {
        newest(&*self.store.engine(), number)
    }
}

/// The patent of a number; of several without their kind, the newest.
///
/// # Errors
/// 404 where it is not there.
pub(crate) fn newest(engine: &dyn Engine, number: &PatentNumber) -> Result<Patent, Problem> {
    let found = engine.find(number)?;
    let id = found.first().ok_or_else(|| Problem::not_found(format!("{number} is not in the index")))?;
    Ok(engine.patent(*id)?)
}
