//! Hits for people: a line of facts, the passage with the words that matched, and why.

use anstyle::{AnsiColor, Style};
use priorart_query::{Hit, HitPassage, Ranked};
use textwrap::Options;

use crate::output::{styled, width};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const MATCH: Style = AnsiColor::Yellow.on_default().bold();

/// Characters of a passage that are shown around its first highlight.
const SNIPPET: usize = 320;
/// Characters before that highlight.
const LEAD: usize = 80;

/// Prints a hit to standard output; colours only where that is a terminal.
pub(crate) fn print(hit: &Hit) {
    let date = hit.date.as_deref().unwrap_or("no date   ");
    let number = styled(BOLD, &format!("{:<16}", hit.number));
    anstream::println!("{:>3}  {number}  {date}  {:.4}  {}", hit.rank, hit.score, styled(BOLD, &hit.title));
    if let Some(assignee) = &hit.assignee {
        anstream::println!("     {}", styled(DIM, assignee));
    }
    for passage in &hit.passages {
        print_passage(passage);
    }
    if let Some(explain) = &hit.explain {
        let keyword = ranked("keyword", hit.keyword, explain.keyword);
        let semantic = ranked("semantic", hit.semantic, explain.semantic);
        let matched = explain.matched.join(", ");
        anstream::println!(
            "     {}",
            styled(DIM, &format!("why: {keyword}; {semantic}; matched: {matched}"))
        );
    }
    anstream::println!();
}

fn ranked(name: &str, place: Option<Ranked>, added: f64) -> String {
    place.map_or_else(
        || format!("not in the {name} ranking"),
        |place| format!("{name} rank {} (score {:.3}) adds {added:.4}", place.rank, place.score),
    )
}

fn print_passage(passage: &HitPassage) {
    let snippet = snippet(passage);
    let first = format!("     {}: ", passage.place);
    let options = Options::new(width()).initial_indent(&first).subsequent_indent("       ");
    let wrapped = textwrap::fill(&snippet, options);
    anstream::println!(
        "{}",
        wrapped.replace(OPEN, &MATCH.render().to_string()).replace(CLOSE, &MATCH.render_reset().to_string())
    );
}

/// Stand for the beginning and end of a highlight while lines are wrapped: private, and without width.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// The passage around its first highlight, on one line, with its highlights marked.
fn snippet(passage: &HitPassage) -> String {
    let text = &passage.text;
    let first = passage.highlights.first().map_or(0, |highlight| highlight[0]);
    let start = if first > LEAD { word_start(text, first - LEAD) } else { 0 };
    let end = word_start(text, start + SNIPPET);
    let mut shown = String::from(if start > 0 { "… " } else { "" });
    let mut at = start;
    for [from, to] in passage.highlights.iter().copied().filter(|[from, to]| *from >= start && *to <= end) {
        shown.push_str(&text[at..from]);
        shown.push(OPEN);
        shown.push_str(&text[from..to]);
        shown.push(CLOSE);
        at = to;
    }
    shown.push_str(text[at..end].trim_end());
    if end < text.len() {
        shown.push_str(" …");
    }
    shown.replace('\n', " ")
}

/// The first byte of a word at or after `at`; the end of the text where there is none.
fn word_start(text: &str, at: usize) -> usize {
    let at = (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    text[at..].find(char::is_whitespace).map_or(text.len(), |blank| at + blank + 1)
}

#[cfg(test)]
mod tests {
    use priorart_corpus::PassageKind;

    use super::*;

    #[track_caller]
    fn check(text: &str, highlights: &[[usize; 2]], expected: &str) {
        let passage = HitPassage {
            kind: PassageKind::Abstract,
            place: "abstract".into(),
            score: None,
            text: text.into(),
            highlights: highlights.to_vec(),
        };
        assert_eq!(snippet(&passage).replace(OPEN, "[").replace(CLOSE, "]"), expected);
    }

    #[test]
    fn a_snippet_shows_the_first_highlight() {
        check("A pump.\nIt pumps.", &[[2, 6], [11, 16]], "A [pump]. It [pumps].");
        check("", &[], "");
        let long = format!("{}pump {}", "word ".repeat(100), "tail ".repeat(100));
        let passage = snippet(&HitPassage {
            kind: PassageKind::Claim,
            place: "claim 1".into(),
            score: None,
            highlights: vec![[500, 504]],
            text: long,
        });
        assert!(passage.starts_with("… word") && passage.ends_with("tail …"), "{passage}");
        assert!(passage.contains(OPEN), "{passage}");
    }
}
