//! The graph as a file, mapped where it lies.
//!
//! ```text
//! bottom    per row 2 M links (u32 each), places that are not used hold u32::MAX
//! upper     from layer 1 up: the rows on it, sorted (u32 each), then per row M links to other rows
//! sizes     how many rows each upper layer has, from layer 1 up (u32 each)
//! footer    rows, M, entry, upper layers
//! ```

use std::path::{Path, PathBuf};

use super::links::Links;
use super::{Layer, M, View};
use crate::IndexError;
use crate::file::{FOOTER, FileEntry, Magic, Sealer};
use crate::raw::Mapped;

const MAGIC: Magic = *b"PRIGRA01";

impl Links {
    /// Writes the graph.
    pub(crate) fn write(&self, path: PathBuf) -> Result<FileEntry, IndexError> {
        let mut out = Sealer::create(path)?;
        let mut sizes = Vec::new();
        for layer in &self.layers {
            if let Some(nodes) = &layer.nodes {
                sizes.push(nodes.len() as u32);
                out.write(bytemuck::cast_slice(nodes))?;
            }
            out.write(bytemuck::cast_slice(&layer.links))?;
        }
        out.align()?;
        out.write(bytemuck::cast_slice(&sizes))?;
        let rows = self.layers.first().map_or(0, |bottom| bottom.links.len() / bottom.stride);
        out.seal(MAGIC, [rows as u64, M as u64, self.entry.into(), sizes.len() as u64, 0, 0])
    }
}

/// A mapped graph.
#[derive(Debug)]
pub(crate) struct Graph {
    file: Mapped,
    rows: u32,
    m: usize,
    entry: u32,
    sizes: Vec<u32>,
}

impl Graph {
    /// Opens the graph over `rows` vectors.
    pub(crate) fn open(dir: &Path, entry: &FileEntry, rows: u32) -> Result<Self, IndexError> {
        let (file, [found, m, start, layers, ..]) = entry.open(dir, MAGIC)?;
        if found != u64::from(rows) || start >= found.max(1) {
            return Err(IndexError::damaged(
                file.path(),
                format!("a graph of {found} rows for {rows} vectors"),
            ));
        }
        let sizes = file.slice(sizes_offset(&file, layers), layers)?.to_vec();
        let graph = Self { file, rows, m: m as usize, entry: start as u32, sizes };
        graph.try_view()?;
        Ok(graph)
    }

    /// What a search needs. Opening made sure that it is there.
    pub(super) fn view(&self) -> View<'_> {
        let nothing = Layer { nodes: None, links: &[], stride: 1 };
        self.try_view().unwrap_or(View { entry: 0, bottom: nothing, upper: Vec::new() })
    }

    fn try_view(&self) -> Result<View<'_>, IndexError> {
        let stride = 2 * self.m;
        let links = self.file.slice(0, u64::from(self.rows) * stride as u64)?;
        let bottom = Layer { nodes: None, links, stride };
        let mut offset = size_of_val(links) as u64;
        let mut upper = Vec::with_capacity(self.sizes.len());
        for &size in &self.sizes {
            let nodes = self.file.slice(offset, size.into())?;
            offset += 4 * u64::from(size);
            let links = self.file.slice(offset, u64::from(size) * self.m as u64)?;
            offset += size_of_val(links) as u64;
            upper.push(Layer { nodes: Some(nodes), links, stride: self.m });
        }
        Ok(View { entry: self.entry, bottom, upper })
    }
}

