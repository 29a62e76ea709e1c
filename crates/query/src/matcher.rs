//! The documents of a segment that satisfy a clause.
//!
//! In two steps, for places take long to read: which documents have all the words that must be there, and, of
//! those alone, whether they stand as they should.

use tantivy::query::{EnableScoring, Query, Scorer};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED};

use crate::clause::Clause;
use crate::leapfrog::{common, first, seek};
use crate::spans::Places;

pub(crate) enum Matcher {
    Documents(Box<dyn Scorer>),
    Places(Places),
    /// The cheapest first.
    And(Vec<Matcher>),
    Or(Vec<Matcher>),
    Xor(Box<[Matcher; 2]>),
    Not(Box<Matcher>),
}

impl Matcher {
    pub(crate) fn open(
        clause: &Clause,
        searcher: &Searcher,
        segment: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let open = |clause: &Clause| Self::open(clause, searcher, segment);
        let each = |all: &[Clause]| all.iter().map(open).collect::<tantivy::Result<Vec<_>>>();
        Ok(match clause {
            Clause::Query(query) => Self::Documents(scorer(&**query, searcher, segment)?),
            Clause::Places(field, spans) => Self::Places(Places::open(spans, segment, *field)?),
            Clause::And(all) => {
                let mut all = each(all)?;
                all.sort_by_key(Self::cost);
                Self::And(all)
            }
            Clause::Or(all) => Self::Or(each(all)?),
            Clause::Xor(both) => Self::Xor(Box::new([open(&both[0])?, open(&both[1])?])),
            Clause::Not(one) => Self::Not(Box::new(open(one)?)),
        })
    }

    /// About how much there is to look at.
    fn cost(&self) -> u64 {
        /// A document whose places are read, to one that is in a list.
        const PLACES: u64 = 16;
        let sum = |all: &[Self]| all.iter().map(Self::cost).fold(0, u64::saturating_add);
        match self {
            Self::Documents(documents) => documents.cost(),
            Self::Places(places) => u64::from(places.documents()) * PLACES,
            Self::And(all) => all.first().map_or(0, Self::cost),
            Self::Or(all) => sum(all),
            Self::Xor(both) => sum(&**both),
            Self::Not(_) => u64::MAX,
        }
    }

    /// The first document from `target` on that may satisfy the clause, for all that its lists say.
    pub(crate) fn next(&mut self, target: DocId) -> DocId {
        match self {
            Self::Documents(documents) => seek(&mut **documents, target),
            Self::Places(places) => places.next(target),
            Self::And(all) => common(target, all, Self::next),
            Self::Or(all) => first(all.iter_mut().map(|one| one.next(target))),
            Self::Xor(both) => first(both.iter_mut().map(|one| one.next(target))),
            Self::Not(_) => target.min(TERMINATED),
        }
    }

    /// Whether a document does; none before it can be asked for afterwards.
    pub(crate) fn holds(&mut self, document: DocId) -> bool {
        match self {
            Self::Documents(documents) => seek(&mut **documents, document) == document,
            Self::Places(places) => places.are_in(document),
            Self::And(all) => all.iter_mut().all(|one| one.holds(document)),
            Self::Or(all) => all.iter_mut().any(|one| one.holds(document)),
            Self::Xor(both) => both[0].holds(document) != both[1].holds(document),
            Self::Not(one) => !one.holds(document),
        }
    }
}

fn scorer(
    query: &dyn Query,
    searcher: &Searcher,
    segment: &SegmentReader,
) -> tantivy::Result<Box<dyn Scorer>> {
    query.weight(EnableScoring::disabled_from_searcher(searcher))?.scorer(segment, 1.0)
}
