//! Going through the documents of a segment, with the places of what is looked for.

use tantivy::index::SegmentReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocId, DocSet, TERMINATED};

use super::Spans;
use super::span::{Span, adjacent, near, together, union};
use crate::ast::Unit;
use priorart_index::{SENTENCE_END, TEXT_END};

/// What [`Spans`] look for in one segment.
pub(super) enum Cursor {
    Terms(Vec<SegmentPostings>),
    /// One after the other, each so many positions behind the first.
    Row(Vec<(u32, Cursor)>),
    Any(Vec<Cursor>),
    Near {
        both: [Box<Cursor>; 2],
        distance: u32,
        ordered: bool,
    },
    Together {
        both: [Box<Cursor>; 2],
        unit: Unit,
        reach: u32,
    },
}

impl Cursor {
    pub(super) fn open(spans: &Spans, segment: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let open = |spans: &Spans| Self::open(spans, segment, field);
        let both = |left: &Spans, right: &Spans| {
            Ok::<_, tantivy::TantivyError>([open(left)?, open(right)?].map(Box::new))
        };
        Ok(match spans {
            Spans::Terms(terms) => {
                let index = segment.inverted_index(field)?;
                let mut postings = Vec::new();
                for term in terms {
                    let term = Term::from_field_text(field, term);
                    postings.extend(index.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)?);
                }
                Self::Terms(postings)
            }
            Spans::Row(row) => {
                let row = row.iter().map(|(offset, spans)| Ok((*offset, open(spans)?)));
                Self::Row(row.collect::<tantivy::Result<_>>()?)
            }
            Spans::Any(all) => Self::Any(all.iter().map(open).collect::<tantivy::Result<_>>()?),
            Spans::Near { left, right, distance, ordered } => {
                Self::Near { both: both(left, right)?, distance: *distance, ordered: *ordered }
            }
            Spans::Together { left, right, unit, reach } => {
                Self::Together { both: both(left, right)?, unit: *unit, reach: *reach }
            }
        })
    }

    /// In how many documents it may be found.
    pub(super) fn size(&self) -> u32 {
        match self {
            Self::Terms(postings) => postings.iter().map(DocSet::size_hint).fold(0, u32::saturating_add),
            Self::Any(all) => all.iter().map(Self::size).fold(0, u32::saturating_add),
            Self::Row(row) => row.iter().map(|(_, one)| one.size()).min().unwrap_or(0),
            Self::Near { both, .. } | Self::Together { both, .. } => both[0].size().min(both[1].size()),
        }
    }

    /// The first document from `target` on that has all that must be there, whatever the places.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Terms(postings) => first(postings.iter_mut().map(|postings| seek(postings, target))),
            Self::Any(all) => first(all.iter_mut().map(|one| one.seek(target))),
            Self::Row(row) => common(target, row, |(_, one), target| one.seek(target)),
            Self::Near { both, .. } | Self::Together { both, .. } => {
                common(target, both, |one, target| one.seek(target))
            }
        }
    }

    /// The places in the document that was found last.
    pub(super) fn spans(&mut self, document: DocId, ends: &mut Ends) -> Vec<Span> {
        match self {
            Self::Terms(postings) => places(postings, document),
            Self::Any(all) => union(all.iter_mut().map(|one| one.spans(document, ends))),
            Self::Row(row) => {
                let mut rows = row.iter_mut().map(|(offset, one)| (*offset, one.spans(document, ends)));
                let (_, mut found) = rows.next().unwrap_or_default();
                for (offset, next) in rows {
                    let follows =
                        |span: &Span| next.binary_search_by_key(&(span.start + offset), |n| n.start).is_ok();
                    found.retain(follows);
                    for span in &mut found {
                        span.end = span.start + offset;
                    }
                }
                found
            }
            Self::Near { both: [left, right], distance, ordered } => {
                let (left, right) = (left.spans(document, ends), right.spans(document, ends));
                if left.is_empty() || right.is_empty() {
                    return Vec::new();
                }
                let join = if *ordered { adjacent } else { near };
                join(&left, &right, *distance, ends.of(Unit::Sentence, document))
            }
            Self::Together { both: [left, right], unit, reach } => {
                let (left, right) = (left.spans(document, ends), right.spans(document, ends));
                if left.is_empty() || right.is_empty() {
                    return Vec::new();
                }
                together(&left, &right, ends.of(*unit, document), *reach)
            }
        }
    }
}

fn seek(postings: &mut SegmentPostings, target: DocId) -> DocId {
    if postings.doc() < target { postings.seek(target) } else { postings.doc() }
}

fn first(documents: impl Iterator<Item = DocId>) -> DocId {
    documents.min().unwrap_or(TERMINATED)
}

/// The first document from `target` on that all have.
fn common<T>(mut target: DocId, all: &mut [T], seek: impl Fn(&mut T, DocId) -> DocId) -> DocId {
    loop {
        let furthest = all.iter_mut().map(|one| seek(one, target)).max().unwrap_or(TERMINATED);
        if furthest == target || furthest == TERMINATED {
            return furthest;
        }
        target = furthest;
    }
}

fn places(postings: &mut [SegmentPostings], document: DocId) -> Vec<Span> {
    let mut positions = Vec::new();
    for one in postings.iter_mut().filter(|one| one.doc() == document) {
        one.append_positions_with_offset(0, &mut positions);
    }
    union([positions.into_iter().map(|at| Span { start: at, end: at }).collect()])
}

/// Where sentences and texts end in the document that was asked for last.
pub(super) struct Ends {
    sentences: Vec<SegmentPostings>,
    texts: Vec<SegmentPostings>,
    document: DocId,
    found: [Option<Vec<u32>>; 2],
}

impl Ends {
    pub(super) fn open(segment: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let index = segment.inverted_index(field)?;
        let open = |term| {
            let term = Term::from_field_text(field, term);
            index.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)
        };
        let sentences = open(SENTENCE_END)?.into_iter().collect();
        let texts = open(TEXT_END)?.into_iter().collect();
        Ok(Self { sentences, texts, document: TERMINATED, found: [None, None] })
    }

    /// The places, in order. The end of a text is that of a sentence too.
    fn of(&mut self, unit: Unit, document: DocId) -> &[u32] {
        if self.document != document {
            (self.document, self.found) = (document, [None, None]);
        }
        let (sentences, texts) = (&mut self.sentences, &mut self.texts);
        self.found[usize::from(unit == Unit::Paragraph)].get_or_insert_with(|| {
            let mut ends = Vec::new();
            let sentences = sentences.iter_mut().filter(|_| unit == Unit::Sentence);
            for postings in sentences.chain(texts) {
                if seek(postings, document) == document {
                    postings.append_positions_with_offset(0, &mut ends);
                }
            }
            ends.sort_unstable();
            ends
        })
    }
}
