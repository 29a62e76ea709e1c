//! Terms of a field in a segment, and their places.

use tantivy::index::SegmentReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocId, DocSet, TERMINATED};

use crate::leapfrog::{first, seek};

/// Documents that have one of some terms, and where. Places are read when they are first asked for.
pub(super) struct Terms {
    postings: Vec<SegmentPostings>,
    document: DocId,
    places: Vec<u32>,
}

impl Terms {
    pub(super) fn open<T: AsRef<str>>(
        terms: &[T],
        segment: &SegmentReader,
        field: Field,
    ) -> tantivy::Result<Self> {
        let index = segment.inverted_index(field)?;
        let mut postings = Vec::new();
        for term in terms {
            let term = Term::from_field_text(field, term.as_ref());
            postings.extend(index.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)?);
        }
        Ok(Self { postings, document: TERMINATED, places: Vec::new() })
    }

    /// In how many documents they are, at most.
    pub(super) fn documents(&self) -> u32 {
        self.postings.iter().map(DocSet::size_hint).fold(0, u32::saturating_add)
    }

    /// The first document from `target` on that has one of them.
    pub(super) fn next(&mut self, target: DocId) -> DocId {
        first(self.postings.iter_mut().map(|postings| seek(postings, target)))
    }

    /// Their places in a document, in order.
    #[expect(clippy::stable_sort_primitive, reason = "rows that are in order are merged")]
    pub(super) fn places(&mut self, document: DocId) -> &[u32] {
        if self.document != document {
            self.document = document;
            self.places.clear();
            for postings in &mut self.postings {
                if seek(postings, document) == document {
                    postings.append_positions_with_offset(0, &mut self.places);
                }
            }
            if self.postings.len() > 1 {
                // Two words with wildcards may stand for one.
                self.places.sort();
                self.places.dedup();
            }
        }
        &self.places
    }

    /// The first of their places in a document that is not before `from`.
    pub(super) fn reaches(&mut self, document: DocId, from: u32) -> Option<u32> {
        let places = self.places(document);
        places.get(places.partition_point(|place| *place < from)).copied()
    }
}
