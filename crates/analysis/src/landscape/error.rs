//! What can go wrong with clusters and maps.

use priorart_index::IndexError;
use priorart_query::QueryError;
use thiserror::Error;

/// Why there are no clusters or no map.
#[derive(Debug, Error)]
pub enum LandscapeError {
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The engine that holds the patents does not tell of them.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// No patent has an embedding.
    #[error("of {patents} patents none has an embedding; `priorart embed` makes them")]
    NoEmbeddings {
        /// How many patents were asked for.
        patents: usize,
    },
    /// The numbers make no whole rows.
    #[error("{numbers} numbers are no whole rows of {dimension}")]
    Shape {
        /// How many there are.
        numbers: usize,
        /// How many a row should have.
        dimension: usize,
    },
    /// NaN or infinity.
    #[error("embedding {row} (from 0) has a number that is not finite")]
    NotFinite {
        /// The row.
        row: usize,
    },
    /// All zero.
    #[error("embedding {row} (from 0) is zero and has no direction")]
    NoDirection {
        /// The row.
        row: usize,
    },
    /// Fewer than two clusters.
    #[error("{clusters} as the number of clusters tells nothing apart: ask for at least 2")]
    Clusters {
        /// How many were asked for.
        clusters: usize,
    },
    /// More clusters than patents.
    #[error(
        "too few patents ({patents}) for {clusters} clusters: ask for fewer clusters, or select more patents"
    )]
    TooFewForClusters {
        /// Patents with embeddings.
        patents: usize,
        /// How many clusters were asked for.
        clusters: usize,
    },
    /// A smallest size that is none.
    #[error("{min_size} is too small for the size of a cluster: it has at least 2 patents")]
    MinSize {
        /// What was asked for.
        min_size: usize,
    },
    /// Fewer patents than a cluster has.
    #[error(
        "too few patents ({patents}) for a cluster of {min_size}: ask for smaller clusters, or select more patents"
    )]
    TooFewForOne {
        /// Patents with embeddings.
        patents: usize,
        /// The fewest that make a cluster.
        min_size: usize,
    },
    /// HDBSCAN cannot work on the layout.
    #[error("no clusters: {0}")]
    Density(#[from] hdbscan::HdbscanError),
    /// Too few patents for a layout.
    #[error("too few patents ({patents}) to lay out: it takes 3 with embeddings, or more")]
    NoMap {
        /// Patents with embeddings.
        patents: usize,
    },
}
