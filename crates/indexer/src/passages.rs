//! Cuts a patent into the passages that are embedded.

use std::ops::Range;

use priorart_corpus::{Claim, PassageKind, Patent, Place};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// Which parts of a patent become passages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageOptions {
    /// Title and abstract together, one passage.
    pub abstracts: bool,
    /// Each independent claim.
    pub claims: bool,
    /// The description, in windows of consecutive paragraphs.
    pub descriptions: bool,
}

impl Default for PassageOptions {
    fn default() -> Self {
        Self { abstracts: true, claims: true, descriptions: false }
    }
}

/// Says where the tokens of a text lie; the encoder's tokenizer, or an estimate of it.
pub trait Tokens {
    /// Byte ranges of the tokens of `text`, in order, special tokens left out.
    fn spans(&self, text: &str) -> Vec<Range<usize>>;
    /// The most tokens that one passage may have, special tokens left out.
    fn limit(&self) -> usize;
}

/// Stands in for a tokenizer where no model is at hand (`index --no-embed`).
///
/// `WordPiece` makes some 1.3 tokens of an English word; one token for every four bytes of a word errs on
/// the side of shorter passages, so that little is truncated when the embeddings are filled in.
#[derive(Debug, Clone, Copy)]
pub struct EstimatedTokens {
    /// The most tokens that one passage may have.
    pub limit: usize,
}

const BYTES_PER_TOKEN: usize = 4;

impl Tokens for EstimatedTokens {
    fn spans(&self, text: &str) -> Vec<Range<usize>> {
        text.split_word_bound_indices()
            .filter(|(_, word)| !word.trim().is_empty())
            .flat_map(|(start, word)| {
                let pieces = word.len().div_ceil(BYTES_PER_TOKEN);
                std::iter::repeat_n(start..start + word.len(), pieces)
            })
            .collect()
    }

    fn limit(&self) -> usize {
        self.limit
    }
}

/// The passages of `patent`, in the order abstract, claims, description.
///
/// A text of more than [`Tokens::limit`] tokens becomes several passages, cut at sentence ends where there
/// are some, each beginning with the last sentences of the one before (at most an eighth of the limit).
pub fn cut(patent: &Patent, options: PassageOptions, tokens: &dyn Tokens) -> Vec<Place> {
    let mut places = Vec::new();
    if options.abstracts {
        cut_source(patent, PassageKind::Abstract, 0, tokens, &mut places);
    }
    if options.claims {
        for claim in patent.claims.iter().filter(|claim| claim.is_independent() && !is_cancelled(claim)) {
            cut_source(patent, PassageKind::Claim, claim.number, tokens, &mut places);
        }
    }
    if options.descriptions {
        cut_description(patent, tokens, &mut places);
    }
    places
}

/// Applications keep the numbers of claims that were taken back: "1-24. (canceled)".
fn is_cancelled(claim: &Claim) -> bool {
    ["(canceled)", "(cancelled)"].iter().any(|word| claim.text.trim_end().ends_with(word))
}

fn cut_source(patent: &Patent, kind: PassageKind, number: u32, tokens: &dyn Tokens, places: &mut Vec<Place>) {
    let Some(text) = patent.passage_source(kind, number) else {
        return;
    };
    places.extend(windows(&text, tokens).into_iter().map(|window| place(kind, number, &window)));
}

fn place(kind: PassageKind, number: u32, window: &Range<usize>) -> Place {
    Place { kind, number, start: window.start as u32, end: window.end as u32 }
}

/// Consecutive paragraphs share a passage as long as they fit the limit; a longer one is cut by itself.
fn cut_description(patent: &Patent, tokens: &dyn Tokens, places: &mut Vec<Place>) {
    let mut first = 0;
    while first < patent.description.len() {
        let count = paragraphs_that_fit(patent, first, tokens);
        let number = first as u32;
        if count > 1 {
            let bytes: usize =
                patent.description[first..first + count].iter().map(|p| p.text.len() + 1).sum();
            places.push(place(PassageKind::Description, number, &(0..bytes - 1)));
        } else {
            let text = &patent.description[first].text;
            places.extend(windows(text, tokens).iter().map(|w| place(PassageKind::Description, number, w)));
        }
        first += count.max(1);
    }
}

fn paragraphs_that_fit(patent: &Patent, first: usize, tokens: &dyn Tokens) -> usize {
    let mut sum = 0;
    patent.description[first..]
        .iter()
        .take_while(|paragraph| {
            sum += tokens.spans(&paragraph.text).len();
            sum <= tokens.limit()
        })
        .count()
}

/// Cuts `text` into byte ranges of at most the limit's tokens each; blank text has none.
fn windows(text: &str, tokens: &dyn Tokens) -> Vec<Range<usize>> {
    let spans = tokens.spans(text);
    let limit = tokens.limit().max(1);
    if spans.is_empty() {
        return Vec::new();
    }
    if spans.len() <= limit {
        return std::iter::once(0..text.len()).collect();
    }
    let sentences = sentence_starts(text, &spans);
    let mut cuts = Vec::new();
    let mut first = 0;
    loop {
        let end = window_end(first, limit, spans.len(), &sentences);
        cuts.push(spans[first].start..spans[end - 1].end);
        if end == spans.len() {
            return cuts;
        }
        let next = next_start(first, end, limit, &sentences);
        first = word_start(text, &spans, next, end);
    }
}

/// Indices of the tokens that begin a sentence, ascending.
fn sentence_starts(text: &str, spans: &[Range<usize>]) -> Vec<usize> {
    let mut starts: Vec<usize> = text
        .split_sentence_bound_indices()
        .map(|(byte, _)| spans.partition_point(|span| span.start < byte))
        .collect();
    starts.dedup();
    starts
}

