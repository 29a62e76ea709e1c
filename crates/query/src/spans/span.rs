//! Stretches of positions, and how two rows of them are joined.

/// Positions from the first word of a match to its last. Rows of them are ordered, and hold each once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The spans that reach from one of the left ones to one of the right ones which begins no more than
/// `distance` words behind it, within one unit. `ends` are the places at which units end: looking no further
/// is what keeps frequent words apart.
pub(crate) fn adjacent(left: &[Span], right: &[Span], distance: u32, ends: &[u32]) -> Vec<Span> {
    let mut found = Vec::new();
    for one in left {
        let end = ends.get(ends.partition_point(|end| *end < one.start)).copied().unwrap_or(u32::MAX);
        let first = right.partition_point(|other| other.start <= one.end);
        let near = right[first..]
            .iter()
            .take_while(|other| other.start - one.end <= distance && other.start <= end)
            .filter(|other| other.end <= end);
        found.extend(near.map(|other| Span { start: one.start, end: other.end }));
    }
    ordered(found)
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
    ordered(rows.into_iter().flatten().collect())
}

fn ordered(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup();
    spans
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
    fn units_end_at_their_ends() {
        let (left, right) = (at(&[1, 11]), at(&[3, 8, 25]));
        assert_eq!(show(&together(&left, &right, &[5, 10, 20], 1)), "1-1 3-3");
        assert_eq!(show(&together(&left, &right, &[5, 10, 20], 2)), "1-1 3-3 8-8 11-11 25-25");
        assert_eq!(show(&near(&at(&[4]), &at(&[6, 3]), 2, &[5])), "3-4");
    }
}
