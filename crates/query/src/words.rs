//! The words of a text as the keyword index knows them, and those that were looked for.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

use priorart_index::{stem, words};
use tantivy::tokenizer::{Language, RawTokenizer, StopWordFilter, TextAnalyzer, TokenStream};

use crate::ast::{Condition, Part, Pattern, Query};
use crate::glob::Glob;
use crate::place::{is_pattern, pieces};

/// Function words ("the", "of").
static FUNCTION_WORDS: LazyLock<TextAnalyzer> = LazyLock::new(|| {
    let english = StopWordFilter::new(Language::English).expect("English has stop words");
    TextAnalyzer::builder(RawTokenizer::default()).filter(english).build()
});

fn is_function_word(word: &str, analyser: &mut TextAnalyzer) -> bool {
    !analyser.token_stream(&word.to_lowercase()).advance()
}

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its stem, the term of the index.
    pub stem: String,
    /// As it is written.
    pub written: String,
}

/// The words of a text in their order, function words left out.
pub(crate) fn content_words(text: &str) -> impl Iterator<Item = Word> {
    let mut analyser = FUNCTION_WORDS.clone();
    let written = words(text).map(|range| &text[range]);
    let content = written.filter(move |word| !is_function_word(word, &mut analyser));
    content.map(|word| Word { stem: stem(word), written: word.to_owned() })
}

/// The words of a text, those of one stem once, in their order.
pub(crate) fn distinct_words(text: &str) -> Vec<Word> {
    let mut seen = BTreeSet::new();
    content_words(text).filter(|word| seen.insert(word.stem.clone())).collect()
}

/// Finds the words that were looked for in texts.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    words: Vec<Word>,
    globs: Vec<(Glob, String)>,
    /// The bytes that a word which is found may begin with, in lower case; all where a wildcard may.
    first: BTreeSet<u8>,
    any_first: bool,
    /// What words were found to be: a patent repeats its own, and stemming is what takes long.
    known: RefCell<HashMap<String, Option<usize>>>,
}

impl Wanted {
    /// The words that are ranked by, and those with wildcards in what is required.
    pub(crate) fn new(words: Vec<Word>, query: &Query) -> Self {
        let mut patterns = BTreeSet::new();
        for part in &query.parts {
            if let Part::Condition(condition) = part {
                collect_patterns(condition, &mut patterns);
            }
        }
        let globs: Vec<_> = patterns.into_iter().map(|pattern| (Glob::new(&pattern), pattern)).collect();
        let first_bytes = words.iter().filter_map(|word| word.stem.bytes().next());
        // A stem begins with the letter that its words begin with; letters beyond ASCII may change with case.
        let any_first = !globs.is_empty() || words.iter().any(|word| !word.stem.is_ascii());
        Self { first: first_bytes.collect(), any_first, words, globs, known: RefCell::default() }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.words.len() + self.globs.len()
    }

    /// The places of the words in a text, and which they are.
    pub(crate) fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Range<usize>, usize)> {
        words(text).filter_map(|range| Some((range.clone(), self.which(&text[range])?)))
    }

    /// Which of the words occur in a text.
    pub(crate) fn within(&self, text: &str) -> BTreeSet<usize> {
        self.places(text).map(|(_, which)| which).collect()
    }

    /// The word as it was typed.
    pub(crate) fn written(&self, which: usize) -> &str {
        match self.words.get(which) {
            Some(word) => &word.written,
            None => &self.globs[which - self.words.len()].1,
        }
    }

    fn which(&self, word: &str) -> Option<usize> {
        let first = word.as_bytes().first()?.to_ascii_lowercase();
        if !self.any_first && !self.first.contains(&first) {
            return None;
        }
        if let Some(known) = self.known.borrow().get(word) {
            return *known;
        }
        let stem = stem(word);
        let lower = word.to_lowercase();
        let found = self.words.iter().position(|wanted| wanted.stem == stem).or_else(|| {
            let glob = self.globs.iter().position(|(glob, _)| glob.matches(&lower));
            glob.map(|at| self.words.len() + at)
        });
        self.known.borrow_mut().insert(word.to_owned(), found);
        found
    }
}

fn collect_patterns(condition: &Condition, found: &mut BTreeSet<String>) {
    match condition {
        Condition::Text(_, pattern) => collect_globs(pattern, found),
        Condition::And(all) | Condition::Or(all) => all.iter().for_each(|one| collect_patterns(one, found)),
        Condition::Xor(one, other) => {
            collect_patterns(one, found);
            collect_patterns(other, found);
        }
        _ => {}
    }
}

fn collect_globs(pattern: &Pattern, found: &mut BTreeSet<String>) {
    match pattern {
        Pattern::Word(text) | Pattern::Phrase(text) => {
            let globs = text.split_whitespace().flat_map(pieces).filter(|piece| is_pattern(piece));
            found.extend(globs.map(str::to_owned));
        }
        Pattern::Or(all) => all.iter().for_each(|one| collect_globs(one, found)),
        Pattern::Near { left, right, .. } | Pattern::Together { left, right, .. } => {
            collect_globs(left, found);
            collect_globs(right, found);
        }
    }
}

/// How often each stem occurs, with the first word that was written so.
pub(crate) fn counted(text: &str) -> BTreeMap<String, (String, f64)> {
    let mut found: BTreeMap<String, (String, f64)> = BTreeMap::new();
    for word in content_words(text) {
        found.entry(word.stem).or_insert((word.written, 0.0)).1 += 1.0;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let stems: Vec<String> = distinct_words(text).into_iter().map(|word| word.stem).collect();
        assert_eq!(stems, expected);
    }

    #[test]
    fn words_are_stemmed_and_function_words_go() {
        check("The pumping of pumps, and a PUMP", &["pump"]);
        check("lithium-ion", &["lithium", "ion"]);
        check("of the", &[]);
    }

    #[track_caller]
    fn places(query: &str, text: &str, expected: &[&str]) {
        let query = parse(query).unwrap();
        let wanted = Wanted::new(distinct_words(&query.text()), &query);
        let found: Vec<&str> = wanted.places(text).map(|(range, _)| &text[range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_are_found_in_any_inflection() {
        places("pump", "Für Pumps: a pumping pümp", &["Pumps", "pumping"]);
        places("pump*", "Pumps and pumping, apump", &["Pumps", "pumping"]);
        places("\"solid electro*\"", "a Solid electrode of solids", &["Solid", "electrode", "solids"]);
        places("-valve pump", "a valve, a pump", &["pump"]);
        places("été", "Été", &["Été"]);
    }

    #[test]
    fn words_are_told_as_they_were_typed() {
        let query = parse("Pumping wh?el").unwrap();
        let wanted = Wanted::new(distinct_words(&query.text()), &query);
        let found: Vec<&str> =
            wanted.within("wheels pump a wheel").into_iter().map(|at| wanted.written(at)).collect();
        assert_eq!(found, ["Pumping", "wh?el"]);
    }
}
