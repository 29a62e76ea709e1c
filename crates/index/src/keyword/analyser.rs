//! The analyser of the patents' own text.
//!
//! A word becomes two terms at one position: its stem, by which it is found in any inflection, and itself
//! behind a mark, which is what wildcards are matched with. Ends of sentences and of texts are terms too, so
//! that a search can tell whether two positions lie in one sentence or paragraph.

use std::borrow::Cow;
use std::ops::Range;

use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use super::sentences;

/// Name of the analyser.
pub(super) const PATENT_TEXT: &str = "patent_text";

/// Stands before a word as it was written, in lower case. No word contains it.
pub const WORD_MARK: char = '\u{1}';
/// The term at the end of a sentence that is not the last of its text. It takes a position of its own.
pub const SENTENCE_END: &str = "\u{2}s";
/// The term at the end of a text: a title, an abstract, a claim, a paragraph. It takes a position of its own.
pub const TEXT_END: &str = "\u{2}t";

/// Bytes; longer words are not indexed, but keep their position.
const LONGEST_WORD: usize = 40;

/// The words of a text, in their order: runs of letters and digits, as byte ranges.
///
/// ```
/// let words: Vec<_> = priorart_index::words("Li-ion cell").collect();
/// assert_eq!(words, [0..2, 3..6, 7..11]);
/// ```
pub fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(char::is_alphanumeric)?;
        let length = text[start..].find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len() - start);
        at = start + length;
        Some(start..at)
    })
}

/// The term that a word is found by in any inflection: its English stem, in lower case.
///
/// ```
/// assert_eq!(priorart_index::stem("Pumping"), "pump");
/// ```
pub fn stem(word: &str) -> String {
    let mut lower = String::with_capacity(word.len());
    push_lower(word, &mut lower);
    Stemmer::new(Algorithm::English).stem(&lower).into_owned()
}

fn push_lower(word: &str, to: &mut String) {
    if word.is_ascii() {
        to.extend(word.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        to.extend(word.chars().flat_map(char::to_lowercase));
    }
}

pub(super) fn patent_text() -> TextAnalyzer {
    TextAnalyzer::from(PatentText)
}

#[derive(Clone)]
struct PatentText;

impl Tokenizer for PatentText {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        Tokens {
            text,
            rest: Box::new(words(text)),
            last: 0..0,
            due: Due::Word,
            word: String::new(),
            stemmer: Stemmer::new(Algorithm::English),
            token: Token { position: usize::MAX, ..Token::default() },
        }
    }
}

/// What the next token is.
enum Due {
    /// The stem of the next word, or the end of a sentence before it.
    Word,
    /// The stem of this word, which begins a sentence.
    Stem(Range<usize>),
    /// The word itself, of which the stem was the last token.
    Marked,
    Nothing,
}

struct Tokens<'a> {
    text: &'a str,
    rest: Box<dyn Iterator<Item = Range<usize>> + 'a>,
    /// The word before.
    last: Range<usize>,
    due: Due,
    /// The word with its mark, in lower case.
    word: String,
    stemmer: Stemmer,
    token: Token,
}

impl Tokens<'_> {
    fn next_word(&mut self) -> bool {
        let Some(next) = self.rest.find(|word| {
            let is_long = word.len() > LONGEST_WORD;
            self.token.position = self.token.position.wrapping_add(usize::from(is_long));
            !is_long
        }) else {
            self.due = Due::Nothing;
            return !self.last.is_empty() && self.end(TEXT_END);
        };
        let gap = &self.text[self.last.end..next.start];
        if sentences::ends_between(&self.text[self.last.clone()], gap, &self.text[next.clone()]) {
            self.due = Due::Stem(next);
            return self.end(SENTENCE_END);
        }
        self.stem(next)
    }

    fn end(&mut self, term: &str) -> bool {
        self.put(term);
        true
    }

    fn stem(&mut self, word: Range<usize>) -> bool {
        self.word.clear();
        self.word.push(WORD_MARK);
        push_lower(&self.text[word.clone()], &mut self.word);
        let stem = match self.stemmer.stem(&self.word[WORD_MARK.len_utf8()..]) {
            Cow::Borrowed(stem) => stem.to_owned(),
            Cow::Owned(stem) => stem,
        };
        self.put(&stem);
        (self.token.offset_from, self.token.offset_to) = (word.start, word.end);
        self.last = word;
        self.due = Due::Marked;
        true
    }

    /// A token at a new position.
    fn put(&mut self, term: &str) {
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text.clear();
        self.token.text.push_str(term);
    }
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        match std::mem::replace(&mut self.due, Due::Word) {
            Due::Word => self.next_word(),
            Due::Stem(word) => self.stem(word),
            Due::Marked => {
                std::mem::swap(&mut self.token.text, &mut self.word);
                true
            }
            Due::Nothing => {
                self.due = Due::Nothing;
                false
            }
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `position:term`, words themselves as `=word`, ends of sentences and texts as `.` and `¶`.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut found = Vec::new();
        patent_text().token_stream(text).process(&mut |token| {
            let term = match token.text.as_str() {
                SENTENCE_END => ".".to_owned(),
                TEXT_END => "¶".to_owned(),
                other => other.replace(WORD_MARK, "="),
            };
            found.push(format!("{}:{term}", token.position));
        });
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn a_word_is_its_stem_and_itself() {
        check("Pumping water", "0:pump 0:=pumping 1:water 1:=water 2:¶");
        check("Li-ion", "0:li 0:=li 1:ion 1:=ion 2:¶");
        check("ÄRZTE", "0:ärzte 0:=ärzte 1:¶");
    }

    #[test]
    fn ends_of_sentences_take_a_position() {
        check("A pump. A hose", "0:a 0:=a 1:pump 1:=pump 2:. 3:a 3:=a 4:hose 4:=hose 5:¶");
    }

    #[test]
    fn long_words_keep_their_position() {
        check(&format!("a {} b", "x".repeat(41)), "0:a 0:=a 2:b 2:=b 3:¶");
        check("", "");
        check("—", "");
    }
}
