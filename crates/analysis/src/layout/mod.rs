//! A layout in few dimensions that keeps neighbours together (UMAP, `McInnes`, Healy and Melville, 2018).
//!
//! Nearest neighbours ([`neighbours`]) make a weighted graph ([`graph`]), whose points are moved from their
//! principal components to where linked ones are near and others are not ([`descend()`]). This is small enough to
//! be our own, and has to be: the crates that lay out (umap-rs, annembed, fast-umap) draw from unseeded
//! generators or move points from several threads at once, so that no two maps of one index would be equal.

mod descend;
mod graph;
mod neighbours;
mod quality;

use self::descend::descend;
use self::graph::Graph;
pub use self::quality::{Quality, quality};
use crate::linear::{Random, principal};
use crate::{Embeddings, LandscapeError};

/// Neighbours of a point in the graph: UMAP's usual number.
pub(crate) const NEIGHBOURS: usize = 15;

/// How far the first places reach from the middle.
const REACH: f32 = 10.0;

/// Lays embeddings out in `D` dimensions. Two is a map.
///
/// The same embeddings and seed give the same places, whatever the number of threads. Time grows with the
/// square of the embeddings, for neighbours are looked for exactly.
///
/// # Errors
/// Fewer than three embeddings.
pub fn layout<const D: usize>(
    embeddings: &Embeddings,
    neighbours: usize,
    seed: u64,
) -> Result<Vec<[f32; D]>, LandscapeError> {
    if embeddings.len() < 3 {
        return Err(LandscapeError::NoMap { patents: embeddings.len() });
    }
    let near = neighbours::neighbours(embeddings, neighbours.max(2), seed);
    let graph = Graph::of(&near);
    let mut places = first_places(embeddings, seed);
    descend(&graph, &mut places, seed);
    Ok(places)
}

/// Along the principal axes. Equal embeddings are put a little apart, so that they can be told apart at all.
fn first_places<const D: usize>(embeddings: &Embeddings, seed: u64) -> Vec<[f32; D]> {
    let axes = principal(embeddings, D, seed);
    let farthest = axes.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let scale = if farthest > 0.0 { REACH / farthest } else { 0.0 };
    let mut random = Random::new(seed);
    let place = |at: usize| {
        std::array::from_fn(|axis| {
            let along = axes.get((at, axis)).copied().unwrap_or(0.0);
            along * scale + 1e-3 * (random.unit() as f32 - 0.5)
        })
    };
    (0..embeddings.len()).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_stay_together() {
        let (embeddings, axes) = Embeddings::about_axes(&[70, 60, 50, 40, 30]);
        let places = layout::<2>(&embeddings, 10, 0).unwrap();
        let quality = quality(&embeddings, &places, 10, 0);
        assert!(quality.trustworthiness > 0.9 && quality.kept > 0.2, "{quality:?}");
        let nearest = |at: usize| {
            let apart =
                |other: usize| (places[at][0] - places[other][0]).hypot(places[at][1] - places[other][1]);
            (0..places.len())
                .filter(|&other| other != at)
                .min_by(|&a, &b| apart(a).total_cmp(&apart(b)))
                .unwrap()
        };
        let strangers = (0..places.len()).filter(|&at| axes[nearest(at)] != axes[at]).count();
        assert!(strangers < 5, "{strangers} of 250 lie nearest to a point of another axis");
    }

    #[test]
    fn the_same_seed_gives_the_same_places_whatever_the_threads() {
        let (embeddings, _) = Embeddings::about_axes(&[300, 300, 100]);
        let with = |threads: usize, seed: u64| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| layout::<2>(&embeddings, 15, seed).unwrap())
        };
        assert_eq!(with(1, 7), with(3, 7));
        assert_ne!(with(1, 7), with(1, 8));
    }

    #[test]
    fn equal_embeddings_have_places_too() {
        let same = Embeddings::new([0.6, 0.8].repeat(20), 2).unwrap();
        let places = layout::<2>(&same, 15, 0).unwrap();
        assert!(places.iter().flatten().all(|x| x.is_finite()), "{places:?}");
    }

    #[test]
    fn two_points_make_no_map() {
        let two = Embeddings::new(vec![1.0, 0.0, 0.0, 1.0], 2).unwrap();
        let error = layout::<2>(&two, 15, 0).unwrap_err();
        assert_eq!(error.to_string(), "too few patents (2) to lay out: it takes 3 with embeddings, or more");
    }
}
