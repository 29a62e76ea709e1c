//! `graph-K`: the HNSW graph over the rows of part K.
//!
//! `hnsw_rs` builds it, a few thousand rows at a time ([`build`](mod@build)); these graphs are joined into one ([`join`]),
//! which is made whole ([`repair`]), written flat ([`flat`]) and searched by us ([`search`](mod@search)): `hnsw_rs` keeps
//! 2 KiB a point in memory, has a loader that ends the process on a torn file, answers a sixth of the queries a
//! second, and builds the same graph twice only with one thread.
//!
//! After Yu. A. Malkov and D. A. Yashunin, "Efficient and robust approximate nearest neighbor search using
//! Hierarchical Navigable Small World graphs", 2016 (arXiv:1603.09320).

mod build;
mod flat;
mod join;
mod links;
mod pool;
mod repair;
mod scorer;
mod search;
mod visited;

pub(crate) use build::build;
pub(crate) use flat::Graph;
pub(crate) use pool::{Nearest, Scored};
pub(crate) use search::{Allowed, scan, search};

/// Links of a row on the upper layers; the bottom layer has twice as many. The paper's M.
const M: usize = 16;

/// Fills the places of a row of links that are not used.
const NONE: u32 = u32::MAX;

/// Links of one layer: which rows of the vectors are on it, sorted, and `stride` places for links of each.
#[derive(Debug, Clone, Copy)]
struct Layer<'a> {
    /// `None` on the bottom layer, where every row is.
    nodes: Option<&'a [u32]>,
    links: &'a [u32],
    stride: usize,
}

impl<'a> Layer<'a> {
    /// The links of a row; none where the row is not on this layer.
    #[inline]
    fn links(&self, row: u32) -> impl Iterator<Item = u32> + use<'a> {
        self.slots(row).iter().copied().take_while(|&link| link != NONE)
    }

    #[inline]
    fn slots(&self, row: u32) -> &'a [u32] {
        let position = match self.nodes {
            None => row as usize,
            Some(nodes) => nodes.binary_search(&row).unwrap_or(usize::MAX / self.stride - 1),
        };
        self.links.get(position * self.stride..(position + 1) * self.stride).unwrap_or_default()
    }
}

/// A graph in memory or mapped: what a search needs.
#[derive(Debug, Clone)]
struct View<'a> {
    /// The row that every search starts from.
    entry: u32,
    bottom: Layer<'a>,
    /// From the lowest to the highest.
    upper: Vec<Layer<'a>>,
}
