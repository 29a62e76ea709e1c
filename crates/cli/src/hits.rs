//! Hits for people: a line of facts, the passage with the words that matched, and why.

use anstyle::{AnsiColor, Style};
use priorart_corpus::PassageKind;
use priorart_query::{Facets, Hit, HitPassage, Ranked, SearchResult};
use textwrap::Options;

use crate::output::{field, styled, width};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const MATCH: Style = AnsiColor::Yellow.on_default().bold();

/// Characters of a passage that are shown around its first highlight.
const SNIPPET: usize = 320;
/// Characters before that highlight.
const LEAD: usize = 80;

/// Prints a result to standard output; colours only where that is a terminal.
pub(crate) fn print_all(result: &SearchResult) {
    result.hits.iter().for_each(print);
    result.facets.iter().for_each(print_facets);
    if let Some(refined) = &result.refined {
        let (more, less) = (refined.more.join(", "), refined.less.join(", "));
        let moved = format!(
            "query moved by {} towards [{more}] and by {} away from [{less}]; cosine to what it was {:.3}",
            refined.more_weight, refined.less_weight, refined.moved_to
        );
        anstream::println!("{}", styled(DIM, &moved));
    }
}

fn print_facets(facets: &Facets) {
    println!("{} patents", facets.patents);
    let rows = [
        ("classes", &facets.classes),
        ("years", &facets.years),
        ("assignees", &facets.assignees),
        ("countries", &facets.countries),
    ];
    for (name, counts) in rows {
        let counts: Vec<String> = counts.iter().map(|(value, count)| format!("{value} {count}")).collect();
        field(name, &counts.join(" · "));
    }
}

/// Prints a hit.
pub(crate) fn print(hit: &Hit) {
    let date = hit.date.as_deref().unwrap_or("no date   ");
    let number = styled(BOLD, &format!("{:<16}", hit.number));
    anstream::println!("{:>3}  {number}  {date}  {:.4}  {}", hit.rank, hit.score, styled(BOLD, &hit.title));
    if let Some(assignee) = &hit.assignee {
        anstream::println!("     {}", styled(DIM, assignee));
    }
    if let Some(class) = hit.class.as_ref().filter(|class| !class.title.is_empty()) {
        anstream::println!("     {}", styled(DIM, &format!("{} {}", class.symbol, class.title)));
    }
    if !hit.family.is_empty() {
        anstream::println!("     {}", styled(DIM, &format!("family: {}", hit.family.join(", "))));
    }
    if let Some(by) = hit.known {
        anstream::println!("     {}", styled(DIM, by.phrase()));
    }
    for passage in &hit.passages {
        print_passage(&passage.place, &without_title(passage, &hit.title));
    }
    if let Some(explain) = &hit.explain {
        let keyword = ranked("keyword", hit.keyword, explain.keyword);
        let semantic = ranked("semantic", hit.semantic, explain.semantic);
        let matched = explain.matched.join(", ");
        let floor = if explain.floor > 0.0 {
            format!("; the floor adds {:.4}", explain.floor)
        } else {
            String::new()
        };
        let reranked = hit.reranked.map_or_else(String::new, |score| format!("; re-ranked by {score:.4}"));
        anstream::println!(
            "     {}",
            styled(DIM, &format!("why: {keyword}; {semantic}{floor}{reranked}; matched: {matched}"))
        );
    }
    anstream::println!();
}

/// An abstract is embedded behind its title, which the line above it shows already.
fn without_title(passage: &HitPassage, title: &str) -> HitPassage {
    let mut shown = passage.clone();
    let rest = passage.text.strip_prefix(title).and_then(|rest| rest.strip_prefix('\n'));
    if let Some(rest) = rest.filter(|rest| passage.kind == PassageKind::Abstract && !rest.is_empty()) {
        let cut = passage.text.len() - rest.len();
        rest.clone_into(&mut shown.text);
        shown.highlights.retain(|[start, _]| *start >= cut);
        shown.highlights.iter_mut().flatten().for_each(|at| *at -= cut);
    }
    shown
}

fn ranked(name: &str, place: Option<Ranked>, added: f64) -> String {
    place.map_or_else(
        || format!("not in the {name} ranking"),
        |place| format!("{name} rank {} (score {:.3}) adds {added:.4}", place.rank, place.score),
    )
}

/// Prints a passage behind its name.
pub(crate) fn print_passage(name: &str, passage: &HitPassage) {
    let snippet = snippet(passage);
    let first = format!("     {name}: ");
    let options = Options::new(width()).initial_indent(&first).subsequent_indent("       ");
    let wrapped = textwrap::fill(&snippet, options);
    anstream::println!(
        "{}",
        wrapped.replace(OPEN, &MATCH.render().to_string()).replace(CLOSE, &MATCH.render_reset().to_string())
    );
}

/// Stand for the beginning and end of a highlight while lines are wrapped: they are invisible, take no width, and
/// no text has them.
const OPEN: char = '\u{2061}';
const CLOSE: char = '\u{2064}';

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
    fn a_title_is_not_shown_twice() {
        let passage = HitPassage {
            kind: PassageKind::Abstract,
            place: "abstract".into(),
            score: None,
            text: "Ball valve\nA valve with a ball.".into(),
            highlights: vec![[5, 10], [13, 18]],
        };
        let shown = without_title(&passage, "Ball valve");
        assert_eq!(snippet(&shown).replace(OPEN, "[").replace(CLOSE, "]"), "A [valve] with a ball.");
        assert_eq!(without_title(&passage, "Ball").text, passage.text);
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
