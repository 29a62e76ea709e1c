//! HDBSCAN: clusters where embeddings are dense.

use hdbscan::{Hdbscan, HdbscanHyperParams, NnAlgorithm};

use super::Clustering;
use crate::layout::{NEIGHBOURS, layout};
use crate::{Embeddings, LandscapeError};

/// Dimensions in which density is measured. In 768 all distances are nearly alike, and nearly every patent is
/// in no cluster; the axes of largest variance do little better (figures: docs/landscape.md).
const DIMENSIONS: usize = 5;

/// Groups embeddings where they are dense (Campello, Moulavi and Sander 2013), after they are laid out in 5
/// dimensions; a cluster has `min_size` members or more.
///
/// # Errors
/// A size below 2, or fewer embeddings than one cluster needs.
pub fn hdbscan(embeddings: &Embeddings, min_size: usize, seed: u64) -> Result<Clustering, LandscapeError> {
    if min_size < 2 {
        return Err(LandscapeError::MinSize { min_size });
    }
    if embeddings.len() < min_size.max(3) {
        return Err(LandscapeError::TooFewForOne { patents: embeddings.len(), min_size });
    }
    let places = layout::<DIMENSIONS>(embeddings, NEIGHBOURS, seed)?;
    let places: Vec<Vec<f32>> = places.into_iter().map(Vec::from).collect();
    let options = HdbscanHyperParams::builder()
        .min_cluster_size(min_size)
        // With fewer, fewer patents are left out, but clusters are more, smaller, and agree less with classes.
        .min_samples(min_size.min(NEIGHBOURS))
        .nn_algorithm(NnAlgorithm::KdTree)
        .build();
    let names = Hdbscan::new(&places, options).cluster()?;
    Ok(Clustering::new(&names.into_iter().map(|name| usize::try_from(name).ok()).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_places_are_clusters() {
        let (embeddings, axes) = Embeddings::about_axes(&[60, 50, 40, 30]);
        let found = hdbscan(&embeddings, 10, 0).unwrap();
        assert_eq!(found, hdbscan(&embeddings, 10, 0).unwrap(), "the same again");
        assert_eq!(found.sizes().len(), 4, "{:?}", found.sizes());
        assert!(found.outside() < 30, "{} in no cluster", found.outside());
        for (cluster, axis) in found.of().iter().zip(axes) {
            assert!(cluster.is_none_or(|cluster| cluster as usize == axis), "{cluster:?} is not {axis}");
        }
    }

    #[test]
    fn sizes_that_make_no_sense_are_refused() {
        let (embeddings, _) = Embeddings::about_axes(&[3, 2]);
        let error = |min_size| hdbscan(&embeddings, min_size, 0).unwrap_err().to_string();
        assert!(error(1).contains("at least 2 patents"), "{}", error(1));
        assert!(error(6).starts_with("too few patents (5) for a cluster of 6"), "{}", error(6));
    }
}
