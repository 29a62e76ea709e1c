//! Which patents are on their way to the index, or in it and not committed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use priorart_corpus::Patent;

/// Numbers that were sent through the pipeline since the last commit: what the index cannot be asked for yet.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    /// By number: whether a text of that number, if it comes next, has to be joined with it.
    joins: Mutex<HashMap<String, bool>>,
}

impl Recent {
    /// Notes a patent that is sent on.
    pub(crate) fn sent(&self, patent: &Patent) {
        let joins = patent.is_bibliographic() || patent.supplement.is_some();
        self.lock().insert(patent.number.to_string(), joins);
    }

    /// Forgets patents that are committed.
    pub(crate) fn committed(&self, numbers: impl IntoIterator<Item = String>) {
        let mut joins = self.lock();
        numbers.into_iter().for_each(|number| _ = joins.remove(&number));
    }

    /// Whether a text of that number has to be joined with the record that was sent; `None` if none was.
    pub(crate) fn joins(&self, number: &str) -> Option<bool> {
        self.lock().get(number).copied()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, bool>> {
        self.joins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
