//! Joining a chunk's graph to a larger one: the paper's insertion, for thousands of rows at once.

use rayon::prelude::*;

use super::M;
use super::build::Chunk;
use super::links::Links;
use super::pool::Scored;
use super::scorer::RowQuery;
use super::search::{beam, descend};
use super::{Layer, View};
use crate::codes::Codes;

/// The paper's efConstruction.
const EF_CONSTRUCTION: usize = 100;

/// Appends the rows of `chunk` to the graph and links them with the nearest of both, both ways.
pub(super) fn join(links: &mut Links, chunk: &Chunk, codes: Codes<'_>) {
    let before = (!links.layers.is_empty()).then(|| links.view());
    let rows: Vec<(u32, &Vec<Vec<u32>>)> = (chunk.first..).zip(&chunk.lists).collect();
    let chosen: Vec<(u32, Vec<Vec<u32>>)> =
        rows.into_par_iter().map(|(row, lists)| (row, choose(before.as_ref(), row, lists, codes))).collect();
    links.extend(chunk.first, &chunk.levels);
    for (layer, links) in links.layers.iter_mut().enumerate() {
        let on_layer = |(row, layers): &'_ (u32, Vec<Vec<u32>>)| Some((*row, layers.get(layer)?.clone()));
        let forward: Vec<(u32, Vec<u32>)> = chosen.iter().filter_map(on_layer).collect();
        for (row, to) in &forward {
            links.set(*row, to);
        }
        for (row, to) in link_back(&links.view(), &forward, codes) {
            links.set(row, &to);
        }
    }
}

/// The links of a new row on each of its layers: the best of those within its chunk and those that a search
/// of the graph finds.
fn choose(view: Option<&View<'_>>, row: u32, lists: &[Vec<u32>], codes: Codes<'_>) -> Vec<Vec<u32>> {
    let scorer = RowQuery { row, codes };
    let score = |&link: &u32| Scored { score: codes.between(row, link), row: link };
    let mut near: Vec<Vec<Scored>> = lists.iter().map(|list| list.iter().map(score).collect()).collect();
    if let Some(view) = view {
        let mut start = score(&view.entry);
        for (above, layer) in view.upper.iter().enumerate().rev() {
            start = descend(start, layer, &scorer);
            if let Some(near) = near.get_mut(above + 1) {
                near.extend(beam(layer, row, start, &scorer, EF_CONSTRUCTION));
            }
        }
        if let Some(near) = near.first_mut() {
            near.extend(beam(&view.bottom, row, start, &scorer, EF_CONSTRUCTION));
        }
    }
    near.into_iter().map(|near| prune(near, M, codes)).collect()
}

/// The paper's algorithm 4, without keeping what it prunes: a link is dropped where one that is kept is
/// nearer to its end than the row is. What is kept is sorted, nearest first.
pub(super) fn prune(mut near: Vec<Scored>, limit: usize, codes: Codes<'_>) -> Vec<u32> {
    near.sort_unstable_by(|a, b| b.cmp(a));
    let mut kept: Vec<u32> = Vec::with_capacity(limit);
    for end in near {
        if kept.iter().all(|&other| codes.between(end.row, other) < end.score) {
            kept.push(end.row);
            if kept.len() == limit {
                break;
            }
        }
    }
    kept
}

/// The new links of every row that new rows link to: what it had and the ways back, pruned where they are too
/// many.
fn link_back(layer: &Layer<'_>, forward: &[(u32, Vec<u32>)], codes: Codes<'_>) -> Vec<(u32, Vec<u32>)> {
    let mut back: Vec<(u32, u32)> =
        forward.iter().flat_map(|(row, links)| links.iter().map(|&to| (to, *row))).collect();
    back.sort_unstable();
    let by_end: Vec<&[(u32, u32)]> = back.chunk_by(|a, b| a.0 == b.0).collect();
    let linked = |back: &&[(u32, u32)]| {
        let row = back[0].0;
        let had: Vec<u32> = layer.links(row).collect();
        let new = back.iter().map(|&(_, from)| from).filter(|from| !had.contains(from));
        let mut links: Vec<u32> = had.iter().copied().chain(new).collect();
        if links.len() > layer.stride {
            let score = |&link: &u32| Scored { score: codes.between(row, link), row: link };
            links = prune(links.iter().map(score).collect(), layer.stride, codes);
        }
        (row, links)
    };
    by_end.par_iter().map(linked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::flat::tests::clustered;

    /// Rows of one layer, each linked to row 0.
    fn star(rows: u32) -> Chunk {
        let lists = (0..rows).map(|row| vec![if row == 0 { Vec::new() } else { vec![0] }]).collect();
        Chunk { first: 0, levels: vec![0; rows as usize], lists }
    }

    #[test]
    fn links_go_both_ways_until_there_are_too_many() {
        let codes = clustered(200, 8);
        let mut few = Links::default();
        join(&mut few, &star(20), codes.view());
        assert_eq!(few.layers[0].view().links(0).count(), 19);
        let mut many = Links::default();
        join(&mut many, &star(200), codes.view());
        let kept: Vec<u32> = many.layers[0].view().links(0).collect();
        assert!((2..=2 * M).contains(&kept.len()), "{kept:?}");
        let near = |row: &u32| codes.view().between(0, *row);
        assert!(kept.is_sorted_by(|a, b| near(a) >= near(b)));
    }

    #[test]
    fn rows_find_their_nearest_in_the_graph_that_they_join() {
        let codes = clustered(400, 8);
        let mut links = Links::default();
        join(&mut links, &star(200), codes.view());
        let alone = Chunk { first: 200, levels: vec![0; 200], lists: vec![vec![Vec::new()]; 200] };
        join(&mut links, &alone, codes.view());
        for row in 200..400 {
            assert!(links.layers[0].view().links(row).next().is_some(), "{row}");
        }
    }
}
