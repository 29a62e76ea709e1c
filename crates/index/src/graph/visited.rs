//! What a walk has seen.

/// Which rows a search has seen: a stamp a row, so that beginning anew costs nothing.
#[derive(Debug, Default)]
pub(super) struct Visited {
    stamps: Vec<u32>,
    now: u32,
}

impl Visited {
    pub(super) fn begin(&mut self, rows: u32) {
        if self.stamps.len() < rows as usize {
            self.stamps.resize(rows as usize, 0);
        }
        self.now = self.now.wrapping_add(1);
        if self.now == 0 {
            self.stamps.fill(0);
            self.now = 1;
        }
    }

    /// True the first time; false afterwards, and for rows that do not exist.
    #[inline]
    pub(super) fn insert(&mut self, row: u32) -> bool {
        self.stamps.get_mut(row as usize).is_some_and(|stamp| std::mem::replace(stamp, self.now) != self.now)
    }

    /// Whether it was inserted, or does not exist.
    #[inline]
    pub(super) fn contains(&self, row: u32) -> bool {
        self.stamps.get(row as usize).is_none_or(|&stamp| stamp == self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_visited_is_forgotten_when_a_search_begins() {
        let mut visited = Visited { stamps: Vec::new(), now: u32::MAX - 1 };
        for _ in 0..3 {
            visited.begin(2);
            assert_eq!([0, 1, 0, 2].map(|row| visited.insert(row)), [true, true, false, false]);
            assert_eq!([0, 2].map(|row| visited.contains(row)), [true, true]);
        }
    }
}
