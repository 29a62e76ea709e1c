//! Which segments to merge.
//!
//! A search visits every segment, so they should be few; a merge writes its segments anew and builds their
//! graphs anew, so a patent should not be merged often. The policy is that of geometric partitioning
//! (N. Lester, A. Moffat, J. Zobel, "Fast on-line index construction by geometric partitioning", 2005): the
//! tiers are kept so that each segment is more than [`RATIO`] times as large as all smaller ones together.
//! Segments that break this are merged, from the smallest up, until it holds again. So the largest holds three
//! quarters of all passages at least, there are some log₄ n segments, and a passage is written some 3 log₄ n
//! times, n being all passages over those of one update.
//!
//! Segments grow until their vectors fill one part, for beyond that a merge makes no search quicker. Segments
//! that are worn, more than a fifth of them replaced patents or their vectors in more parts than they need, are
//! written anew as well.

/// How many times as large a segment is as all smaller ones together.
const RATIO: u64 = 3;

/// A segment is worn when one in so many of its passages is of a replaced patent.
const WORN: u64 = 5;

/// A segment as the policy sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) id: u32,
    /// Passages, or patents where they are more, that can be found.
    pub(crate) live: u64,
    /// The same of replaced patents.
    pub(crate) dead: u64,
    /// How often a part of its vectors continues another though both would fit in one.
    pub(crate) seams: u64,
}

/// What a compaction merges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compaction {
    /// Segments whose tier is full, where at least so many come together or their vectors fill a part: two where
    /// all is added, more where more is to come.
    Tiers(usize),
    /// Whatever makes segments fewer or smaller.
    All,
}

/// Which segments to merge, each group into one; `full` is what fills a part.
pub(crate) fn plan(segments: &[Weight], compaction: Compaction, full: u64) -> Vec<Vec<u32>> {
    let mut groups = Groups { compaction, full, open: Vec::new(), planned: Vec::new() };
    let mut sorted = segments.to_vec();
    sorted.sort_unstable_by_key(|segment| (segment.live, segment.id));
    for segment in sorted {
        groups.take(segment);
    }
    groups.close(false);
    groups.planned
}

struct Groups {
    compaction: Compaction,
    full: u64,
    open: Vec<Weight>,
    planned: Vec<Vec<u32>>,
}

impl Groups {
    /// Takes the next larger segment into the open group, or closes that and opens another.
    fn take(&mut self, next: Weight) {
        let sum: u64 = self.open.iter().map(|segment| segment.live).sum();
        let is_full = sum + next.live > self.full;
        let is_larger = self.compaction != Compaction::All && next.live > RATIO * sum;
        if !self.open.is_empty() && (is_full || is_larger) {
            self.close(is_full);
        }
        self.open.push(next);
    }

    fn close(&mut self, is_full: bool) {
        let group = std::mem::take(&mut self.open);
        let least = match self.compaction {
            Compaction::Tiers(least) if !is_full => least.max(2),
            _ => 2,
        };
        if group.len() >= least {
            let mut ids: Vec<u32> = group.iter().map(|segment| segment.id).collect();
            ids.sort_unstable();
            self.planned.push(ids);
        } else {
            let worn = group.iter().filter(|segment| self.is_worn(segment));
            let worn: Vec<Vec<u32>> = worn.map(|segment| vec![segment.id]).collect();
            self.planned.extend(worn);
        }
    }

    fn is_worn(&self, segment: &Weight) -> bool {
        let is_hollow = match self.compaction {
            Compaction::Tiers(_) => segment.dead * WORN > segment.live + segment.dead,
            Compaction::All => segment.dead > 0,
        };
        is_hollow || segment.seams > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: u64 = 1_000;

    fn weights(live: &[u64]) -> Vec<Weight> {
        let weight = |(id, &live): (usize, &u64)| Weight { id: id as u32, live, dead: 0, seams: 0 };
        live.iter().enumerate().map(weight).collect()
    }

    /// Segments of these sizes, numbered from 0, and which are merged.
    #[track_caller]
    fn check(live: &[u64], compaction: Compaction, expected: &[&[u32]]) {
        assert_eq!(plan(&weights(live), compaction, FULL), expected);
    }

    #[test]
    fn segments_that_are_not_much_larger_than_the_smaller_ones_are_merged() {
        let tiers = Compaction::Tiers(2);
        check(&[], tiers, &[]);
        check(&[10], tiers, &[]);
        check(&[10, 10], tiers, &[&[0, 1]]);
        check(&[30, 10], tiers, &[&[0, 1]]);
        check(&[31, 10], tiers, &[]);
        check(&[300, 60, 10, 10], tiers, &[&[1, 2, 3]]);
        check(&[240, 60, 10, 10], tiers, &[&[0, 1, 2, 3]]);
    }

    #[test]
    fn segments_are_merged_up_to_a_full_part() {
        check(&[400, 400, 400, 400, 400], Compaction::Tiers(2), &[&[0, 1], &[2, 3]]);
        check(&[5_000, 900, 200], Compaction::Tiers(2), &[]);
    }

    #[test]
    fn a_run_that_goes_on_waits_for_more_or_for_a_full_part() {
        check(&[10, 10, 10], Compaction::Tiers(4), &[]);
        check(&[10, 10, 10, 10], Compaction::Tiers(4), &[&[0, 1, 2, 3]]);
        check(&[400, 400, 400], Compaction::Tiers(4), &[&[0, 1]]);
    }

    #[test]
    fn all_leaves_as_few_as_full_parts_allow() {
        check(&[700, 31, 10], Compaction::All, &[&[0, 1, 2]]);
        check(&[700, 700, 31, 10], Compaction::All, &[&[0, 2, 3]]);
    }

    #[track_caller]
    fn check_worn(dead: u64, seams: u64, compaction: Compaction, expected: bool) {
        let segment = Weight { id: 7, live: 100, dead, seams };
        assert_eq!(!plan(&[segment], compaction, FULL).is_empty(), expected);
    }

    #[test]
    fn worn_segments_are_written_anew() {
        check_worn(0, 0, Compaction::Tiers(2), false);
        check_worn(25, 0, Compaction::Tiers(2), false);
        check_worn(26, 0, Compaction::Tiers(2), true);
        check_worn(0, 1, Compaction::Tiers(2), true);
        check_worn(0, 0, Compaction::All, false);
        check_worn(1, 0, Compaction::All, true);
    }

    /// A year of weekly updates, all of one size.
    #[test]
    fn tiers_stay_few_and_passages_are_seldom_written_again() {
        let (mut live, mut written, mut most) = (Vec::new(), 0, 0);
        for _ in 0..52 {
            live.push(1);
            for group in plan(&weights(&live), Compaction::Tiers(2), FULL) {
                let sum = group.iter().map(|&id| live[id as usize]).sum();
                let merged = |id: usize| group.contains(&(id as u32));
                live =
                    live.iter().enumerate().filter(|&(id, _)| !merged(id)).map(|(_, &live)| live).collect();
                live.push(sum);
                written += sum;
            }
            assert_eq!(plan(&weights(&live), Compaction::Tiers(2), FULL), [[0_u32; 0]; 0], "{live:?}");
            most = most.max(live.len());
        }
        assert!(most <= 4, "{most} segments");
        assert!(written <= 52 * 9, "{written} written");
        assert!(live.iter().max() >= Some(&39), "{live:?}");
    }
}
