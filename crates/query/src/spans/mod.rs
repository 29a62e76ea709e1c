//! Words by their places: phrases with wildcards, `NEAR`, `ADJ`, `WITH` and `SAME`, as a query of tantivy's.

mod cursor;
mod span;

use tantivy::index::SegmentReader;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, Term};
use tantivy::{DocId, DocSet, Score, TERMINATED};

use self::cursor::{Cursor, Ends};
use crate::ast::Unit;
use crate::explain::explained;

/// What is looked for in a field, its words as terms of the index.
#[derive(Debug, Clone)]
pub(crate) enum Spans {
    /// One of the terms.
    Terms(Vec<String>),
    /// One after the other, each so many positions behind the first.
    Row(Vec<(u32, Spans)>),
    /// One of them.
    Any(Vec<Spans>),
    /// See [`Pattern::Near`](crate::Pattern::Near).
    Near { left: Box<Spans>, right: Box<Spans>, distance: u32, ordered: bool },
    /// See [`Pattern::Together`](crate::Pattern::Together).
    Together { left: Box<Spans>, right: Box<Spans>, unit: Unit, reach: u32 },
}

/// The documents in which something is found by its places; all have the score 1.
#[derive(Debug, Clone)]
pub(crate) struct SpanQuery {
    pub(crate) field: Field,
    pub(crate) spans: Spans,
}

impl Query for SpanQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }

    fn query_terms<'a>(&'a self, _: &mut dyn FnMut(&'a Term, bool)) {}
}

impl Weight for SpanQuery {
    fn scorer(&self, segment: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let cursor = Cursor::open(&self.spans, segment, self.field)?;
        let mut scorer = SpanScorer { cursor, ends: Ends::open(segment, self.field)?, document: 0 };
        scorer.seek_from(0);
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        explained(self, segment, document, "found by the places of its words")
    }
}

struct SpanScorer {
    cursor: Cursor,
    ends: Ends,
    document: DocId,
}

impl SpanScorer {
    /// Goes to the first match from `target` on.
    fn seek_from(&mut self, mut target: DocId) -> DocId {
        loop {
            self.document = self.cursor.seek(target);
            if self.document >= TERMINATED || !self.cursor.spans(self.document, &mut self.ends).is_empty() {
                return self.document;
            }
            target = self.document + 1;
        }
    }
}

impl DocSet for SpanScorer {
    fn advance(&mut self) -> DocId {
        if self.document >= TERMINATED { TERMINATED } else { self.seek_from(self.document + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.document >= target { self.document } else { self.seek_from(target) }
    }

    fn doc(&self) -> DocId {
        self.document
    }

    fn size_hint(&self) -> u32 {
        self.cursor.size()
    }

    /// Places are read for each document: others go first.
    fn cost(&self) -> u64 {
        u64::from(self.size_hint()) * 16
    }
}

impl Scorer for SpanScorer {
    fn score(&mut self) -> Score {
        1.0
    }
}
