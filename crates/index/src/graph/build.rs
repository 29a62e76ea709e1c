//! Building with `hnsw_rs`, and taking its neighbour lists out.

use hnsw_rs::hnsw::Hnsw;
use rayon::prelude::*;

use super::M;
use super::join::join;
use super::links::Links;
use super::repair::reach_all;
use crate::codes::Codes;
use crate::distance::{CodeDistance, with_scale};

/// The most layers that `hnsw_rs` knows.
const LAYERS: usize = 16;

/// Rows of one `hnsw_rs` graph. It needs some 4 KiB for each; and rows that are joined together find each
/// other through it alone.
const CHUNK: u32 = 4_096;

/// The paper's efConstruction within a chunk; most of a row's links come from the join.
const EF_CHUNK: usize = 64;

/// A graph of its own over some rows.
pub(super) struct Chunk {
    pub(super) first: u32,
    /// The highest layer of each row.
    pub(super) levels: Vec<u8>,
    /// By row, then from the bottom up: the rows that it links to.
    pub(super) lists: Vec<Vec<Vec<u32>>>,
}

/// Builds the graph over all rows, of which there must be at least one.
///
/// The same rows give the same graph, whatever the threads: `hnsw_rs` draws levels from a generator with a
/// fixed seed and one thread inserts a chunk's rows in order; a join looks its rows up in a graph that does
/// not change meanwhile.
pub(crate) fn build(codes: Codes<'_>) -> Links {
    let starts: Vec<u32> = (0..codes.len()).step_by(CHUNK as usize).collect();
    let mut links = Links::default();
    for starts in starts.chunks(rayon::current_num_threads()) {
        let chunks: Vec<Chunk> = starts.par_iter().map(|&first| chunk(codes, first)).collect();
        for chunk in &chunks {
            join(&mut links, chunk, codes);
        }
    }
    reach_all(&mut links, codes);
    links
}

fn chunk(codes: Codes<'_>, first: u32) -> Chunk {
    let rows = CHUNK.min(codes.len() - first);
    let hnsw = Hnsw::<i8, CodeDistance>::new(M, rows as usize, LAYERS, EF_CHUNK, CodeDistance);
    for row in 0..rows {
        let vector = with_scale(codes.row(first + row), codes.scale(first + row));
        hnsw.insert_slice((&vector, row as usize));
    }
    take(&hnsw, first, rows)
}

/// Takes the neighbour lists out. Points of lower layers have lists on higher ones too, left from their way
/// down; those are dropped, for nothing leads to them.
fn take(hnsw: &Hnsw<'_, i8, CodeDistance>, first: u32, rows: u32) -> Chunk {
    let points = hnsw.get_point_indexation();
    let mut levels = vec![0; rows as usize];
    let mut lists = vec![Vec::new(); rows as usize];
    for level in 0..=points.get_max_level_observed() {
        for point in points.get_layer_iterator(level.into()) {
            let row = point.get_origin_id();
            levels[row] = level;
            let layers = point.get_neighborhood_id().into_iter().take(usize::from(level) + 1);
            lists[row] =
                layers.map(|list| list.iter().map(|link| first + link.d_id as u32).collect()).collect();
        }
    }
    Chunk { first, levels, lists }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::flat::tests::clustered;

    #[test]
    fn threads_do_not_change_the_graph_and_every_row_is_reached() {
        let codes = clustered(9_000, 16);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| build(codes.view()))
        };
        let links = with(1);
        assert!(links == with(3));
        assert!(links.reached().iter().all(|&reached| reached));
    }
}
