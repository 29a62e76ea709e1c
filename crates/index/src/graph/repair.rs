//! Making a graph better than it was built: links both ways, pruned again, and every row reachable.

use half::slice::HalfFloatSliceExt;
use rayon::prelude::*;

use super::search::{Scored, Visited, beam};
use super::{Layer, M, NONE, View};
use crate::simd::dot_rows;
use crate::vectors::Vectors;

/// How many rows near an unreachable one are looked at for a free place to link it from.
const NEAR: usize = 64;

/// The links of a graph while they change.
#[derive(Debug, PartialEq)]
pub(crate) struct Links {
    entry: u32,
    /// From the bottom up: the rows on the layer, sorted, with their links, nearest first once repaired.
    layers: Vec<Vec<(u32, Vec<u32>)>>,
}

impl Links {
    /// Rows without links, each on the layers up to its level. The entry is the first row of the top layer.
    pub(super) fn new(levels: &[u8]) -> Self {
        let top = levels.iter().copied().max().unwrap_or(0);
        let on = |layer: u8| {
            let rows = (0_u32..).zip(levels).filter(move |&(_, &level)| level >= layer);
            rows.map(|(row, _)| (row, Vec::new())).collect::<Vec<_>>()
        };
        let layers: Vec<_> = (0..=top).map(on).collect();
        let entry = layers.last().and_then(|top| top.first()).map_or(0, |(row, _)| *row);
        Self { entry, layers }
    }

    /// Sets the links of a row on a layer, those to rows that are not on it left out.
    pub(super) fn set(&mut self, layer: usize, row: u32, links: impl Iterator<Item = u32>) {
        let nodes = &self.layers[layer];
        let kept = links.filter(|&link| link != row && position(nodes, link).is_some()).collect();
        if let Some(place) = position(nodes, row) {
            self.layers[layer][place].1 = kept;
        }
    }

    pub(super) fn entry(&self) -> u32 {
        self.entry
    }

    /// The nodes of a layer above the bottom, and the links of a layer in rows of `stride(layer)` places.
    pub(super) fn flat(&self, layer: usize) -> (Vec<u32>, Vec<u32>) {
        let nodes = self.layers[layer].iter().map(|(row, _)| *row).collect();
        let mut flat = vec![NONE; self.layers[layer].len() * stride(layer)];
        for ((_, links), slots) in self.layers[layer].iter().zip(flat.chunks_mut(stride(layer))) {
            slots[..links.len()].copy_from_slice(links);
        }
        (nodes, flat)
    }

    pub(super) fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Which rows a walk along the bottom layer reaches.
    pub(super) fn reached(&self, from: u32) -> Vec<bool> {
        let mut reached = vec![false; self.layers[0].len()];
        self.walk(from, &mut reached);
        reached
    }

    fn walk(&self, from: u32, reached: &mut [bool]) {
        let mut open = vec![from];
        reached[from as usize] = true;
        while let Some(row) = open.pop() {
            for &link in &self.layers[0][row as usize].1 {
                if !std::mem::replace(&mut reached[link as usize], true) {
                    open.push(link);
                }
            }
        }
    }
}

/// Links a row may have on a layer.
pub(super) fn stride(layer: usize) -> usize {
    if layer == 0 { 2 * M } else { M }
}

fn position(nodes: &[(u32, Vec<u32>)], row: u32) -> Option<usize> {
    nodes.binary_search_by_key(&row, |(node, _)| *node).ok()
}

/// Repairs all layers.
pub(super) fn repair(links: &mut Links, vectors: &Vectors) {
    for (layer, nodes) in links.layers.iter_mut().enumerate() {
        make_two_way(nodes);
        nodes.par_iter_mut().for_each(|(row, links)| {
            *links = prune(*row, links, stride(layer), vectors);
        });
    }
    reach_all(links, vectors);
}

