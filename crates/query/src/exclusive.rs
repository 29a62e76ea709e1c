//! `XOR`: the documents that one query matches and the other does not, as a query of tantivy's.
//!
//! Out of AND, OR and NOT it would name both sides twice, and a row of them double at each.

use tantivy::index::SegmentReader;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Term;
use tantivy::{DocId, DocSet, Score, TERMINATED};

use crate::explain::explained;

/// The documents that exactly one of two queries matches; all have the score 1.
#[derive(Debug)]
pub(crate) struct ExclusiveQuery(pub(crate) [Box<dyn Query>; 2]);

impl Clone for ExclusiveQuery {
    fn clone(&self) -> Self {
        Self(self.0.each_ref().map(|side| side.box_clone()))
    }
}

impl Query for ExclusiveQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let [one, other] = &self.0;
        Ok(Box::new(ExclusiveWeight([one.weight(scoring)?, other.weight(scoring)?])))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.iter().for_each(|side| side.query_terms(visitor));
    }
}

struct ExclusiveWeight([Box<dyn Weight>; 2]);

impl Weight for ExclusiveWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let [one, other] = &self.0;
        let sides = [one.scorer(segment, boost)?, other.scorer(segment, boost)?];
        let mut scorer = ExclusiveScorer { sides, document: 0 };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        explained(self, segment, document, "found by one of two queries")
    }
}

struct ExclusiveScorer {
    sides: [Box<dyn Scorer>; 2],
    document: DocId,
}

impl ExclusiveScorer {
    /// Goes on until one side is behind the other: there it matches alone.
    fn settle(&mut self) -> DocId {
        let [one, other] = &mut self.sides;
        while one.doc() == other.doc() && one.doc() != TERMINATED {
            one.advance();
            other.advance();
        }
        self.document = one.doc().min(other.doc());
        self.document
    }
}

impl DocSet for ExclusiveScorer {
    fn advance(&mut self) -> DocId {
        if self.document == TERMINATED { TERMINATED } else { self.seek(self.document + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for side in &mut self.sides {
            if side.doc() < target {
                side.seek(target);
            }
        }
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.document
    }

    fn size_hint(&self) -> u32 {
        let [one, other] = &self.sides;
        one.size_hint().saturating_add(other.size_hint())
    }
}

impl Scorer for ExclusiveScorer {
    fn score(&mut self) -> Score {
        1.0
    }
}