/// The sizes end, filled up to eight bytes, where the footer begins.
fn sizes_offset(file: &Mapped, layers: u64) -> u64 {
    let length = (4 * layers).next_multiple_of(8);
    (file.bytes().len() as u64).saturating_sub(FOOTER).saturating_sub(length)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    use crate::codes::OwnedCodes;
    use crate::graph::{Allowed, build, search};
    use crate::vectors::{Precision, VectorWriter, Vectors, prepare};

    /// Lets every so many-th row through.
    struct Every(u32);

    impl Allowed for Every {
        fn contains(&self, row: u32) -> bool {
            row.is_multiple_of(self.0)
        }

        fn prefetch(&self, _: u32) {}
    }

    const ALL: Option<&Every> = None;

    /// Random numbers from -1 to 1, the same for the same seed (Marsaglia's xorshift).
    fn noise(mut seed: u64) -> impl FnMut() -> f32 {
        seed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
        }
    }

    /// Vectors around a tenth as many centres.
    fn rows(rows: u32, dimension: u32) -> Vec<Vec<f32>> {
        let mut noise = noise(u64::from(rows));
        let centres: Vec<Vec<f32>> =
            (0..rows.div_ceil(10)).map(|_| (0..dimension).map(|_| noise()).collect()).collect();
        let row = |row: u32| {
            let centre = &centres[row as usize * 7 % centres.len()];
            centre.iter().map(|x| x + 0.4 * noise()).collect()
        };
        prepare(&(0..rows).map(row).collect::<Vec<_>>(), dimension).unwrap()
    }

    pub(in crate::graph) fn clustered(count: u32, dimension: u32) -> OwnedCodes {
        OwnedCodes::new(dimension as usize, rows(count, dimension).into_iter())
    }

    /// The rows in a file, and their graph in another.
    fn written(dir: &Path, precision: Precision, rows: &[Vec<f32>]) -> (Vectors, FileEntry) {
        let mut writer = VectorWriter::create(dir, 0, precision, rows[0].len() as u32, 0).unwrap();
        for row in rows {
            writer.add(row).unwrap();
        }
        let (sealed, fine) = writer.seal().unwrap();
        let vectors = Vectors::open(dir, &sealed, fine.as_ref()).unwrap();
        let entry = build(vectors.to_codes().view()).write(dir.join("graph-0")).unwrap();
        (vectors, entry)
    }

    fn brute(vectors: &Vectors, query: &[f32], k: usize) -> Vec<u32> {
        let mut all: Vec<u32> = (0..vectors.len()).collect();
        all.sort_by(|&a, &b| vectors.view().exact(query, b).total_cmp(&vectors.view().exact(query, a)));
        all[..k].to_vec()
    }

    #[track_caller]
    fn check_recall(precision: Precision) {
        let dir = tempfile::tempdir().unwrap();
        let (vectors, entry) = written(dir.path(), precision, &rows(5_000, 64));
        let graph = Graph::open(dir.path(), &entry, 5_000).unwrap();
        let mut found = 0;
        for row in (0..5_000).step_by(50) {
            let query = vectors.row(row);
            let near = search(&graph, &vectors, &query, 64, ALL);
            let expected = brute(&vectors, &query, 10);
            found += near.iter().take(20).filter(|item| expected.contains(&item.row)).count();
        }
        assert!(found >= 985, "recall {found} of 1000");
    }

    #[test]
    fn a_written_graph_finds_what_a_scan_finds() {
        check_recall(Precision::F32);
        check_recall(Precision::F16);
        check_recall(Precision::Int8);
    }

    #[test]
    fn small_graphs_and_equal_vectors_are_no_special_case() {
        for rows in [1, 2, 40] {
            let dir = tempfile::tempdir().unwrap();
            let (vectors, entry) = written(dir.path(), Precision::Int8, &vec![vec![0.6, 0.8]; rows]);
            let graph = Graph::open(dir.path(), &entry, rows as u32).unwrap();
            assert_eq!(search(&graph, &vectors, &[0.6, 0.8], 64, ALL).len(), rows);
        }
    }

    #[test]
    fn no_flip_or_cut_makes_a_search_panic() {
        let dir = tempfile::tempdir().unwrap();
        let (vectors, entry) = written(dir.path(), Precision::Int8, &rows(300, 8));
        let path = dir.path().join("graph-0");
        let whole = fs_err::read(&path).unwrap();
        for position in (0..whole.len()).step_by(97) {
            let mut flipped = whole.clone();
            flipped[position] ^= 0x55;
            fs_err::write(&path, &flipped).unwrap();
            assert!(entry.verify(dir.path()).is_err());
            if let Ok(graph) = Graph::open(dir.path(), &entry, 300) {
                for allowed in [None, Some(&Every(2))] {
                    assert!(search(&graph, &vectors, &vectors.row(1), 10, allowed).len() <= 10);
                }
            }
        }
        fs_err::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(Graph::open(dir.path(), &entry, 300).unwrap_err().to_string().contains("graph-0"));
    }
}
