//! The words of patents that say what they are about.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use priorart_index::{stem, words};

/// Words that are in patents of every kind: the common ones of English, and those that claims and abstracts
/// are made of. By hand, for the lists of libraries lack the latter.
static STOP_WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("stop_words.txt").lines().flat_map(str::split_whitespace).collect());

/// Letters; shorter words are mostly references to figures.
const SHORTEST: usize = 3;

/// Words and their stems, each under a number.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// A word's number, where it says something.
    numbers: HashMap<String, Option<u32>>,
    /// By number.
    words: Vec<String>,
    stems: Vec<u32>,
    /// A stem's number.
    of_stems: HashMap<String, u32>,
}

impl Vocabulary {
    /// The words of a text by their numbers; `None` for one that says nothing, or is none.
    pub(super) fn numbered(&mut self, text: &str) -> Vec<Option<u32>> {
        let mut numbered = Vec::new();
        let mut last = 0;
        for range in words(text) {
            // A phrase does not go on beyond a mark: "cell, pump" is two.
            let gap = &text[last..range.start];
            if !gap.chars().all(|c| c.is_whitespace() || c == '-') {
                numbered.push(None);
            }
            last = range.end;
            numbered.push(self.number(&text[range].to_lowercase()));
        }
        numbered
    }

    fn number(&mut self, word: &str) -> Option<u32> {
        if let Some(&known) = self.numbers.get(word) {
            return known;
        }
        let number = says_something(word).then(|| {
            let next = self.of_stems.len() as u32;
            self.stems.push(*self.of_stems.entry(stem(word)).or_insert(next));
            self.words.push(word.to_owned());
            self.words.len() as u32 - 1
        });
        self.numbers.insert(word.to_owned(), number);
        number
    }

    /// The word of a number.
    pub(super) fn word(&self, number: u32) -> &str {
        &self.words[number as usize]
    }

    /// The stem of a word, both by number.
    pub(super) fn stem(&self, number: u32) -> u32 {
        self.stems[number as usize]
    }
}

fn says_something(word: &str) -> bool {
    word.chars().count() >= SHORTEST && word.chars().all(char::is_alphabetic) && !STOP_WORDS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut vocabulary = Vocabulary::default();
        let found = vocabulary.numbered(text);
        let shown = found.iter().map(|number| number.map_or(".", |number| vocabulary.word(number)));
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn words_that_say_nothing_are_left_out() {
        check(
            "A method of coating the Anodes (12) comprising: graphene",
            ". . . coating . anodes . . . . . graphene",
        );
        check("fuel-cell, pump H2O", "fuel cell . pump .");
    }

    #[test]
    fn inflections_have_one_stem() {
        let mut vocabulary = Vocabulary::default();
        let found: Vec<u32> = vocabulary.numbered("anode anodes cathode").into_iter().flatten().collect();
        let stems: Vec<u32> = found.iter().map(|&number| vocabulary.stem(number)).collect();
        assert!(stems[0] == stems[1] && stems[0] != stems[2], "{stems:?}");
    }
}
