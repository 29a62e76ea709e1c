//! Words with wildcards, and what they stand for in an index.

use std::collections::BTreeSet;

use priorart_index::Keyword;
use tantivy::schema::Field;

use crate::error::QueryError;

/// Words that one word with wildcards may stand for.
pub(crate) const MOST_WORDS: usize = 1000;

/// A pattern of a whole word: `*` any characters, `?` one, `#` one or none.
#[derive(Debug, Clone)]
pub(crate) struct Glob {
    items: Vec<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Item {
    Character(char),
    Any,
    One,
    OneOrNone,
}

impl Glob {
    /// Reads a pattern, of no more than 63 characters; letters are compared in lower case.
    pub(crate) fn new(pattern: &str) -> Self {
        let item = |c| match c {
            '*' => Item::Any,
            '?' => Item::One,
            '#' => Item::OneOrNone,
            c => Item::Character(c),
        };
        Self { items: pattern.chars().flat_map(char::to_lowercase).map(item).collect() }
    }

    /// The characters before the first wildcard: what every word begins with.
    fn prefix(&self) -> String {
        let literal = |item: &Item| if let Item::Character(c) = item { Some(*c) } else { None };
        self.items.iter().map_while(literal).collect()
    }

    /// Whether the pattern stands for the word. A bit of `at` is set where the items before its place can
    /// have stood for what was read of the word.
    pub(crate) fn matches(&self, word: &str) -> bool {
        let mut at = self.skip(1);
        for c in word.chars() {
            let mut next = 0;
            for (place, item) in self.items.iter().enumerate().filter(|(place, _)| at & (1 << place) != 0) {
                next |= match item {
                    Item::Any => 1 << place,
                    Item::One | Item::OneOrNone => 2 << place,
                    Item::Character(wanted) if *wanted == c => 2 << place,
                    Item::Character(_) => 0,
                };
            }
            at = self.skip(next);
        }
        at & (1 << self.items.len()) != 0
    }

    /// Steps over what may stand for nothing.
    fn skip(&self, mut at: u64) -> u64 {
        for (place, item) in self.items.iter().enumerate() {
            if matches!(item, Item::Any | Item::OneOrNone) && at & (1 << place) != 0 {
                at |= 2 << place;
            }
        }
        at
    }

    /// The words of a field that the pattern stands for, each behind `mark` in the index.
    ///
    /// # Errors
    /// [`QueryError::TooManyWords`] where there are more than [`MOST_WORDS`].
    pub(crate) fn expand(
        &self,
        keyword: &Keyword,
        field: Field,
        mark: &str,
        pattern: &str,
    ) -> Result<BTreeSet<String>, QueryError> {
        let prefix = format!("{mark}{}", self.prefix());
        let mut found = BTreeSet::new();
        for segment in keyword.searcher().segment_readers() {
            let index = segment.inverted_index(field)?;
            let terms = index.terms().range().ge(&prefix).lt(format!("{prefix}\u{10ffff}"));
            let mut terms = terms.into_stream().map_err(tantivy::TantivyError::from)?;
            while terms.advance() {
                let word = std::str::from_utf8(terms.key()).ok().and_then(|term| term.strip_prefix(mark));
                if let Some(word) = word.filter(|word| self.matches(word)) {
                    found.insert(format!("{mark}{word}"));
                }
                if found.len() > MOST_WORDS {
                    return Err(QueryError::TooManyWords { pattern: pattern.to_owned(), most: MOST_WORDS });
                }
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, words: &[&str], others: &[&str]) {
        let glob = Glob::new(pattern);
        assert!(words.iter().all(|word| glob.matches(word)), "{words:?}");
        assert!(!others.iter().any(|word| glob.matches(word)), "{others:?}");
    }

    #[test]
    fn wildcards_stand_for_letters() {
        check("pump*", &["pump", "pumps", "pumping"], &["pum", "apump"]);
        check("pump?", &["pumps"], &["pump", "pumped"]);
        check("pump#", &["pump", "pumps"], &["pumped"]);
        check("pump##", &["pump", "pumps", "pumped"], &["pumping"]);
        check("*ion", &["ion", "cation"], &["ions"]);
        check("col#r", &["colr", "color"], &["colour"]);
        check("a*b*c", &["abc", "axbxc", "abbcc"], &["acb"]);
        check("W?m?n", &["woman", "women"], &["womn"]);
        check("*", &["", "x"], &[]);
        check("é?", &["éa"], &["é", "ea"]);
    }

    #[test]
    fn every_word_begins_with_the_prefix() {
        assert_eq!(Glob::new("graph*ne").prefix(), "graph");
        assert_eq!(Glob::new("*ne").prefix(), "");
    }
}
