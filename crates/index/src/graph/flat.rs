//! The graph as a file, mapped where it lies.
//!
//! ```text
//! bottom    per row 2 M links (u32 each), places that are not used hold u32::MAX
//! upper     from layer 1 up: the rows on it, sorted (u32 each), then per row M links to other rows
//! sizes     how many rows each upper layer has, from layer 1 up (u32 each)
//! footer    rows, M, entry, upper layers
//! ```

use std::path::{Path, PathBuf};

use super::repair::Links;
use super::{Layer, M, View};
use crate::IndexError;
use crate::file::{FOOTER, FileEntry, Magic, Sealer};
use crate::raw::Mapped;

const MAGIC: Magic = *b"PRIGRA01";

impl Links {
    /// Writes the graph.
    pub(crate) fn write(&self, path: PathBuf) -> Result<FileEntry, IndexError> {
        let mut out = Sealer::create(path)?;
        let (nodes, links) = self.flat(0);
        out.write(bytemuck::cast_slice(&links))?;
        let mut sizes = Vec::new();
        for layer in 1..self.layers() {
            let (nodes, links) = self.flat(layer);
            sizes.push(nodes.len() as u32);
            out.write(bytemuck::cast_slice(&nodes))?;
            out.write(bytemuck::cast_slice(&links))?;
        }
        out.align()?;
        out.write(bytemuck::cast_slice(&sizes))?;
        out.seal(MAGIC, [nodes.len() as u64, M as u64, self.entry().into(), sizes.len() as u64, 0, 0])
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
    use half::slice::HalfFloatSliceExt;

    use crate::graph::{Scored, build, search};
    use crate::simd::dot_rows;
    use crate::vectors::{VectorWriter, Vectors, prepare};

    /// Random numbers from -1 to 1, the same for the same seed (Marsaglia's xorshift).
    pub(in crate::graph) fn noise(mut seed: u64) -> impl FnMut() -> f32 {
        seed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
        }
    }

    /// Vectors around a tenth as many centres.
    pub(in crate::graph) fn clustered(dir: &Path, rows: u32, dimension: u32) -> Vectors {
        let mut noise = noise(u64::from(rows));
        let centres: Vec<Vec<f32>> =
            (0..rows.div_ceil(10)).map(|_| (0..dimension).map(|_| noise()).collect()).collect();
        let mut writer = VectorWriter::create(dir.join("vectors-0.f16"), dimension, 0).unwrap();
        for row in 0..rows as usize {
            let centre = &centres[row * 7 % centres.len()];
            let vector = centre.iter().map(|x| x + 0.4 * noise()).collect();
            writer.add(&prepare(&[vector], dimension).unwrap()[0]).unwrap();
        }
        Vectors::open(dir, &writer.seal().unwrap()).unwrap()
    }

    fn brute(vectors: &Vectors, query: u32, k: usize) -> Vec<u32> {
        let score = |row| Scored { score: dot_rows(vectors.row(query), vectors.row(row)), row };
        let mut all: Vec<Scored> = (0..vectors.len()).map(score).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all[..k].iter().map(|item| item.row).collect()
    }

    #[test]
    fn a_written_graph_finds_what_a_scan_finds() {
        let dir = tempfile::tempdir().unwrap();
        let vectors = clustered(dir.path(), 5_000, 64);
        let entry = build(&vectors, true).write(dir.path().join("graph-0")).unwrap();
        let graph = Graph::open(dir.path(), &entry, 5_000).unwrap();
        let mut found = 0;
        for query in (0..5_000).step_by(50) {
            let near = search(&graph, &vectors, &vectors.row(query).to_f32_vec(), 64, |_| true);
            let expected = brute(&vectors, query, 10);
            found += near[..10].iter().filter(|item| expected.contains(&item.row)).count();
        }
        assert!(found >= 985, "recall {found} of 1000");
    }

    #[test]
    fn small_graphs_and_equal_vectors_are_no_special_case() {
        for rows in [1, 2, 40] {
            let dir = tempfile::tempdir().unwrap();
            let mut writer = VectorWriter::create(dir.path().join("vectors-0.f16"), 2, 0).unwrap();
            for row in prepare(&vec![vec![1.0, 0.5]; rows as usize], 2).unwrap() {
                writer.add(&row).unwrap();
            }
            let vectors = Vectors::open(dir.path(), &writer.seal().unwrap()).unwrap();
            let entry = build(&vectors, true).write(dir.path().join("graph-0")).unwrap();
            let graph = Graph::open(dir.path(), &entry, rows).unwrap();
            assert_eq!(
                search(&graph, &vectors, &vectors.row(0).to_f32_vec(), 64, |_| true).len(),
                rows as usize
            );
        }
    }

    #[test]
    fn no_flip_or_cut_makes_a_search_panic() {
        let dir = tempfile::tempdir().unwrap();
        let vectors = clustered(dir.path(), 300, 8);
        let path = dir.path().join("graph-0");
        let entry = build(&vectors, true).write(path.clone()).unwrap();
        let whole = fs_err::read(&path).unwrap();
        for position in (0..whole.len()).step_by(97) {
            let mut flipped = whole.clone();
            flipped[position] ^= 0x55;
            fs_err::write(&path, &flipped).unwrap();
            assert!(entry.verify(dir.path()).is_err());
            if let Ok(graph) = Graph::open(dir.path(), &entry, 300) {
                assert!(search(&graph, &vectors, &vectors.row(1).to_f32_vec(), 10, |_| true).len() <= 10);
            }
        }
        fs_err::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(Graph::open(dir.path(), &entry, 300).unwrap_err().to_string().contains("graph-0"));
    }
}
