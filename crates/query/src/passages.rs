//! The passages that a hit shows.

use std::collections::BTreeSet;

use priorart_corpus::{PassageKind, Patent, Place};
use priorart_index::{IndexError, PassageId, PatentId, Reader};

use crate::hit::HitPassage;
use crate::words::{highlights, stems};

/// What was looked for in a patent and found.
pub(crate) struct Found<'a> {
    pub(crate) id: PatentId,
    pub(crate) patent: &'a Patent,
    /// Stems of the query's words.
    pub(crate) stems: &'a BTreeSet<String>,
    /// Passages that are near the query, nearest first.
    pub(crate) near: &'a [(PassageId, f32)],
}

impl Found<'_> {
    /// The `count` best passages: those near the query, else those with most of its words.
    pub(crate) fn passages(&self, reader: &Reader, count: usize) -> Result<Vec<HitPassage>, IndexError> {
        if self.near.is_empty() {
            return self.by_words(reader, count);
        }
        let near = self.near.iter().take(count);
        near.map(|(passage, score)| Ok(self.show(&reader.passage(*passage)?.1, Some(*score))))
            .collect()
    }

    fn by_words(&self, reader: &Reader, count: usize) -> Result<Vec<HitPassage>, IndexError> {
        let segment = self.id.segment;
        let indexed = reader
            .passages_of(self.id)
            .map(|ordinal| Ok(reader.passage(PassageId { segment, ordinal })?.1))
            .collect::<Result<Vec<Place>, IndexError>>()?;
        let mut best = self.most_words(indexed);
        // A word of the description alone is shown where it stands.
        if best.first().is_none_or(|(words, _)| *words < self.stems.len()) {
            best.extend(self.most_words(paragraphs(self.patent)));
            best.sort_by_key(|(words, _)| std::cmp::Reverse(*words));
        }
        Ok(best
            .iter()
            .take(count)
            .map(|(_, place)| self.show(place, None))
            .collect())
    }

    /// Places with the number of the query's words in each, most first.
    fn most_words(&self, places: Vec<Place>) -> Vec<(usize, Place)> {
        let mut counted: Vec<(usize, Place)> = places
            .into_iter()
            .map(|place| (self.words_in(&place), place))
            .collect();
        counted.sort_by_key(|(words, _)| std::cmp::Reverse(*words));
        counted
    }

    fn words_in(&self, place: &Place) -> usize {
        let text = self.patent.passage_text(place).unwrap_or_default();
        let found: BTreeSet<String> = stems(&text).into_iter().map(|(stem, _)| stem).collect();
        found.intersection(self.stems).count()
    }

    fn show(&self, place: &Place, score: Option<f32>) -> HitPassage {
        let text = self.patent.passage_text(place).unwrap_or_default();
        HitPassage {
            kind: place.kind,
            place: self.patent.place_label(place),
            score,
            highlights: highlights(&text, self.stems),
            text,
        }
    }

    /// The query's words that the patent has anywhere.
    pub(crate) fn matched(&self) -> Vec<String> {
        let claims = self.patent.claims.iter().map(|claim| claim.text.as_str());
        let description = self
            .patent
            .description
            .iter()
            .map(|paragraph| paragraph.text.as_str());
        let texts = [self.patent.title.as_str(), self.patent.abstract_text.as_str()];
        let all = texts.into_iter().chain(claims).chain(description);
        let found: BTreeSet<String> = all.flat_map(stems).map(|(stem, _)| stem).collect();
        found.intersection(self.stems).cloned().collect()
    }
}

/// Every paragraph of the description as a place of its own.
fn paragraphs(patent: &Patent) -> Vec<Place> {
    let bodies = patent
        .description
        .iter()
        .enumerate()
        .filter(|(_, paragraph)| !paragraph.heading);
    bodies
        .map(|(at, paragraph)| Place {
            kind: PassageKind::Description,
            number: at as u32,
            start: 0,
            end: paragraph.text.len() as u32,
        })
        .collect()
}
