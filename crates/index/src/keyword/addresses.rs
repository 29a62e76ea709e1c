//! From a patent to its document.

use tantivy::DocAddress;

use super::Keyword;
use crate::PatentId;

/// Where each patent is in the keyword index, 16 bytes a patent.
#[derive(Debug)]
pub(super) struct Addresses(Vec<(PatentId, DocAddress)>);

impl Addresses {
    /// Of all patents that were not replaced.
    pub(super) fn of(keyword: &Keyword) -> tantivy::Result<Self> {
        let mut all = Vec::with_capacity(keyword.searcher.num_docs() as usize);
        for (at, segment) in keyword.searcher.segment_readers().iter().enumerate() {
            let ids = keyword.ids(segment)?;
            let alive = segment.doc_ids_alive();
            all.extend(alive.map(|document| (ids.patent(document), DocAddress::new(at as u32, document))));
        }
        all.sort_unstable_by_key(|(id, _)| *id);
        Ok(Self(all))
    }

    pub(super) fn get(&self, id: PatentId) -> Option<DocAddress> {
        let at = self.0.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.0[at].1)
    }
}
