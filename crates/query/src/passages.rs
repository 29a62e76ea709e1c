//! The passages that a hit shows.

use std::borrow::Cow;

use priorart_corpus::{PassageKind, Patent, Place};

use crate::hit::HitPassage;
use crate::semantic;
use crate::words::Wanted;

/// What was looked for in a patent and found.
pub(crate) struct Found<'a> {
    pub(crate) patent: &'a Patent,
    /// Its passages.
    pub(crate) passages: &'a [(Place, Option<Vec<f32>>)],
    /// The query's words.
    pub(crate) wanted: &'a Wanted,
    /// What the patent is near to; empty where it was found by its words alone.
    pub(crate) vectors: &'a [Vec<f32>],
}

impl Found<'_> {
    /// The `count` best passages: those nearest to the query, else those with most of its words.
    pub(crate) fn passages(&self, count: usize) -> Vec<HitPassage> {
        let near = semantic::nearness(self.passages, self.vectors);
        if near.is_empty() {
            return self.by_words(count);
        }
        let near = near.into_iter().take(count);
        near.map(|(place, score)| self.show(&place, &self.text(&place), Some(score))).collect()
    }

    fn by_words(&self, count: usize) -> Vec<HitPassage> {
        let passages = self.passages.iter();
        let mut best: Vec<_> =
            passages.map(|(place, _)| self.counted(*place, self.text(place).into())).collect();
        // A word of the description alone is shown where it stands.
        let most = best.iter().map(|(words, ..)| *words).max();
        if most.is_none_or(|words| words < self.wanted.len()) {
            best.extend(self.paragraphs());
        }
        best.sort_by_key(|(words, ..)| std::cmp::Reverse(*words));
        let best = best.iter().take(count);
        best.map(|(_, place, text)| self.show(place, text, None)).collect()
    }

    /// Every paragraph of the description as a passage of its own.
    fn paragraphs(&self) -> impl Iterator<Item = (usize, Place, Cow<'_, str>)> {
        let paragraphs = self.patent.description.iter().enumerate();
        paragraphs.filter(|(_, paragraph)| !paragraph.heading).map(|(at, paragraph)| {
            let end = paragraph.text.len() as u32;
            let place = Place { kind: PassageKind::Description, number: at as u32, start: 0, end };
            self.counted(place, paragraph.text.as_str().into())
        })
    }

    /// A passage with the number of the query's words in it.
    fn counted<'t>(&self, place: Place, text: Cow<'t, str>) -> (usize, Place, Cow<'t, str>) {
        (self.wanted.within(&text).len(), place, text)
    }

    fn text(&self, place: &Place) -> String {
        self.patent.passage_text(place).unwrap_or_default()
    }

    fn show(&self, place: &Place, text: &str, score: Option<f32>) -> HitPassage {
        let highlights = self.wanted.places(text).map(|(range, _)| [range.start, range.end]);
        HitPassage {
            kind: place.kind,
            place: self.patent.place_label(place),
            score,
            highlights: highlights.collect(),
            text: text.to_owned(),
        }
    }

    /// The query's words that the patent has anywhere, as they were typed.
    pub(crate) fn matched(&self) -> Vec<String> {
        let Patent { title, abstract_text, claims, description, .. } = self.patent;
        let head = [title.as_str(), abstract_text.as_str()];
        let claims = claims.iter().map(|claim| claim.text.as_str());
        let description = description.iter().map(|paragraph| paragraph.text.as_str());
        let texts = head.into_iter().chain(claims).chain(description);
        let mut found: Vec<usize> = texts.flat_map(|text| self.wanted.within(text)).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|which| self.wanted.written(which).to_owned()).collect()
    }
}
