//! Sets of documents of the keyword index: what satisfies conditions is looked for once, and ranked, and gone
//! through, under the set.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use priorart_index::{Keyword, PatentId, PatentSet};
use tantivy::index::{SegmentId, SegmentReader};
use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Term;
use tantivy::{BitSet, DocId, DocSet, Score, Searcher, TERMINATED, TantivyError};

use crate::clause::Clause;
use crate::matcher::Matcher;

/// Documents, by the segments of tantivy's. As a query it matches them with a score of 0.
#[derive(Clone)]
pub(crate) struct Documents(Arc<HashMap<SegmentId, BitSet>>);

impl Documents {
    /// The documents that satisfy a clause, but for those that were replaced.
    pub(crate) fn of(keyword: &Keyword, clause: &Clause) -> tantivy::Result<Self> {
        keyword.read(|searcher| {
            let segments = searcher.segment_readers().iter();
            let each =
                segments.map(|segment| Ok((segment.segment_id(), matching(clause, searcher, segment)?)));
            Ok(Self(Arc::new(each.collect::<tantivy::Result<_>>()?)))
        })
    }

    fn in_segment(&self, segment: &SegmentReader) -> BitSetDocSet {
        self.0.get(&segment.segment_id()).cloned().unwrap_or_else(|| BitSet::with_max_value(0)).into()
    }

    /// The patents.
    pub(crate) fn patents(&self, keyword: &Keyword) -> tantivy::Result<PatentSet> {
        let mut patents = PatentSet::new();
        for segment in keyword.searcher().segment_readers() {
            let ids = keyword.ids(segment)?;
            patents.extend(each(self.in_segment(segment)).map(|document| ids.patent(document)));
        }
        Ok(patents)
    }

    /// The patents with their publication dates (yyyymmdd, 0 where there is none).
    pub(crate) fn dated(&self, keyword: &Keyword) -> tantivy::Result<Vec<(PatentId, u64)>> {
        let mut patents = Vec::new();
        for segment in keyword.searcher().segment_readers() {
            let ids = keyword.ids(segment)?;
            let days = segment.fast_fields().u64("pub_date")?;
            let dated = each(self.in_segment(segment))
                .map(|document| (ids.patent(document), days.first(document).unwrap_or(0)));
            patents.extend(dated);
        }
        Ok(patents)
    }
}

fn matching(clause: &Clause, searcher: &Searcher, segment: &SegmentReader) -> tantivy::Result<BitSet> {
    let mut matcher = Matcher::open(clause, searcher, segment)?;
    let mut found = BitSet::with_max_value(segment.max_doc());
    let mut document = matcher.next(0);
    while document < segment.max_doc() {
        let is_alive = segment.alive_bitset().is_none_or(|alive| alive.is_alive(document));
        if is_alive && matcher.holds(document) {
            found.insert(document);
        }
        document = matcher.next(document + 1);
    }
    Ok(found)
}

fn each(mut documents: BitSetDocSet) -> impl Iterator<Item = DocId> {
    std::iter::from_fn(move || {
        let document = documents.doc();
        documents.advance();
        (document != TERMINATED).then_some(document)
    })
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents").field("segments", &self.0.len()).finish_non_exhaustive()
    }
}

impl Query for Documents {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }

    fn query_terms<'a>(&'a self, _: &mut dyn FnMut(&'a Term, bool)) {}
}

impl Weight for Documents {
    fn scorer(&self, segment: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ConstScorer::new(self.in_segment(segment), 0.0)))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        if each(self.in_segment(segment)).any(|one| one == document) {
            return Ok(Explanation::new("satisfies the conditions", 0.0));
        }
        Err(TantivyError::InvalidArgument(format!("document {document} does not match")))
    }
}
