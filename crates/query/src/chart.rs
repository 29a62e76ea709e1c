//! Claim charts: where patents disclose the elements of a claim, and which two cover it best.

use std::collections::BTreeSet;

use priorart_corpus::{PassageKind, Place};
use priorart_index::PatentId;
use serde::Serialize;

use crate::ast::{Part, Query};
use crate::elements::elements;
use crate::error::QueryError;
use crate::hit::HitPassage;
use crate::keyword;
use crate::options::{Mode, SearchOptions};
use crate::plan::Plan;
use crate::search::Searcher;
use crate::semantic::{self, Probe, cosine};
use crate::words::{Wanted, Word, distinct_words};

/// Patents that are looked through for the whole claim, and for each of its elements.
const FOR_THE_CLAIM: usize = 30;
const FOR_AN_ELEMENT: usize = 10;

/// Elements that are charted: each is a search of its own.
const MOST_ELEMENTS: usize = 50;

/// A claim, its elements, and where patents disclose them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Chart {
    /// The claim's elements, in their order.
    pub elements: Vec<String>,
    /// Patents, those that cover most first.
    pub patents: Vec<Coverage>,
    /// The two that together cover the claim best; `None` where fewer than two were found.
    pub pair: Option<Pair>,
    /// What the searcher should know.
    pub warnings: Vec<String>,
}

/// What a patent discloses of a claim.
#[derive(Debug, Clone, Serialize)]
pub struct Coverage {
    /// Publication number.
    pub number: String,
    /// Title.
    pub title: String,
    /// Publication date.
    pub date: Option<String>,
    /// The mean of the elements' scores.
    pub coverage: f64,
    /// The lowest of them.
    pub worst: f64,
    /// The best passage for each element; `None` where the patent has no text.
    pub cells: Vec<Option<Cell>>,
}

/// The passage that discloses an element best.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// From 0 to 1: the mean of the cosine and of the share of the element's words that the passage has, rare
    /// words counting more; without embeddings, the share alone.
    pub score: f64,
    /// The passage.
    pub passage: HitPassage,
}

/// Two patents that together cover a claim: each element as well as the better of them does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// Their publication numbers.
    pub numbers: [String; 2],
    /// The score of the element that is covered worst, by which pairs are compared.
    pub worst: f64,
    /// The mean of the elements' scores.
    pub coverage: f64,
    /// For each element, the number of the patent that covers it better.
    pub by: Vec<String>,
}

/// An element as it is looked for.
struct Element {
    text: String,
    /// Places of its words among all words, with what each counts.
    words: Vec<(usize, f64)>,
    vector: Option<Vec<f32>>,
}

impl Searcher<'_> {
    /// Charts a claim against the patents that satisfy the query's conditions; `options.limit` of them are
    /// returned, and the best pair out of all that were looked through.
    ///
    /// # Errors
    /// See [`QueryError`]; a claim without words is [`QueryError::Empty`].
    pub fn chart(&self, claim: &str, query: &Query, options: &SearchOptions) -> Result<Chart, QueryError> {
        let mut whole = query.clone();
        whole.parts.push(Part::Words(claim.to_owned()));
        let mut plan = self.plan(&whole, options)?;
        let mut texts = elements(claim);
        if texts.len() > MOST_ELEMENTS {
            plan.warnings.push(format!("of {} elements, the first {MOST_ELEMENTS} are charted", texts.len()));
            texts.truncate(MOST_ELEMENTS);
        }
        let (elements, wanted) = self.elements(texts, options)?;
        if elements.is_empty() {
            return Err(QueryError::Empty);
        }
        let candidates = self.candidates(&plan, &elements, options)?;
        self.engine.expect(&candidates.iter().copied().collect::<Vec<_>>())?;
        let mut patents = Vec::new();
        for id in candidates {
            patents.push(self.coverage(id, &elements, &wanted)?);
        }
        patents.sort_by(|a, b| b.coverage.total_cmp(&a.coverage).then_with(|| a.number.cmp(&b.number)));
        let pair = best_pair(&patents);
        patents.truncate(options.limit);
        let elements = elements.into_iter().map(|element| element.text).collect();
        Ok(Chart { elements, patents, pair, warnings: plan.warnings })
    }

    fn elements(
        &self,
        texts: Vec<String>,
        options: &SearchOptions,
    ) -> Result<(Vec<Element>, Wanted), QueryError> {
        let mut all: Vec<Word> = Vec::new();
        let mut found = Vec::new();
        for text in texts {
            let mut words = Vec::new();
            for word in distinct_words(&text) {
                let weight = keyword::weight(&*self.engine, &word.stem)?;
                let at = all.iter().position(|known| known.stem == word.stem);
                let at = at.unwrap_or_else(|| {
                    all.push(word);
                    all.len() - 1
                });
                words.push((at, weight));
            }
            let can_embed = options.mode != Mode::Keyword && self.engine.model().is_some();
            let vector = if can_embed { self.embed(&text).ok() } else { None };
            found.push(Element { text, words, vector });
        }
        Ok((found, Wanted::new(all, &Query::default())))
    }

    /// The best patents for the whole claim and for each element, those that cover one alone included.
    fn candidates(
        &self,
        plan: &Plan<'_>,
        elements: &[Element],
        options: &SearchOptions,
    ) -> Result<BTreeSet<PatentId>, QueryError> {
        let options = SearchOptions { limit: FOR_THE_CLAIM, offset: 0, explain: false, ..options.clone() };
        let (placed, _) = self.placed(plan, &options)?;
        let mut found: BTreeSet<PatentId> = placed.iter().take(FOR_THE_CLAIM).map(|one| one.id).collect();
        for element in elements {
            let words = distinct_words(&element.text);
            let wanted = FOR_AN_ELEMENT + plan.without.len() as usize;
            let by_words = plan.under.by_words(&words, wanted)?;
            found.extend(by_words.into_iter().map(|(id, _)| id).filter(|id| !plan.without.contains(*id)));
            let probe = Probe { vectors: element.vector.iter().cloned().collect(), parts: 0 };
            let near = semantic::ranking(&*self.engine, &*plan.under, &probe, &plan.without, FOR_AN_ELEMENT)?;
            found.extend(near.into_iter().map(|(id, _)| id));
        }
        Ok(found)
    }

    fn coverage(&self, id: PatentId, elements: &[Element], wanted: &Wanted) -> Result<Coverage, QueryError> {
        let patent = self.engine.patent(id)?;
        let mut passages = Vec::new();
        for (place, vector) in self.engine.passages(id)? {
            let text = patent.passage_text(&place).unwrap_or_default();
            passages.push(Passage::new(place, text, vector, wanted));
        }
        let paragraphs = patent.description.iter().enumerate().filter(|(_, paragraph)| !paragraph.heading);
        passages.extend(paragraphs.map(|(at, paragraph)| {
            let end = paragraph.text.len() as u32;
            let place = Place { kind: PassageKind::Description, number: at as u32, start: 0, end };
            Passage::new(place, paragraph.text.clone(), None, wanted)
        }));
        let cells: Vec<Option<Cell>> = elements
            .iter()
            .map(|element| {
                let (passage, score) = best(element, &passages)?;
                let words: BTreeSet<usize> = element.words.iter().map(|(at, _)| *at).collect();
                let marked = wanted.places(&passage.text).filter(|(_, which)| words.contains(which));
                let passage = HitPassage {
                    kind: passage.place.kind,
                    place: patent.place_label(&passage.place),
                    score: passage.cosine(element),
                    highlights: marked.map(|(range, _)| [range.start, range.end]).collect(),
                    text: passage.text.clone(),
                };
                Some(Cell { score, passage })
            })
            .collect();
        let scores = cells.iter().map(|cell| score(cell.as_ref()));
        Ok(Coverage {
            number: patent.number.to_string(),
            title: patent.title,
            date: patent.publication_date.map(|date| date.to_string()),
            coverage: scores.clone().sum::<f64>() / elements.len() as f64,
            worst: scores.fold(f64::INFINITY, f64::min),
            cells,
        })
    }
}

