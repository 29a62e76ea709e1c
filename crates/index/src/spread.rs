//! Searching all parts of an index for about the price of one.
//!
//! Of the nearest rows a part holds about as large a share as it holds of all rows, so each is searched for its
//! share and a little more. Where the last row that a part gives is still among the nearest of all, that part may
//! hold more of them, and is searched again for all. Lucene searches its segments alike (per-leaf top k, "optimistic
//! multi-leaf collection").

use std::cmp::Ordering;

use rayon::prelude::*;
use roaring::RoaringBitmap;

use crate::PassageId;
use crate::part::{Part, Wanted};
use crate::segment::Segment;

/// Standard deviations that a part's share is rounded up by, as if the nearest were spread at random.
const DEVIATIONS: f64 = 3.0;

/// Candidates that a walk keeps at least.
const LEAST_EF: usize = 24;

/// Parts that have so many rows together are searched by all threads at once; fewer take no longer than waking
/// the threads does.
const TOGETHER: u64 = 10_000;

/// A part, and whose rows may be found.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    segment: &'a Segment,
    part: &'a Part,
    patents: Option<&'a RoaringBitmap>,
    /// About how many rows may be found.
    rows: u64,
}

/// What a part gave.
struct Found {
    /// How many were asked for.
    asked: usize,
    hits: Vec<(PassageId, f32)>,
}

impl<'a> Place<'a> {
    pub(crate) fn new(segment: &'a Segment, part: &'a Part, patents: Option<&'a RoaringBitmap>) -> Self {
        Self { segment, part, patents, rows: part.estimate(patents, &segment.passages) }
    }

    /// Searches for a share of the nearest: that which `of` rows have.
    fn search(&self, wanted: &Wanted<'_>, of: u64) -> Found {
        let k = share(wanted.k, self.rows, of);
        let ef = share(wanted.ef, self.rows, of).max(LEAST_EF).clamp(k, wanted.ef.max(k));
        let wanted = Wanted { k, ef, patents: self.patents, ..*wanted };
        let first = self.part.range().start;
        let id = |row: u32| PassageId { segment: self.segment.id, ordinal: first + row };
        let hits = self.part.nearest(&wanted, &self.segment.passages);
        Found { asked: k, hits: hits.into_iter().map(|hit| (id(hit.row), hit.score)).collect() }
    }
}

/// The nearest rows of all places, nearest first; ties go to the smaller passage. `wanted.patents` is not looked at.
pub(crate) fn nearest_of_all(places: &[Place<'_>], wanted: &Wanted<'_>) -> Vec<(PassageId, f32)> {
    let rows = places.iter().map(|place| place.rows).sum();
    let mut found: Vec<Found> = if places.len() > 1 && rows >= TOGETHER {
        places.par_iter().map(|place| place.search(wanted, rows)).collect()
    } else {
        places.iter().map(|place| place.search(wanted, rows)).collect()
    };
    let best = best_of(&found, wanted.k);
    let last_of_best = best.last().copied();
    let mut again = false;
    for (place, found) in places.iter().zip(&mut found) {
        if found.asked < wanted.k && may_hold_more(found, last_of_best.filter(|_| best.len() == wanted.k)) {
            *found = place.search(wanted, place.rows);
            again = true;
        }
    }
    if again { best_of(&found, wanted.k) } else { best }
}

/// Whether a part gave all that it was asked for and the last of that is among the best.
fn may_hold_more(found: &Found, last_of_best: Option<(PassageId, f32)>) -> bool {
    let last = found.hits.last().filter(|_| found.hits.len() >= found.asked);
    last.is_some_and(|last| last_of_best.is_none_or(|best| order(last, &best).is_le()))
}

fn best_of(found: &[Found], k: usize) -> Vec<(PassageId, f32)> {
    let mut all: Vec<_> = found.iter().flat_map(|found| found.hits.iter().copied()).collect();
    all.sort_unstable_by(order);
    all.truncate(k);
    all
}

/// The nearer first, then the smaller passage.
fn order(a: &(PassageId, f32), b: &(PassageId, f32)) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

/// How many of the `n` nearest lie among `rows` of all rows, and hardly ever more.
fn share(n: usize, rows: u64, all: u64) -> usize {
    let part = rows as f64 / all.max(1) as f64;
    let mean = n as f64 * part;
    let deviation = (mean * (1.0 - part).max(0.0)).sqrt();
    ((mean + DEVIATIONS * deviation).ceil() as usize).clamp(1, n.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_what_is_expected_and_a_little_more() {
        assert_eq!(share(128, 1_000, 1_000), 128);
        assert_eq!(share(128, 750, 1_000), 111);
        assert_eq!(share(128, 10, 1_000), 5);
        assert_eq!(share(10, 500, 1_000), 10);
        assert_eq!([share(10, 0, 1_000), share(1, 1, 0)], [1, 1]);
    }

    fn found(asked: usize, scores: &[f32]) -> Found {
        let hit =
            |(ordinal, &score): (usize, &f32)| (PassageId { segment: 0, ordinal: ordinal as u32 }, score);
        Found { asked, hits: scores.iter().enumerate().map(hit).collect() }
    }

    #[test]
    fn a_part_whose_last_is_among_the_best_may_hold_more() {
        let last = Some((PassageId { segment: 1, ordinal: 0 }, 0.5));
        assert!(may_hold_more(&found(2, &[0.9, 0.6]), last));
        assert!(!may_hold_more(&found(2, &[0.9, 0.4]), last));
        assert!(!may_hold_more(&found(2, &[0.9]), last), "it has no more");
        assert!(may_hold_more(&found(2, &[0.9, 0.4]), None), "too few were found");
    }
}
