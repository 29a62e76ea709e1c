//! A graph in memory, while it grows.

use super::{Layer, M, NONE, View};

/// The links of a graph, flat as they will be in the file.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Links {
    pub(super) entry: u32,
    /// From the bottom up.
    pub(super) layers: Vec<LayerLinks>,
}

/// The links of one layer.
#[derive(Debug, PartialEq)]
pub(super) struct LayerLinks {
    /// The rows on the layer, sorted; on the bottom layer, where all are, `None`.
    pub(super) nodes: Option<Vec<u32>>,
    pub(super) links: Vec<u32>,
    pub(super) stride: usize,
}

impl Links {
    /// Makes room for rows on their layers, up to each one's level, without links. `first` is the number of
    /// the first; those before it are there already.
    pub(super) fn extend(&mut self, first: u32, levels: &[u8]) {
        let top = levels.iter().copied().max().unwrap_or(0);
        if usize::from(top) >= self.layers.len() {
            let highest = levels.iter().position(|&level| level == top);
            self.entry = first + highest.unwrap_or(0) as u32;
        }
        for layer in self.layers.len()..=usize::from(top) {
            self.layers.push(LayerLinks::new(layer));
        }
        for (row, &level) in (first..).zip(levels) {
            self.layers[..=usize::from(level)].iter_mut().for_each(|layer| layer.add(row));
        }
    }

    /// What a search needs; there must be a layer.
    pub(super) fn view(&self) -> View<'_> {
        let upper = self.layers[1..].iter().map(LayerLinks::view).collect();
        View { entry: self.entry, bottom: self.layers[0].view(), upper }
    }

    /// Which rows a walk along the bottom layer reaches from the entry.
    pub(super) fn reached(&self) -> Vec<bool> {
        let bottom = self.layers[0].view();
        let mut reached = vec![false; bottom.links.len() / bottom.stride];
        walk(&bottom, self.entry, &mut reached);
        reached
    }
}

/// Marks what a walk along a layer reaches.
pub(super) fn walk(layer: &Layer<'_>, from: u32, reached: &mut [bool]) {
    let mut open = vec![from];
    reached[from as usize] = true;
    while let Some(row) = open.pop() {
        for link in layer.links(row) {
            if !std::mem::replace(&mut reached[link as usize], true) {
                open.push(link);
            }
        }
    }
}

impl LayerLinks {
    fn new(layer: usize) -> Self {
        let (nodes, stride) = if layer == 0 { (None, 2 * M) } else { (Some(Vec::new()), M) };
        Self { nodes, links: Vec::new(), stride }
    }

    fn add(&mut self, row: u32) {
        if let Some(nodes) = &mut self.nodes {
            nodes.push(row);
        }
        self.links.resize(self.links.len() + self.stride, NONE);
    }

    pub(super) fn view(&self) -> Layer<'_> {
        Layer { nodes: self.nodes.as_deref(), links: &self.links, stride: self.stride }
    }

    /// Sets the links of a row that is on the layer, as many as have room.
    pub(super) fn set(&mut self, row: u32, links: &[u32]) {
        let position = match &self.nodes {
            None => Some(row as usize),
            Some(nodes) => nodes.binary_search(&row).ok(),
        };
        let slots = position.and_then(|at| self.links.get_mut(at * self.stride..(at + 1) * self.stride));
        if let Some(slots) = slots {
            let count = links.len().min(slots.len());
            slots[..count].copy_from_slice(&links[..count]);
            slots[count..].fill(NONE);
        }
    }
}
