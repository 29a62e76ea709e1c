//! Building with `hnsw_rs`, and taking its neighbour lists out.

use half::f16;
use hnsw_rs::hnsw::Hnsw;

use super::repair::{Links, repair};
use super::{EF_CONSTRUCTION, M};
use crate::distance::HalfDot;
use crate::vectors::Vectors;

/// The most layers that `hnsw_rs` knows.
const LAYERS: usize = 16;

/// Rows that are inserted one after the other before threads help: points that enter together do not see
/// each other, which harms only a graph that is still small.
const ALONE: u32 = 1_000;

/// Rows that threads insert between two looks at the rest.
const BATCH: u32 = 8_192;

/// Builds the graph over `vectors`, of which there must be at least one.
///
/// `hnsw_rs` draws the levels from a generator with a fixed seed, so rows that are inserted in order, by one
/// thread, make the same graph every time; `deterministic` asks for that. Else all threads of rayon's pool
/// insert, and no two builds are quite equal.
pub(crate) fn build(vectors: &Vectors, deterministic: bool) -> Links {
    let rows = vectors.len();
    let mut hnsw = Hnsw::<f16, HalfDot>::new(M, rows as usize, LAYERS, EF_CONSTRUCTION, HalfDot);
    hnsw.set_extend_candidates(true);
    let alone = if deterministic { rows } else { rows.min(ALONE) };
    for row in 0..alone {
        hnsw.insert_slice((vectors.row(row), row as usize));
    }
    for start in (alone..rows).step_by(BATCH as usize) {
        let batch = (start..rows.min(start + BATCH)).map(|row| (vectors.row(row), row as usize)).collect();
        hnsw.parallel_insert_slice(&batch);
    }
    let mut links = take(&hnsw, rows);
    drop(hnsw);
    repair(&mut links, vectors);
    links
}

/// Takes the neighbour lists out. Points of lower layers have lists on higher ones too, left from their way
/// down; those are dropped, for nothing leads to them.
fn take(hnsw: &Hnsw<'_, f16, HalfDot>, rows: u32) -> Links {
    let points = hnsw.get_point_indexation();
    let top = points.get_max_level_observed();
    let mut levels = vec![0; rows as usize];
    for level in 0..=top {
        for point in points.get_layer_iterator(level.into()) {
            levels[point.get_origin_id()] = level;
        }
    }
    let mut links = Links::new(&levels);
    for level in 0..=top {
        for point in points.get_layer_iterator(level.into()) {
            let lists = point.get_neighborhood_id();
            for (layer, list) in lists.iter().enumerate().take(usize::from(level) + 1) {
                let on_layer = list.iter().map(|neighbour| neighbour.d_id as u32);
                links.set(layer, point.get_origin_id() as u32, on_layer);
            }
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::flat::tests::clustered;

    #[test]
    fn one_thread_builds_the_same_graph_twice() {
        let dir = tempfile::tempdir().unwrap();
        let vectors = clustered(dir.path(), 2_000, 16);
        assert_eq!(build(&vectors, true), build(&vectors, true));
    }

    #[test]
    fn every_row_is_reached_however_it_was_built() {
        let dir = tempfile::tempdir().unwrap();
        let vectors = clustered(dir.path(), 3_000, 16);
        for deterministic in [true, false] {
            let links = build(&vectors, deterministic);
            assert!(links.reached(links.entry()).iter().all(|&reached| reached));
        }
    }
}