/// The end of a window: the last sentence end in its second half, else as many tokens as fit.
fn window_end(first: usize, limit: usize, count: usize, sentences: &[usize]) -> usize {
    let full = first + limit;
    if full >= count {
        return count;
    }
    last_in(sentences, first + limit / 2 + 1, full).unwrap_or(full)
}

/// The start of the next window: the earliest sentence that overlaps by at most an eighth of the limit.
fn next_start(first: usize, end: usize, limit: usize, sentences: &[usize]) -> usize {
    let earliest = end.saturating_sub(limit / 8).max(first + 1);
    let at = sentences.partition_point(|&start| start < earliest);
    sentences.get(at).copied().filter(|&start| start <= end).unwrap_or(earliest)
}

/// The first token from `from` on that begins a word, for a word may be several tokens; `from` where none does
/// before `end`.
fn word_start(text: &str, spans: &[Range<usize>], from: usize, end: usize) -> usize {
    let begins_word = |token: &usize| text[..spans[*token].start].ends_with(char::is_whitespace);
    (from..end).find(begins_word).unwrap_or(from)
}

fn last_in(sorted: &[usize], from: usize, to: usize) -> Option<usize> {
    let at = sorted.partition_point(|&value| value <= to);
    at.checked_sub(1).map(|i| sorted[i]).filter(|&value| value >= from)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Words(usize);

    impl Tokens for Words {
        fn spans(&self, text: &str) -> Vec<Range<usize>> {
            text.unicode_word_indices().map(|(start, word)| start..start + word.len()).collect()
        }

        fn limit(&self) -> usize {
            self.0
        }
    }

    #[track_caller]
    fn check(text: &str, limit: usize, expected: &[&str]) {
        let found: Vec<&str> = windows(text, &Words(limit)).into_iter().map(|w| &text[w]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn windows_end_at_sentences() {
        check("", 4, &[]);
        check("   ", 4, &[]);
        check("A b c d.", 4, &["A b c d."]);
        check("One two three. Four five six. Seven.", 5, &["One two three", "Four five six. Seven"]);
    }

    #[test]
    fn windows_without_sentences_overlap_by_an_eighth() {
        check("a b c d e f g h i j", 8, &["a b c d e f g h", "h i j"]);
    }

    #[test]
    fn a_short_sentence_is_repeated_for_context() {
        let text = "A b c d e f g h i j k l m. N o. P q r s.";
        check(text, 16, &["A b c d e f g h i j k l m. N o", "N o. P q r s"]);
    }

    /// Two letters a token, as a tokenizer cuts words that it does not know.
    struct Pairs;

    impl Tokens for Pairs {
        fn spans(&self, text: &str) -> Vec<Range<usize>> {
            let words = text.unicode_word_indices();
            let pairs = |(at, word): (usize, &str)| (at..at + word.len()).step_by(2).map(|at| at..at + 2);
            words.flat_map(|word| pairs(word).collect::<Vec<_>>()).collect()
        }

        fn limit(&self) -> usize {
            16
        }
    }

    #[test]
    fn windows_begin_with_a_whole_word() {
        let text = "abcdef ".repeat(8);
        let starts: Vec<usize> = windows(&text, &Pairs).into_iter().map(|window| window.start % 7).collect();
        assert!(starts.len() > 1 && starts.iter().all(|start| *start == 0), "{starts:?}");
    }

    #[test]
    fn every_token_is_in_a_window_and_none_is_too_long() {
        let text: String =
            (0..500).map(|i| if i % 17 == 0 { format!("Word{i}. ") } else { format!("word{i} ") }).collect();
        for limit in [1, 2, 7, 33, 499, 500, 501] {
            let tokens = Words(limit);
            let cuts = windows(&text, &tokens);
            for span in tokens.spans(&text) {
                assert!(cuts.iter().any(|cut| cut.start <= span.start && span.end <= cut.end));
            }
            assert!(cuts.iter().all(|cut| tokens.spans(&text[cut.clone()]).len() <= limit));
        }
    }

    #[test]
    fn only_independent_claims_that_stand_are_passages() {
        let claim = |number, text: &str, depends_on| Claim { number, text: text.into(), depends_on };
        let claims = vec![
            claim(1, "1-24. (canceled)", vec![]),
            claim(25, "A pump.", vec![]),
            claim(26, "The pump of claim 25.", vec![25]),
        ];
        let patent = Patent { title: "Pump".into(), claims, ..Patent::default() };
        let places = cut(&patent, PassageOptions::default(), &Words(100));
        let found: Vec<_> = places.iter().map(|place| (place.kind, place.number)).collect();
        assert_eq!(found, [(PassageKind::Abstract, 0), (PassageKind::Claim, 25)]);
    }

    #[test]
    fn a_description_is_cut_into_windows_of_paragraphs() {
        let paragraph = |text: &str| priorart_corpus::Paragraph { text: text.into(), ..Default::default() };
        let description = ["FIELD", "One two three.", "Four five.", "a b c d e f g"].map(paragraph).into();
        let patent = Patent { description, ..Patent::default() };
        let options = PassageOptions { abstracts: false, claims: false, descriptions: true };
        let places = cut(&patent, options, &Words(6));
        let texts: Vec<String> = places.iter().map(|place| patent.passage_text(place).unwrap()).collect();
        assert_eq!(texts, ["FIELD\nOne two three.\nFour five.", "a b c d e f", "g"]);
    }

    #[test]
    fn the_estimate_errs_towards_more_tokens() {
        let spans = EstimatedTokens { limit: 510 }.spans("A graphene anode, 2-ethylhexyl.");
        assert!(spans.len() >= 10, "{spans:?}");
    }
}
