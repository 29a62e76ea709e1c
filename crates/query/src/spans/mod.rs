//! Words by their places: phrases, wildcards within them, `NEAR`, `ADJ`, `WITH` and `SAME`.

mod cursor;
mod ends;
mod span;
mod terms;

use tantivy::DocId;
use tantivy::index::SegmentReader;
use tantivy::schema::Field;

use self::cursor::Cursor;
use self::ends::Ends;
use self::span::Span;
use crate::ast::Unit;

/// What is looked for in a field, its words as terms of the index.
#[derive(Debug, Clone)]
pub(crate) enum Spans {
    /// One of the terms.
    Terms(Vec<String>),
    /// One of each, one after the other.
    Row(Vec<Vec<String>>),
    /// One of them.
    Any(Vec<Spans>),
    /// See [`Pattern::Near`](crate::Pattern::Near).
    Near { left: Box<Spans>, right: Box<Spans>, distance: u32, ordered: bool },
    /// See [`Pattern::Together`](crate::Pattern::Together).
    Together { left: Box<Spans>, right: Box<Spans>, unit: Unit, reach: u32 },
}

/// Where [`Spans`] are, in a segment, document by document.
pub(crate) struct Places {
    cursor: Cursor,
    ends: Ends,
    /// What a match lies within; `None` where it may reach over several.
    within: Option<Unit>,
}

impl Places {
    pub(crate) fn open(spans: &Spans, segment: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let cursor = Cursor::open(spans, segment, field)?;
        // A row of words by itself is where it is, whatever ends there.
        let within = if matches!(spans, Spans::Row(_)) { None } else { within(spans) };
        Ok(Self { cursor, ends: Ends::open(segment, field)?, within })
    }

    /// In how many documents the words may be.
    pub(crate) fn documents(&self) -> u32 {
        self.cursor.documents()
    }

    /// The first document from `target` on that has all that must be there, whatever the places.
    pub(crate) fn next(&mut self, target: DocId) -> DocId {
        self.cursor.next(target)
    }

    /// Whether a document has them at such places. It is looked through sentence by sentence, or paragraph by
    /// paragraph, those alone that have all that must be there, as far as the first match.
    pub(crate) fn are_in(&mut self, document: DocId) -> bool {
        if self.next(document) != document {
            return false;
        }
        let Some(unit) = self.within else {
            return !self.cursor.spans(document, Span::ALL, &mut self.ends).is_empty();
        };
        let mut from = 0;
        while let Some(place) = self.cursor.reaches(document, from) {
            let around = self.ends.around(unit, document, place);
            if from < around.start {
                // What stands before that place in the same unit counts as well.
                from = around.start;
                continue;
            }
            if !self.cursor.spans(document, around, &mut self.ends).is_empty() {
                return true;
            }
            from = around.end.saturating_add(1);
        }
        false
    }
}

/// The unit that all of a match lies within.
fn within(spans: &Spans) -> Option<Unit> {
    let wider = |one: Unit, other: Unit| if other == Unit::Paragraph { other } else { one };
    match spans {
        Spans::Terms(_) | Spans::Row(_) => Some(Unit::Sentence),
        Spans::Any(all) => {
            all.iter().map(within).try_fold(Unit::Sentence, |unit, one| Some(wider(unit, one?)))
        }
        Spans::Near { left, right, .. } => Some(wider(within(left)?, within(right)?)),
        Spans::Together { reach: 2.., .. } => None,
        Spans::Together { left, right, unit, .. } => Some(wider(*unit, wider(within(left)?, within(right)?))),
    }
}