fn make_two_way(nodes: &mut [(u32, Vec<u32>)]) {
    let forward: Vec<Vec<u32>> = nodes.iter().map(|(_, links)| links.clone()).collect();
    for (from, links) in forward.iter().enumerate() {
        let row = nodes[from].0;
        for &link in links {
            if let Some(to) = position(nodes, link) {
                nodes[to].1.push(row);
            }
        }
    }
    for (_, links) in nodes {
        links.sort_unstable();
        links.dedup();
    }
}

/// The paper's algorithm 4, without keeping what it prunes: a link is dropped where one that is kept is
/// nearer to its end than `row` is. Links within the limit are all kept.
fn prune(row: u32, links: &[u32], limit: usize, vectors: &Vectors) -> Vec<u32> {
    let from = vectors.row(row);
    let mut near: Vec<Scored> =
        links.iter().map(|&row| Scored { score: dot_rows(from, vectors.row(row)), row }).collect();
    near.sort_unstable_by(|a, b| b.cmp(a));
    if near.len() <= limit {
        return near.iter().map(|end| end.row).collect();
    }
    let mut kept: Vec<u32> = Vec::with_capacity(limit);
    for end in near {
        let to = vectors.row(end.row);
        if kept.iter().all(|&other| dot_rows(to, vectors.row(other)) < end.score) {
            kept.push(end.row);
        }
        if kept.len() == limit {
            break;
        }
    }
    kept
}

/// Links what no walk from the entry reaches from a row near it that has a place free.
fn reach_all(links: &mut Links, vectors: &Vectors) {
    let mut reached = links.reached(links.entry);
    let (_, mut flat) = links.flat(0);
    for row in 0..vectors.len() {
        if reached[row as usize] {
            continue;
        }
        let Some(from) = host(links.entry, row, &flat, &reached, vectors) else {
            return;
        };
        let used = links.layers[0][from as usize].1.len();
        links.layers[0][from as usize].1.push(row);
        flat[from as usize * stride(0) + used] = row;
        links.walk(row, &mut reached);
    }
}

/// The nearest reachable row that has a place free; the first of all rows where none near has.
fn host(entry: u32, row: u32, flat: &[u32], reached: &[bool], vectors: &Vectors) -> Option<u32> {
    let bottom = Layer { nodes: None, links: flat, stride: stride(0) };
    let view = View { entry, bottom, upper: Vec::new() };
    let is_free = |&from: &u32| bottom.slots(from).last() == Some(&NONE) && reached[from as usize];
    let query = vectors.row(row).to_f32_vec();
    let near = beam(&view, vectors, &query, NEAR, &mut Visited::default(), |_| true);
    let near = near.iter().map(|near| near.row).find(is_free);
    near.or_else(|| (0..vectors.len()).find(is_free))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::flat::tests::clustered;

    #[test]
    fn rows_that_nothing_leads_to_are_linked() {
        let dir = tempfile::tempdir().unwrap();
        let vectors = clustered(dir.path(), 400, 8);
        // Two halves, each a ring, that know nothing of each other.
        let mut links = Links::new(&[0; 400]);
        for row in 0..400 {
            let ring = if row % 200 == 199 { row - 199 } else { row + 1 };
            links.set(0, row, std::iter::once(ring));
        }
        assert_eq!(links.reached(0).iter().filter(|&&reached| reached).count(), 200);
        repair(&mut links, &vectors);
        assert!(links.reached(0).iter().all(|&reached| reached));
    }

    #[test]
    fn links_go_both_ways_and_stay_within_the_stride() {
        let dir = tempfile::tempdir().unwrap();
        let vectors = clustered(dir.path(), 200, 8);
        // A star: every row leads to row 0, which may keep 2 M of the ways back.
        let mut links = Links::new(&[0; 200]);
        for row in 1..200 {
            links.set(0, row, std::iter::once(0));
        }
        repair(&mut links, &vectors);
        let longest = links.layers[0].iter().map(|(_, links)| links.len()).max().unwrap();
        assert!(longest <= stride(0), "{longest}");
        assert!(links.layers[0][0].1.len() > 1);
        assert!(links.reached(0).iter().all(|&reached| reached));
    }
}
