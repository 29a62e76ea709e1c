//! Making a graph whole: every row reachable.

use super::NONE;
use super::links::{Links, walk};
use super::pool::Scored;
use super::scorer::RowQuery;
use super::search::beam;
use crate::codes::Codes;

/// How many rows near an unreachable one are looked at for a free place to link it from.
const NEAR: usize = 64;

/// Links what no walk from the entry reaches from a row near it that has a place free.
pub(super) fn reach_all(links: &mut Links, codes: Codes<'_>) {
    let mut reached = links.reached();
    for row in 0..codes.len() {
        if reached[row as usize] {
            continue;
        }
        let Some(from) = host(links, row, &reached, codes) else {
            return;
        };
        let mut to: Vec<u32> = links.layers[0].view().links(from).collect();
        to.push(row);
        links.layers[0].set(from, &to);
        walk(&links.layers[0].view(), row, &mut reached);
    }
}

/// The nearest reachable row that has a place free; the first of all rows where none near has.
fn host(links: &Links, row: u32, reached: &[bool], codes: Codes<'_>) -> Option<u32> {
    let bottom = links.layers[0].view();
    let is_free = |&from: &u32| bottom.slots(from).last() == Some(&NONE) && reached[from as usize];
    let start = Scored { score: codes.between(row, links.entry), row: links.entry };
    let near = beam(&bottom, codes.len(), start, &RowQuery { row, codes }, NEAR);
    let near = near.iter().map(|near| near.row).find(is_free);
    near.or_else(|| (0..codes.len()).find(is_free))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::flat::tests::clustered;

    #[test]
    fn rows_that_nothing_leads_to_are_linked() {
        let codes = clustered(400, 8);
        // Two halves, each a ring, that know nothing of each other.
        let mut links = Links::default();
        links.extend(0, &[0; 400]);
        for row in 0..400 {
            links.layers[0].set(row, &[if row % 200 == 199 { row - 199 } else { row + 1 }]);
        }
        assert_eq!(links.reached().iter().filter(|&&reached| reached).count(), 200);
        reach_all(&mut links, codes.view());
        assert!(links.reached().iter().all(|&reached| reached));
    }
}
