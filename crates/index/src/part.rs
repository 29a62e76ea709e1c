//! A part: the vectors of a contiguous range of a segment's passages, searched with or without a graph.

use std::ops::Range;
use std::path::Path;

use roaring::RoaringBitmap;

use crate::file::FileEntry;
use crate::graph::{Graph, Nearest, Scored, build, search};
use crate::manifest::PartEntry;
use crate::passages::Passages;
use crate::simd::dot;
use crate::vectors::Vectors;
use crate::{IndexError, WriterOptions};

/// Parts with fewer rows have no graph: a walk that keeps 128 candidates takes as long as scanning some
/// 6,000 rows in order (768 dimensions).
pub(crate) const GRAPH_ROWS: u32 = 5_000;

/// What a walk costs for each of the candidates it keeps, in rows that a filter picks out here and there and
/// that are scanned in the same time. Measured on 30,000 rows of 768 dimensions: walk and scan are equally
/// quick where a filter lets a quarter through, and this constant puts the border there.
const WALK: u64 = 16;

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
    /// How many rows at least, where there are as many.
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
        let vectors = Vectors::open(dir, &entry.vectors)?;
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

    /// The nearest rows among those of the wanted patents, best first: at least `k` where there are as many.
    pub(crate) fn nearest(&self, wanted: &Wanted<'_>, passages: &Passages) -> Vec<Scored> {
        let allowed = self.estimate(wanted.patents, passages);
        let Some(graph) = self.graph.as_ref().filter(|_| !self.is_quicker_scanned(allowed, wanted)) else {
            return self.scan(wanted, passages);
        };
        let found = match wanted.patents {
            None => search(graph, &self.vectors, wanted.query, wanted.ef, |_| true),
            Some(patents) => search(graph, &self.vectors, wanted.query, wanted.ef, |row| {
                passages.patent(self.vectors.first() + row).is_some_and(|patent| patents.contains(patent))
            }),
        };
        // A walk may have run dry before it came to all that are allowed.
        if found.len() < wanted.k { self.scan(wanted, passages) } else { found }
    }

    /// A walk that may keep one row in `n` goes `n` times as far until it has `ef` of them.
    fn is_quicker_scanned(&self, allowed: u64, wanted: &Wanted<'_>) -> bool {
        let walk = WALK * wanted.ef as u64 * u64::from(self.vectors.len()) / allowed.max(1);
        wanted.exact || allowed <= walk
    }

    /// About how many rows are those of the wanted patents, as if all patents had equally many.
    pub(crate) fn estimate(&self, patents: Option<&RoaringBitmap>, passages: &Passages) -> u64 {
        let rows = u64::from(self.vectors.len());
        let Some(patents) = patents else { return rows };
        let here = passages.patents_in(&self.range());
        let all = (here.len() as u64).max(1);
        (patents.range_cardinality(here) * rows).div_ceil(all)
    }

    fn scan(&self, wanted: &Wanted<'_>, passages: &Passages) -> Vec<Scored> {
        let mut nearest = Nearest::new(wanted.ef.max(wanted.k));
        for row in self.wanted_rows(wanted.patents, passages).flatten() {
            let score = dot(wanted.query, self.vectors.row(row));
            if nearest.accepts(score) {
                nearest.push(Scored { score, row });
            }
        }
        nearest.into_sorted()
    }

    /// The rows of the wanted patents, patent by patent.
    fn wanted_rows<'a>(
        &'a self,
        patents: Option<&'a RoaringBitmap>,
        passages: &'a Passages,
    ) -> Box<dyn Iterator<Item = Range<u32>> + 'a> {
        let Some(patents) = patents else {
            return Box::new(std::iter::once(0..self.vectors.len()));
        };
        let (covered, here) = (self.range(), passages.patents_in(&self.range()));
        Box::new(patents.range(here).map(move |patent| {
            let rows = passages.range(patent);
            let (start, end) = (rows.start.max(covered.start), rows.end.min(covered.end));
            start - covered.start..end.max(start) - covered.start
        }))
    }
}

/// Seals the vectors of a part and builds the graph where there are enough of them.
pub(crate) fn seal(
    dir: &Path,
    number: u32,
    vectors: crate::vectors::VectorWriter,
    options: WriterOptions,
) -> Result<PartEntry, IndexError> {
    let (first, passages) = (vectors.first(), vectors.rows());
    let vectors = vectors.seal()?;
    let graph = build_graph(dir, number, &vectors, options)?;
    Ok(PartEntry { first, passages, vectors, graph })
}

/// Builds the graph over sealed vectors where there are enough of them.
pub(crate) fn build_graph(
    dir: &Path,
    number: u32,
    vectors: &FileEntry,
    options: WriterOptions,
) -> Result<Option<FileEntry>, IndexError> {
    let rows = Vectors::open(dir, vectors)?;
    if rows.len() < GRAPH_ROWS {
        return Ok(None);
    }
    build(&rows, options.deterministic).write(dir.join(format!("graph-{number}"))).map(Some)
}
