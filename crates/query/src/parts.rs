//! A long text in parts that a model takes.

use std::ops::Range;

use priorart_index::words;

/// Parts of one text that are searched; of a longer one, so many are taken evenly from all of it.
pub(crate) const MOST_PARTS: usize = 24;

/// `WordPiece` makes some 1.3 tokens of an English word; one for every four bytes of a word errs on the side
/// of shorter parts, as the index does where it must estimate.
const BYTES_PER_TOKEN: usize = 4;

/// Tokens of its own that a model puts around a text.
const AROUND: usize = 2;

/// The parts of a text for a model that reads `max_tokens` at a time.
pub(crate) fn for_model(text: &str, max_tokens: usize) -> Vec<&str> {
    split(text, max_tokens.saturating_sub(AROUND).max(1))
}

/// The parts of a text, each of no more than `limit` tokens as they are estimated, cut where a sentence or a
/// line ends if there is such a place in its second half. A short text is one part.
fn split(text: &str, limit: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut tokens, mut good_cut) = (0, 0, None);
    let words: Vec<Range<usize>> = words(text).collect();
    for (at, word) in words.iter().enumerate() {
        let more = word.len().div_ceil(BYTES_PER_TOKEN);
        if tokens + more > limit && word.start > start {
            let cut = good_cut.take().unwrap_or(word.start);
            parts.push(text[start..cut].trim());
            start = cut;
            let carried = words[..at].iter().rev().take_while(|word| word.start >= cut);
            tokens = carried.map(|word| word.len().div_ceil(BYTES_PER_TOKEN)).sum();
        }
        tokens += more;
        let gap = &text[word.end..words.get(at + 1).map_or(text.len(), |next| next.start)];
        if tokens * 2 > limit && gap.contains(['.', ';', '\n', '?', '!']) && gap.contains(char::is_whitespace)
        {
            good_cut = Some(word.end + gap.trim_end().len());
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// No more than [`MOST_PARTS`], evenly from all of them.
pub(crate) fn sample(parts: Vec<&str>) -> Vec<&str> {
    let count = parts.len();
    if count <= MOST_PARTS {
        return parts;
    }
    (0..MOST_PARTS).map(|at| parts[at * count / MOST_PARTS]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, limit: usize, expected: &[&str]) {
        assert_eq!(split(text, limit), expected);
    }

    #[test]
    fn texts_are_cut_at_sentences() {
        check("A pump.", 10, &["A pump."]);
        check("One two. Three four. Five six.", 4, &["One two. Three", "four. Five six."]);
        check("aaaa bbbb cccc. dddd eeee", 4, &["aaaa bbbb cccc.", "dddd eeee"]);
        check("aaaa bbbb cccc dddd eeee", 2, &["aaaa bbbb", "cccc dddd", "eeee"]);
        check("", 4, &[]);
        check("—", 4, &["—"]);
    }

    #[test]
    fn no_word_is_lost() {
        let word = |i| format!("word{i}{}", if i % 7 == 0 { "." } else { "" });
        let text = (0..500).map(word).collect::<Vec<_>>().join(" ");
        for limit in [1, 3, 10, 64, 5000] {
            assert_eq!(split(&text, limit).join(" "), text, "{limit}");
        }
    }

    #[test]
    fn long_texts_are_sampled() {
        let parts: Vec<String> = (0..100).map(|i| i.to_string()).collect();
        let sampled = sample(parts.iter().map(String::as_str).collect());
        assert_eq!((sampled.len(), sampled[0], sampled[23]), (MOST_PARTS, "0", "95"));
    }
}
