//! Stretches of positions, and how two rows of them are joined.

/// Positions from the first word of a match to its last. Rows of them are ordered, and hold each once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// All of a document.
    pub(crate) const ALL: Self = Self { start: 0, end: u32::MAX };

    /// Those of a row of places that lie within.
    pub(crate) fn of(self, places: &[u32]) -> &[u32] {
        let first = places.partition_point(|place| *place < self.start);
        let length = places[first..].partition_point(|place| *place <= self.end);
        &places[first..first + length]
    }
}

/// The spans that reach from one of the left ones to one of the right ones which begins no more than
/// `distance` words behind it, within one unit. `ends` are the places at which units end.
///
/// Of the left ones that begin at one place, only the last that ends before a right one can be near it: both rows
/// are gone through side by side, so that frequent words cost what they are, and not their product.
pub(crate) fn adjacent(left: &[Span], right: &[Span], distance: u32, ends: &[u32]) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    for group in left.chunk_by(|one, next| one.start == next.start) {
        let (start, last_end) = (group[0].start, group[group.len() - 1].end);
        let unit_end = ends.get(ends.partition_point(|end| *end < start)).copied().unwrap_or(u32::MAX);
        let furthest = last_end.saturating_add(distance).min(unit_end);
        let first = right.partition_point(|other| other.start <= group[0].end);
        let mut nearest = 0;
        let mut joined: Vec<Span> = Vec::new();
        for other in right[first..].iter().take_while(|other| other.start <= furthest) {
            while group.get(nearest + 1).is_some_and(|next| next.end < other.start) {
                nearest += 1;
            }
            if other.start - group[nearest].end <= distance && other.end <= unit_end {
                joined.push(Span { start, end: other.end });
            }
        }
        joined.sort_unstable();
        joined.dedup();
        found.append(&mut joined);
    }
    found
}

/// As [`adjacent`], in either order.
pub(crate) fn near(left: &[Span], right: &[Span], distance: u32, ends: &[u32]) -> Vec<Span> {
    union([adjacent(left, right, distance, ends), adjacent(right, left, distance, ends)])
}

/// Those of both rows that have one of the other row fewer than `reach` units away. `ends` are the places at
/// which units end.
pub(crate) fn together(left: &[Span], right: &[Span], ends: &[u32], reach: u32) -> Vec<Span> {
    let unit = |span: &Span| ends.partition_point(|end| *end < span.start) as u32;
    let with_partner = |row: &[Span], others: &[Span]| {
        let units: Vec<u32> = others.iter().map(unit).collect();
        let has_partner = |span: &&Span| {
            let own = unit(span);
            let at = units.partition_point(|other| other + reach <= own);
            units.get(at).is_some_and(|other| *other < own + reach)
        };
        row.iter().filter(has_partner).copied().collect::<Vec<Span>>()
    };
    union([with_partner(left, right), with_partner(right, left)])
}

/// The spans of all rows.
pub(crate) fn union(rows: impl IntoIterator<Item = Vec<Span>>) -> Vec<Span> {
    let mut rows = rows.into_iter();
    let mut all = rows.next().unwrap_or_default();
    let one = all.len();
    all.extend(rows.flatten());
    if all.len() > one {
        // Stable: rows that are in order are merged.
        all.sort();
        all.dedup();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(places: &[u32]) -> Vec<Span> {
        places.iter().map(|place| Span { start: *place, end: *place }).collect()
    }

    fn show(spans: &[Span]) -> String {
        spans.iter().map(|span| format!("{}-{}", span.start, span.end)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn order_and_distance_count() {
        assert_eq!(show(&adjacent(&at(&[1, 9]), &at(&[2, 5, 8]), 1, &[])), "1-2");
        assert_eq!(show(&adjacent(&at(&[1, 9]), &at(&[2, 5, 8]), 4, &[])), "1-2 1-5");
        assert_eq!(show(&near(&at(&[1, 9]), &at(&[2, 5, 8]), 1, &[])), "1-2 8-9");
        assert_eq!(show(&near(&at(&[3]), &at(&[3]), 9, &[])), "", "a word is not near itself");
    }

    #[test]
    fn of_spans_that_begin_together_the_nearest_counts() {
        let spans = |all: &[(u32, u32)]| -> Vec<Span> {
            all.iter().map(|&(start, end)| Span { start, end }).collect()
        };
        let left = spans(&[(1, 2), (1, 6), (4, 6)]);
        assert_eq!(show(&adjacent(&left, &at(&[3, 5, 7, 9]), 1, &[])), "1-3 1-7 4-7");
        // Two that end together are one.
        assert_eq!(show(&adjacent(&at(&[1]), &spans(&[(2, 9), (3, 5), (3, 9)]), 5, &[])), "1-5 1-9");
    }

    #[test]
    fn units_end_at_their_ends() {
        let (left, right) = (at(&[1, 11]), at(&[3, 8, 25]));
        assert_eq!(show(&together(&left, &right, &[5, 10, 20], 1)), "1-1 3-3");
        assert_eq!(show(&together(&left, &right, &[5, 10, 20], 2)), "1-1 3-3 8-8 11-11 25-25");
        assert_eq!(show(&near(&at(&[4]), &at(&[3, 6]), 2, &[5])), "3-4");
    }
}
