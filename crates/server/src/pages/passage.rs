//! A passage with the words that matched marked.

use maud::{Markup, html};
use priorart_query::HitPassage;

/// Characters of a passage that a hit shows.
const SNIPPET: usize = 420;
/// Characters before the first highlight.
const LEAD: usize = 90;

/// A text and the places in it that are marked.
#[derive(Debug, PartialEq, Eq)]
struct Marked<'a> {
    text: &'a str,
    places: Vec<[usize; 2]>,
    is_cut: [bool; 2],
}

/// The passage around its first highlight.
pub(crate) fn snippet(passage: &HitPassage, title: &str) -> Markup {
    let whole = without_title(passage, title);
    marked(&window(&whole))
}

/// All of the passage.
pub(crate) fn whole(passage: &HitPassage, title: &str) -> Markup {
    marked(&without_title(passage, title))
}

/// Where the passage stands on its patent's page: "claim 7" is `claim-7`, "¶\[0042\]" is `p-0042`.
pub(crate) fn anchor(place: &str) -> String {
    let words = place.replace("¶[", "p-").replace(']', "").replace(' ', "-");
    words.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

fn marked(marked: &Marked<'_>) -> Markup {
    let text = marked.text;
    let mut at = 0;
    let piece = |&[start, end]: &[usize; 2]| {
        let before = &text[at..start];
        at = end;
        (before, &text[start..end])
    };
    let pieces: Vec<(&str, &str)> = marked.places.iter().map(piece).collect();
    let [is_cut_before, is_cut_behind] = marked.is_cut;
    html! {
        @if is_cut_before { "… " }
        @for (before, word) in pieces { (before) mark { (word) } }
        (text[at..])
        @if is_cut_behind { " …" }
    }
}

/// An abstract's passage begins with the title, which stands above it already.
fn without_title<'a>(passage: &'a HitPassage, title: &str) -> Marked<'a> {
    let rest = passage.text.strip_prefix(title).and_then(|rest| rest.strip_prefix('\n'));
    let text = rest.filter(|rest| !rest.trim().is_empty()).unwrap_or(&passage.text);
    let cut = passage.text.len() - text.len();
    let places = passage.highlights.iter().filter(|place| place[0] >= cut);
    Marked { text, places: places.map(|[start, end]| [start - cut, end - cut]).collect(), is_cut: [false; 2] }
}

fn window<'a>(whole: &Marked<'a>) -> Marked<'a> {
    let text = whole.text;
    let first = whole.places.first().map_or(0, |place| place[0]);
    let start = if first > LEAD { word_start(text, first - LEAD) } else { 0 };
    let end = if text.len() - start <= SNIPPET { text.len() } else { word_start(text, start + SNIPPET) };
    let within = whole.places.iter().filter(|place| place[0] >= start && place[1] <= end);
    Marked {
        text: text[start..end].trim_end(),
        places: within.map(|place| place.map(|at| at - start)).collect(),
        is_cut: [start > 0, end < text.len()],
    }
}

/// The first byte of a word at or after `at`; the end of the text where there is none.
fn word_start(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at);
    text[at..]
        .char_indices()
        .find(|(_, c)| c.is_whitespace())
        .map_or(text.len(), |(blank, c)| at + blank + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use priorart_corpus::PassageKind;

    use super::*;

    fn passage(text: &str, words: &[&str]) -> HitPassage {
        let place = |word: &&str| text.find(*word).map(|at| [at, at + word.len()]);
        HitPassage {
            kind: PassageKind::Abstract,
            place: "abstract".into(),
            score: None,
            text: text.into(),
            highlights: words.iter().filter_map(place).collect(),
        }
    }

    #[track_caller]
    fn check(text: &str, words: &[&str], expected: &str) {
        assert_eq!(snippet(&passage(text, words), "Fence").into_string(), expected);
    }

    #[test]
    fn words_are_marked_and_all_is_text() {
        check("A dog.", &["dog"], "A <mark>dog</mark>.");
        check("A <b>dog</b>.", &["dog"], "A &lt;b&gt;<mark>dog</mark>&lt;/b&gt;.");
        check("Fence\nA fence for a dog.", &["Fence", "dog"], "A fence for a <mark>dog</mark>.");
        check("Fence", &["Fence"], "<mark>Fence</mark>");
    }

    #[test]
    fn long_passages_are_shown_around_the_first_highlight() {
        let text = format!("{}dog {}", "ä ".repeat(200), "ö ".repeat(400));
        let shown = snippet(&passage(&text, &["dog"]), "Fence").into_string();
        assert!(shown.starts_with("… ä ") && shown.ends_with("ö …"), "{shown}");
        assert!(shown.contains("<mark>dog</mark>") && shown.chars().count() < SNIPPET, "{shown}");
    }

    #[test]
    fn places_are_anchors() {
        let anchors = ["abstract", "claim 7", "¶[0042]", "paragraph 13"].map(anchor);
        assert_eq!(anchors, ["abstract", "claim-7", "p-0042", "paragraph-13"]);
    }
}
