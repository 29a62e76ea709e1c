//! A part: the vectors of a contiguous range of a segment's passages, searched with or without a graph.

use std::ops::Range;
use std::path::Path;

use roaring::RoaringBitmap;

use crate::IndexError;
use crate::file::FileEntry;
use crate::filter::RowFilter;
use crate::graph::{Graph, Nearest, Scored, build, scan, search};
use crate::manifest::PartEntry;
use crate::passages::Passages;
use crate::vectors::{Rows, VectorWriter, Vectors};

/// Parts with fewer rows have no graph: scanning them is as quick.
pub(crate) const GRAPH_ROWS: u32 = 5_000;

/// Rows that a filter picks out here and there and that are scanned in the time that a filtered walk takes for
/// each of the candidates it keeps.
const WALK: u64 = 48;

/// Rows of fixed point that are scored again, exactly, for `k` hits: codes alone change the order of near ones.
fn rescored(k: usize) -> usize {
    2 * k + 16
}

/// An open part.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) vectors: Vectors,
    graph: Option<Graph>,
}

/// What a search of a part looks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) query: &'a [f32],
    /// How many rows, where there are as many.
    pub(crate) k: usize,
    /// How many candidates the walk keeps.
    pub(crate) ef: usize,
    /// The patents that may be found; `None` for all.
    pub(crate) patents: Option<&'a RoaringBitmap>,
    /// Never walk, always scan.
    pub(crate) exact: bool,
}

impl Part {
    pub(crate) fn open(dir: &Path, entry: &PartEntry) -> Result<Self, IndexError> {
        let vectors = Vectors::open(dir, &entry.vectors, entry.fine.as_ref())?;
        if (vectors.first(), vectors.len()) != (entry.first, entry.passages) {
            return Err(IndexError::damaged(
                vectors.path(),
                "it covers other passages than its manifest says",
            ));
        }
        let graph = entry.graph.as_ref().map(|graph| Graph::open(dir, graph, vectors.len())).transpose()?;
        Ok(Self { vectors, graph })
    }

    /// The passages that it covers.
    pub(crate) fn range(&self) -> Range<u32> {
        self.vectors.first()..self.vectors.first() + self.vectors.len()
    }

    /// The `k` nearest rows among those of the wanted patents, best first, with exact scores; fewer only where
    /// there are fewer.
    pub(crate) fn nearest(&self, wanted: &Wanted<'_>, passages: &Passages) -> Vec<Scored> {
        let filter = wanted.patents.map(|patents| RowFilter::new(patents, passages, self.range()));
        if wanted.exact {
            return self.best(self.rows(filter.as_ref()).into_iter(), wanted);
        }
        let keep = rescored(wanted.k);
        let mut found = self.walk(wanted, filter.as_ref());
        // A walk may have run dry before it came to all that are allowed.
        if found.len() < wanted.k {
            found = scan(&self.vectors, wanted.query, keep, &self.rows(filter.as_ref()));
        }
        match self.vectors.view() {
            Rows::Fixed(..) => self.best(found.iter().take(keep).map(|item| item.row), wanted),
            Rows::Full(_) | Rows::Half(_) => found.into_iter().take(wanted.k).collect(),
        }
    }

    /// About how many rows are those of the wanted patents, as if all patents had equally many.
    pub(crate) fn estimate(&self, patents: Option<&RoaringBitmap>, passages: &Passages) -> u64 {
        let filter = patents.map(|patents| RowFilter::new(patents, passages, self.range()));
        filter.map_or(self.vectors.len().into(), |filter| filter.estimate())
    }

    /// What a walk finds; nothing where there is no graph, or a scan is quicker.
    fn walk(&self, wanted: &Wanted<'_>, filter: Option<&RowFilter<'_>>) -> Vec<Scored> {
        let allowed = filter.map_or(self.vectors.len().into(), RowFilter::estimate);
        match &self.graph {
            Some(graph) if allowed > WALK * wanted.ef as u64 => {
                search(graph, &self.vectors, wanted.query, wanted.ef, filter)
            }
            _ => Vec::new(),
        }
    }

    fn rows(&self, filter: Option<&RowFilter<'_>>) -> Vec<u32> {
        filter.map_or_else(|| (0..self.vectors.len()).collect(), |filter| filter.rows().collect())
    }

    /// The best of some rows by exact scores.
    fn best(&self, rows: impl Iterator<Item = u32>, wanted: &Wanted<'_>) -> Vec<Scored> {
        let (stored, mut nearest) = (self.vectors.view(), Nearest::new(wanted.k));
        rows.for_each(|row| nearest.push(Scored { score: stored.exact(wanted.query, row), row }));
        nearest.into_sorted()
    }
}

/// Seals the vectors of a part and builds the graph where there are enough of them.
pub(crate) fn seal(dir: &Path, number: u32, vectors: VectorWriter) -> Result<PartEntry, IndexError> {
    let (first, passages) = (vectors.first(), vectors.rows());
    let (vectors, fine) = vectors.seal()?;
    let graph = build_graph(dir, number, &vectors, fine.as_ref())?;
    Ok(PartEntry { first, passages, vectors, fine, graph })
}

/// Builds the graph over sealed vectors where there are enough of them; the same vectors make the same file.
pub(crate) fn build_graph(
    dir: &Path,
    number: u32,
    vectors: &FileEntry,
    fine: Option<&FileEntry>,
) -> Result<Option<FileEntry>, IndexError> {
    let vectors = Vectors::open(dir, vectors, fine)?;
    if vectors.len() < GRAPH_ROWS {
        return Ok(None);
    }
    let links = match vectors.view() {
        Rows::Fixed(codes, _) => build(codes),
        Rows::Full(_) | Rows::Half(_) => build(vectors.to_codes().view()),
    };
    links.write(dir.join(format!("graph-{number}"))).map(Some)
}