fn score(cell: Option<&Cell>) -> f64 {
    cell.map_or(0.0, |cell| cell.score)
}

struct Passage {
    place: Place,
    text: String,
    vector: Option<Vec<f32>>,
    words: BTreeSet<usize>,
}

impl Passage {
    fn new(place: Place, text: String, vector: Option<Vec<f32>>, wanted: &Wanted) -> Self {
        let words = wanted.within(&text);
        Self { place, text, vector, words }
    }

    fn cosine(&self, element: &Element) -> Option<f32> {
        Some(cosine(element.vector.as_ref()?, self.vector.as_ref()?))
    }

    /// The share of the element's words, from 0 to 1.
    fn share(&self, element: &Element) -> f64 {
        let all: f64 = element.words.iter().map(|(_, weight)| weight).sum();
        let own = element.words.iter().filter(|(at, _)| self.words.contains(at));
        if all > 0.0 { own.fold(0.0, |sum, (_, weight)| sum + weight) / all } else { 0.0 }
    }
}

/// The best passage for an element. One without a vector of its own is taken for as near as the nearest of its
/// patent: the patent is about it, and the passage has the words.
fn best<'p>(element: &Element, passages: &'p [Passage]) -> Option<(&'p Passage, f64)> {
    let nearest = passages.iter().filter_map(|passage| passage.cosine(element)).reduce(f32::max);
    let score = |passage: &Passage| {
        let share = passage.share(element);
        let near = passage.cosine(element).or(nearest);
        near.map_or(share, |near| f64::midpoint(share, f64::from(near.max(0.0))))
    };
    let scored = passages.iter().map(|passage| (passage, score(passage)));
    // The first of equals: the abstract and the claims come before the description.
    scored.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// The two whose union covers the worst-covered element best; of equals, the one that covers more.
fn best_pair(patents: &[Coverage]) -> Option<Pair> {
    let mut best: Option<(f64, f64, usize, usize)> = None;
    for (one, first) in patents.iter().enumerate() {
        for (other, second) in patents.iter().enumerate().skip(one + 1) {
            let both =
                first.cells.iter().zip(&second.cells).map(|(a, b)| score(a.as_ref()).max(score(b.as_ref())));
            let worst = both.clone().fold(f64::INFINITY, f64::min);
            let coverage = both.sum::<f64>() / first.cells.len() as f64;
            if best.is_none_or(|(w, c, ..)| (worst, coverage) > (w, c)) {
                best = Some((worst, coverage, one, other));
            }
        }
    }
    let (worst, coverage, one, other) = best?;
    let (one, other) = (&patents[one], &patents[other]);
    let better = |(a, b): (&Option<Cell>, &Option<Cell>)| {
        if score(a.as_ref()) >= score(b.as_ref()) { one.number.clone() } else { other.number.clone() }
    };
    let by = one.cells.iter().zip(&other.cells).map(better).collect();
    Some(Pair { numbers: [one.number.clone(), other.number.clone()], worst, coverage, by })
}
