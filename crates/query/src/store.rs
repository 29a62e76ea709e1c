//! What is searched by many at once.

use std::fmt::Debug;
use std::sync::Arc;

use priorart_index::ModelStamp;

use crate::engine::Engine;
use crate::error::QueryError;

/// What is searched by many at once: the embedded index at one generation ([`Index`](crate::Index)), or a
/// collection on a server. Each search has an [`Engine`] of its own.
pub trait Store: Debug + Send + Sync {
    /// An engine for a search, or for several that belong together.
    fn engine(&self) -> Box<dyn Engine + '_>;

    /// Makes sure that vectors of `model` may be compared with those that it holds.
    ///
    /// # Errors
    /// They may not: another model made those.
    fn check_model(&self, model: &ModelStamp) -> Result<(), QueryError>;

    /// The commit that is searched; `None` where there are no commits.
    fn generation(&self) -> Option<u64> {
        None
    }

    /// What is to be searched from now on, where there has been a commit since this was opened.
    ///
    /// # Errors
    /// The commit cannot be read.
    fn newer(&self) -> Result<Option<Arc<dyn Store>>, QueryError> {
        Ok(None)
    }
}
