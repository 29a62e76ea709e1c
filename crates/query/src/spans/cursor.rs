//! Going through the documents of a segment, with the places of what is looked for.

use tantivy::index::SegmentReader;
use tantivy::schema::Field;
use tantivy::{DocId, TantivyError};

use super::Spans;
use super::ends::Ends;
use super::span::{Span, adjacent, near, together, union};
use super::terms::Terms;
use crate::ast::Unit;
use crate::leapfrog::{common, first};

/// What [`Spans`] look for in one segment.
pub(super) enum Cursor {
    Terms(Terms),
    /// One after the other, each so many places behind the first; the rarest is the first here.
    Row(Vec<(u32, Terms)>),
    Any(Vec<Cursor>),
    Near {
        both: Box<Pair>,
        distance: u32,
        ordered: bool,
    },
    Together {
        both: Box<Pair>,
        unit: Unit,
        reach: u32,
    },
}

/// Two sides, and which of them is the rarer: it leads.
pub(super) struct Pair {
    sides: [Cursor; 2],
    lead: usize,
}

impl Pair {
    fn new(sides: [Cursor; 2]) -> Self {
        let lead = usize::from(sides[1].documents() < sides[0].documents());
        Self { sides, lead }
    }

    fn next(&mut self, target: DocId) -> DocId {
        let [left, right] = &mut self.sides;
        let mut both = if self.lead == 0 { [left, right] } else { [right, left] };
        common(target, &mut both, |one, target| one.next(target))
    }

    /// The spans of both sides; `None` where one has none.
    fn spans(&mut self, document: DocId, within: Span, ends: &mut Ends) -> Option<[Vec<Span>; 2]> {
        let mut found = [Vec::new(), Vec::new()];
        for side in [self.lead, 1 - self.lead] {
            found[side] = self.sides[side].spans(document, within, ends);
            if found[side].is_empty() {
                return None;
            }
        }
        Some(found)
    }
}

impl Cursor {
    pub(super) fn open(spans: &Spans, segment: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let open = |spans: &Spans| Self::open(spans, segment, field);
        let pair = |left: &Spans, right: &Spans| {
            Ok::<_, TantivyError>(Box::new(Pair::new([open(left)?, open(right)?])))
        };
        Ok(match spans {
            Spans::Terms(terms) => Self::Terms(Terms::open(terms, segment, field)?),
            Spans::Row(row) => {
                let row =
                    (0..).zip(row).map(|(offset, terms)| Ok((offset, Terms::open(terms, segment, field)?)));
                let mut row = row.collect::<tantivy::Result<Vec<_>>>()?;
                row.sort_by_key(|(_, terms)| terms.documents());
                Self::Row(row)
            }
            Spans::Any(all) => Self::Any(all.iter().map(open).collect::<tantivy::Result<_>>()?),
            Spans::Near { left, right, distance, ordered } => {
                Self::Near { both: pair(left, right)?, distance: *distance, ordered: *ordered }
            }
            Spans::Together { left, right, unit, reach } => {
                Self::Together { both: pair(left, right)?, unit: *unit, reach: *reach }
            }
        })
    }

    /// In how many documents it may be found.
    pub(super) fn documents(&self) -> u32 {
        match self {
            Self::Terms(terms) => terms.documents(),
            Self::Row(row) => row.first().map_or(0, |(_, rarest)| rarest.documents()),
            Self::Any(all) => all.iter().map(Self::documents).fold(0, u32::saturating_add),
            Self::Near { both, .. } | Self::Together { both, .. } => both.sides[both.lead].documents(),
        }
    }

    /// The first document from `target` on that has all that must be there, whatever the places.
    pub(super) fn next(&mut self, target: DocId) -> DocId {
        match self {
            Self::Terms(terms) => terms.next(target),
            Self::Row(row) => common(target, row, |(_, terms), target| terms.next(target)),
            Self::Any(all) => first(all.iter_mut().map(|one| one.next(target))),
            Self::Near { both, .. } | Self::Together { both, .. } => both.next(target),
        }
    }

    /// A place of the document before whose unit no match ends that begins at `from` or behind it: by then all
    /// that must be there was there at least once. `None` where there is no further match.
    pub(super) fn reaches(&mut self, document: DocId, from: u32) -> Option<u32> {
        match self {
            Self::Terms(terms) => terms.reaches(document, from),
            Self::Row(row) => furthest(row.iter_mut().map(|(_, terms)| terms.reaches(document, from))),
            Self::Any(all) => all.iter_mut().filter_map(|one| one.reaches(document, from)).min(),
            Self::Near { both, .. } | Self::Together { both, .. } => {
                furthest(both.sides.iter_mut().map(|side| side.reaches(document, from)))
            }
        }
    }

    /// The places in a document, of those within a stretch of it.
    pub(super) fn spans(&mut self, document: DocId, within: Span, ends: &mut Ends) -> Vec<Span> {
        match self {
            Self::Terms(terms) => {
                let places = within.of(terms.places(document)).iter();
                places.map(|place| Span { start: *place, end: *place }).collect()
            }
            Self::Row(row) => rows(row, document, within),
            Self::Any(all) => union(all.iter_mut().map(|one| one.spans(document, within, ends))),
            Self::Near { both, distance, ordered } => {
                let join = if *ordered { adjacent } else { near };
                let found = both.spans(document, within, ends);
                found.map_or_else(Vec::new, |[left, right]| {
                    join(&left, &right, *distance, ends.of(Unit::Sentence, document))
                })
            }
            Self::Together { both, unit, reach } => {
                let found = both.spans(document, within, ends);
                found.map_or_else(Vec::new, |[left, right]| {
                    together(&left, &right, ends.of(*unit, document), *reach)
                })
            }
        }
    }
}

/// The places at which all of a row stand one after the other.
fn rows(row: &mut [(u32, Terms)], document: DocId, within: Span) -> Vec<Span> {
    let last = row.iter().map(|(offset, _)| *offset).max().unwrap_or(0);
    let Some(((offset, rarest), others)) = row.split_first_mut() else {
        return Vec::new();
    };
    let places = within.of(rarest.places(document)).iter();
    let mut starts: Vec<u32> = places.filter_map(|place| place.checked_sub(*offset)).collect();
    for (offset, terms) in others {
        if starts.is_empty() {
            break;
        }
        let places = terms.places(document);
        starts.retain(|start| places.binary_search(&(start + *offset)).is_ok());
    }
    starts.into_iter().map(|start| Span { start, end: start + last }).collect()
}

/// The last of all; `None` where one is.
fn furthest(mut places: impl Iterator<Item = Option<u32>>) -> Option<u32> {
    places.try_fold(0, |last, place| Some(last.max(place?)))
}
