//! What may be typed after `cluster` and `map`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ModeArg;

/// Which patents are grouped, and how.
#[derive(Debug, Args)]
pub(crate) struct Grouped {
    /// Words, with conditions, or conditions alone [default: all patents of the index]
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// How many patents a query with words selects, the best first
    #[arg(short = 'n', long, default_value_t = 1000)]
    pub(crate) limit: usize,
    /// Which rankings such a query uses
    #[arg(long, value_enum, default_value_t = ModeArg::Hybrid)]
    pub(crate) mode: ModeArg,
    /// How patents are grouped
    #[arg(long, value_enum, default_value_t = MethodArg::KMeans)]
    pub(crate) method: MethodArg,
    /// How many clusters k-means makes [default: the cube root of the patents, at most 40]
    #[arg(short = 'k', long, value_name = "COUNT")]
    pub(crate) clusters: Option<usize>,
    /// The fewest patents that make a cluster for HDBSCAN [default: a 200th of the patents, at least 5]
    #[arg(long, value_name = "COUNT", conflicts_with = "clusters")]
    pub(crate) min_size: Option<usize>,
    /// What random choices come of: the same seed gives the same result
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MethodArg {
    /// Every patent in one of so many clusters (k-means on the sphere)
    #[value(name = "kmeans")]
    KMeans,
    /// As many clusters as there are dense places; what lies between is in none
    Hdbscan,
}

/// `priorart cluster`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart cluster
  priorart cluster 'cpc:H01M pd>=2015' --clusters 12
  priorart cluster 'solid electrolyte' --limit 500 --method hdbscan
  priorart cluster --csv > clusters.csv

A patent is where its abstract's embedding is; without one, where the mean of its passages' is. A cluster's words
are those that are frequent in it and rare in the others.")]
pub(crate) struct ClusterArgs {
    #[command(flatten)]
    pub(crate) grouped: Grouped,
    /// Print comma-separated values, a line a patent
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

/// `priorart map`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart map --output map.html
  priorart map 'cpc:H01M pd>=2015' --clusters 12 --output batteries.svg
  priorart map 'solid electrolyte' --method hdbscan --output map.json

The HTML page is one file that needs no network: zoom, pan, a search box, number and title under the pointer.")]
pub(crate) struct MapArgs {
    #[command(flatten)]
    pub(crate) grouped: Grouped,
    /// The file to write; its name ends in .html, .svg or .json
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// How many neighbours a patent is kept near to: few show detail, many the whole
    #[arg(long, value_name = "COUNT", default_value_t = 15)]
    pub(crate) neighbours: usize,
}
