//! Where sentences and paragraphs end.

use priorart_index::{SENTENCE_END, TEXT_END};
use tantivy::DocId;
use tantivy::index::SegmentReader;
use tantivy::schema::Field;

use super::span::Span;
use super::terms::Terms;
use crate::ast::Unit;

/// The ends of sentences and of paragraphs in a field. The end of a text is that of a sentence too.
pub(super) struct Ends {
    sentences: Terms,
    paragraphs: Terms,
}

impl Ends {
    pub(super) fn open(segment: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let sentences = Terms::open(&[SENTENCE_END, TEXT_END], segment, field)?;
        Ok(Self { sentences, paragraphs: Terms::open(&[TEXT_END], segment, field)? })
    }

    /// The places, in order.
    pub(super) fn of(&mut self, unit: Unit, document: DocId) -> &[u32] {
        match unit {
            Unit::Sentence => self.sentences.places(document),
            Unit::Paragraph => self.paragraphs.places(document),
        }
    }

    /// The unit that a place lies in.
    pub(super) fn around(&mut self, unit: Unit, document: DocId, place: u32) -> Span {
        let ends = self.of(unit, document);
        let at = ends.partition_point(|end| *end < place);
        let start = at.checked_sub(1).map_or(0, |before| ends[before] + 1);
        Span { start, end: ends.get(at).copied().unwrap_or(u32::MAX) }
    }
}
