//! Which embeddings belong together.

mod density;
mod k_means;
mod v_measure;

use std::cmp::Reverse;

pub use self::density::hdbscan;
pub use self::k_means::k_means;
pub use self::v_measure::{VMeasure, v_measure};
use crate::{Embeddings, LandscapeError};

/// How patents are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// k-means on the sphere: every patent is in one of so many clusters; [`usual_clusters`] where none are said.
    KMeans {
        /// The number of clusters, the usual k.
        clusters: Option<usize>,
    },
    /// HDBSCAN: the data decide how many clusters there are, and which patents are in none.
    Hdbscan {
        /// The fewest patents that make a cluster. `None`: a two-hundredth of them, but at least 5.
        min_size: Option<usize>,
    },
}

impl Default for Method {
    fn default() -> Self {
        Self::KMeans { clusters: None }
    }
}

impl Method {
    /// Groups the embeddings.
    ///
    /// # Errors
    /// Fewer embeddings than clusters, or a size that makes no sense.
    pub fn cluster(self, embeddings: &Embeddings, seed: u64) -> Result<Clustering, LandscapeError> {
        let points = embeddings.len();
        match self {
            Self::KMeans { clusters } => {
                k_means(embeddings, clusters.unwrap_or(usual_clusters(points)), seed)
            }
            Self::Hdbscan { min_size } => {
                hdbscan(embeddings, min_size.unwrap_or((points / 200).max(5)), seed)
            }
        }
    }
}

/// How many clusters so many points are usually grouped into: their cube root, from 2 to 40. It keeps clusters
/// few enough to be told apart by eye.
pub fn usual_clusters(points: usize) -> usize {
    ((points as f64).cbrt().round() as usize).clamp(2, 40)
}

/// The cluster of each point. Clusters are numbered from 0, the largest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clustering {
    of: Vec<Option<u32>>,
    sizes: Vec<usize>,
}

impl Clustering {
    /// Of the cluster's name for each point, whatever the names are; `None` for a point in no cluster. Of
    /// clusters of one size, the one whose first point comes first is first.
    pub fn new(names: &[Option<usize>]) -> Self {
        let most = names.iter().flatten().max().map_or(0, |name| name + 1);
        let mut counts = vec![(0, usize::MAX); most];
        for (at, name) in names.iter().enumerate() {
            if let Some(name) = name {
                let (size, first) = &mut counts[*name];
                *size += 1;
                *first = at.min(*first);
            }
        }
        let mut order: Vec<usize> = (0..most).filter(|&name| counts[name].0 > 0).collect();
        order.sort_by_key(|&name| (Reverse(counts[name].0), counts[name].1));
        let mut number = vec![0; most];
        for (at, &name) in order.iter().enumerate() {
            number[name] = at as u32;
        }
        let of = names.iter().map(|name| name.map(|name| number[name])).collect();
        Self { of, sizes: order.into_iter().map(|name| counts[name].0).collect() }
    }

    /// The cluster of each point; `None` for one in no cluster.
    pub fn of(&self) -> &[Option<u32>] {
        &self.of
    }

    /// How many points each cluster has.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// How many points are in no cluster.
    pub fn outside(&self) -> usize {
        self.of.len() - self.sizes.iter().sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_are_numbered_by_size() {
        let clustering = Clustering::new(&[Some(7), None, Some(3), Some(3), Some(5), None]);
        assert_eq!(clustering.of(), [Some(1), None, Some(0), Some(0), Some(2), None]);
        assert_eq!(clustering.sizes(), [2, 1, 1]);
        assert_eq!(clustering.outside(), 2);
        assert_eq!(Clustering::new(&[]).sizes(), [0; 0]);
    }

    #[test]
    fn the_usual_number_of_clusters_grows_slowly() {
        assert_eq!([1, 40, 1000, 50_000, 1_000_000].map(usual_clusters), [2, 3, 10, 37, 40]);
    }
}
