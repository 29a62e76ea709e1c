//! The classified patents of an index, and their neighbours among themselves.

use std::hash::{DefaultHasher, Hash, Hasher};

use priorart_corpus::Patent;
use priorart_index::{NearestOptions, PassageId, PatentId, PatentSet, Reader, simple_family};

use crate::error::AnalysisError;
use crate::indexed::{Basis, IndexRow, IndexRows};
use crate::labelled::{Labels, subclass};
use crate::neighbours::{Neighbour, nearest};

/// The section of tags for what cuts across the classification (climate, the former USPC): no classes of an
/// invention.
const TAGS: char = 'Y';

/// The subclasses of a patent: its CPC's, else its IPC's; without tags.
pub fn subclasses(patent: &Patent) -> Labels {
    let cpc = patent.cpc.iter().map(|symbol| symbol.symbol.as_str());
    let symbols: Vec<&str> =
        if patent.cpc.is_empty() { patent.ipc.iter().map(String::as_str).collect() } else { cpc.collect() };
    let subclasses = symbols.into_iter().map(subclass).filter(|symbol| !symbol.starts_with(TAGS));
    subclasses.map(str::to_owned).collect()
}

/// A patent of the index that is near.
#[derive(Debug, Clone)]
pub struct IndexedNeighbour {
    /// The patent.
    pub patent: Patent,
    /// The cosine to it.
    pub cosine: f32,
    /// Its subclasses.
    pub labels: Labels,
}

/// The `count` classified patents whose passages of this kind are nearest to a vector, exactly; those in
/// `without` are left out.
///
/// # Errors
/// [`AnalysisError::Undefined`] where no patent of the index has both such a passage and classes.
pub fn classified_neighbours(
    reader: &Reader,
    vector: &[f32],
    basis: Basis,
    count: usize,
    without: &PatentSet,
) -> Result<Vec<IndexedNeighbour>, AnalysisError> {
    let mut k = count.max(1) * 16;
    loop {
        let mut found = Vec::new();
        let near =
            reader.nearest(vector, k, None, NearestOptions { exact: true, ..NearestOptions::default() })?;
        for (passage, cosine) in &near {
            let (id, _) = reader.passage(*passage)?;
            if found.len() < count && !without.contains(id) && basis.passage(reader, id)? == Some(*passage) {
                let patent = reader.patent(id)?;
                let labels = subclasses(&patent);
                found.extend((!labels.is_empty()).then_some(IndexedNeighbour {
                    patent,
                    cosine: *cosine,
                    labels,
                }));
            }
        }
        if found.len() == count || near.len() < k {
            return if found.is_empty() { Err(no_neighbours()) } else { Ok(found) };
        }
        k *= 4;
    }
}

fn no_neighbours() -> AnalysisError {
    let what = "no neighbours: no patent of the index has classes and an embedding of this kind";
    AnalysisError::Undefined(what.to_owned())
}

/// Patents of an index that have classes and a passage that speaks for them.
#[derive(Debug)]
pub struct Classified<'a> {
    rows: IndexRows<'a>,
    entries: Vec<Entry>,
}

/// What is known of a patent beside its vector.
#[derive(Debug)]
struct Entry {
    labels: Labels,
    family: Option<String>,
    text: u64,
}

impl<'a> Classified<'a> {
    /// Reads the classes of these patents.
    ///
    /// # Errors
    /// [`AnalysisError::Undefined`] for fewer than two such patents, or only one class.
    pub fn read(
        reader: &'a Reader,
        ids: impl Iterator<Item = PatentId>,
        basis: Basis,
    ) -> Result<Self, AnalysisError> {
        let (mut rows, mut entries) = (Vec::new(), Vec::new());
        for id in ids {
            if let Some((passage, entry)) = Entry::read(reader, id, basis)? {
                rows.push(IndexRow::Passage(passage));
                entries.push(entry);
            }
        }
        if entries.len() < 2 {
            return Err(no_neighbours());
        }
        if entries.iter().all(|entry| entry.labels == entries[0].labels) {
            let what = "all patents have the same classes: there is nothing to tell apart";
            return Err(AnalysisError::Undefined(what.to_owned()));
        }
        Ok(Self { rows: IndexRows::new(reader, rows), entries })
    }

    /// How many patents there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A patent's classes.
    pub fn labels(&self, at: usize) -> &Labels {
        &self.entries[at].labels
    }

    /// The `k` neighbours of some of the patents among all others, without their families and without those
    /// that have the very same text.
    ///
    /// # Errors
    /// Where the vectors cannot be read.
    pub fn neighbours(&self, of: &[usize], k: usize) -> Result<Vec<Vec<Neighbour>>, AnalysisError> {
        let rows = of.iter().map(|at| self.rows.rows()[*at]).collect();
        let queries = IndexRows::new(self.rows.reader(), rows);
        nearest(&queries, &self.rows, k, |query, row| {
            let (own, other) = (&self.entries[of[query]], &self.entries[row]);
            let is_family = own.family.is_some() && own.family == other.family;
            of[query] != row && own.text != other.text && !is_family
        })
    }
}

impl Entry {
    fn read(reader: &Reader, id: PatentId, basis: Basis) -> Result<Option<(PassageId, Self)>, AnalysisError> {
        let Some(passage) = basis.passage(reader, id)? else {
            return Ok(None);
        };
        let patent = reader.patent(id)?;
        let labels = subclasses(&patent);
        let mut text = DefaultHasher::new();
        match basis {
            // Titles change where nothing else does.
            Basis::Abstract if !patent.abstract_text.is_empty() => patent.abstract_text.hash(&mut text),
            _ => patent.passage_text(&reader.passage(passage)?.1).hash(&mut text),
        }
        let entry = Self { family: simple_family(&patent), text: text.finish(), labels };
        Ok((!entry.labels.is_empty()).then_some((passage, entry)))
    }
}
