//! Claims and paragraphs out of running text: data sets keep no mark-up.

use crate::claims;
use crate::patent::{Claim, Paragraph, Section};

/// A line that is longer is no heading.
const LONGEST_HEADING: usize = 80;

/// The claims of a text in which each begins with its number ("1. A pan … 2. The pan of claim 1 …").
///
/// A number begins a claim only in its turn, and at the start of a line or after the end of a sentence: the
/// "2." of "according to claim 2." begins none. A text without a first number is one claim.
pub(crate) fn claim_list(text: &str) -> Vec<Claim> {
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some((start, body)) = claim_start(text, at, starts.len() as u32 + 1) {
        starts.push((start, body));
        at = body;
    }
    if starts.is_empty() {
        return claim(1, text).into_iter().collect();
    }
    let ends = starts[1..].iter().map(|(start, _)| *start).chain([text.len()]);
    (1..)
        .zip(starts.iter().zip(ends))
        .filter_map(|(number, ((_, body), end))| claim(number, &text[*body..end]))
        .collect()
}

/// The claims of a list of texts, each of which may begin with its number.
pub(crate) fn listed_claims(texts: &[String]) -> Vec<Claim> {
    (1..)
        .zip(texts)
        .filter_map(|(position, text)| match leading_number(text) {
            Some((number, body)) => claim(number, body),
            None => claim(position, text),
        })
        .collect()
}

/// A claim of that number, with its parts on a line each; `None` where there is no text.
pub(crate) fn claim(number: u32, text: &str) -> Option<Claim> {
    let text = block(text);
    (!text.is_empty()).then(|| claims::claim(number, &text, Vec::new()))
}

/// Where after `from` claim `number` begins, and where its text does.
fn claim_start(text: &str, from: usize, number: u32) -> Option<(usize, usize)> {
    let digits = number.to_string();
    let mut at = from;
    while let Some(found) = text[at..].find(&digits) {
        let start = at + found;
        at = start + digits.len();
        if begins_sentence(&text[..start])
            && let Some(body) = after_dot(text, at)
        {
            return Some((start, body));
        }
    }
    None
}

fn begins_sentence(before: &str) -> bool {
    let trimmed = before.trim_end_matches([' ', '\t', '\u{a0}']);
    let is_apart = trimmed.len() < before.len();
    trimmed.is_empty()
        || trimmed.ends_with(['\n', '\r'])
        || is_apart && trimmed.ends_with(['.', ';', ':', ','])
}

/// Where the text begins after "." or " ." and a blank.
fn after_dot(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].trim_start_matches(' ').strip_prefix(['.', ')'])?;
    let body = rest.trim_start();
    (body.len() < rest.len() && !body.is_empty()).then(|| text.len() - body.len())
}

/// "1 . A pan" → 1, "A pan".
pub(crate) fn leading_number(text: &str) -> Option<(u32, &str)> {
    let text = text.trim_start();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number = text[..digits].parse().ok().filter(|&number| number > 0)?;
    Some((number, &text[after_dot(text, digits)?..]))
}

/// The paragraphs of a text, a line each. `[0042] …` and `¶[0042]` are numbers; short lines in capitals are
/// headings.
pub(crate) fn paragraphs(text: &str, section: Option<Section>) -> Vec<Paragraph> {
    lines(text)
        .map(|line| {
            let (number, body) = paragraph_number(&line);
            let heading = number.is_none() && is_heading(body);
            Paragraph { number, heading, section, text: body.to_owned() }
        })
        .filter(|paragraph| !paragraph.text.is_empty())
        .collect()
}

fn paragraph_number(line: &str) -> (Option<String>, &str) {
    let numbered = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match numbered {
        Some((number, body)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            (Some(number.to_owned()), body.trim())
        }
        _ => (None, line),
    }
}

fn is_heading(line: &str) -> bool {
    line.len() <= LONGEST_HEADING
        && line.chars().any(char::is_alphabetic)
        && !line.chars().any(char::is_lowercase)
        && !line.ends_with('.')
}

/// The lines that are not blank, each with single blanks.
fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
}

/// A text with single blanks, and a line for each of its own that is not blank.
pub(crate) fn block(text: &str) -> String {
    lines(text).collect::<Vec<_>>().join("\n")
}

/// A text on one line with single blanks.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(u32, &str, &[u32])]) {
        let found = claim_list(text);
        let found: Vec<_> = found
            .iter()
            .map(|claim| (claim.number, claim.text.as_str(), claim.depends_on.as_slice()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn claims_are_cut_at_their_numbers() {
        check("1. A pan. 2. The pan of claim 1.", &[(1, "A pan.", &[]), (2, "The pan of claim 1.", &[1])]);
        check(
            "What is claimed is: \n  1 . A pan:\n  a lid;\n  2 . A pot",
            &[(1, "A pan:\na lid;", &[]), (2, "A pot", &[])],
        );
        check(
            "1. A pan. 2. A lid as in claim 1. 3. The lid of claim 2.",
            &[(1, "A pan.", &[]), (2, "A lid as in claim 1.", &[1]), (3, "The lid of claim 2.", &[2])],
        );
        check("I claim the design as shown.", &[(1, "I claim the design as shown.", &[])]);
        check("", &[]);
    }

    #[test]
    fn a_measure_begins_no_claim() {
        check("1. A pan of 2. 5 mm. 2. A pot", &[(1, "A pan of 2. 5 mm.", &[]), (2, "A pot", &[])]);
        check("1. A pan of claim 2. x", &[(1, "A pan of claim 2. x", &[])]);
    }

    #[test]
    fn listed_claims_bring_their_numbers() {
        let texts = ["1 . A pan".to_owned(), "A lid".to_owned(), "7. A pot of 3.5 l".to_owned()];
        let numbers: Vec<_> =
            listed_claims(&texts).into_iter().map(|claim| (claim.number, claim.text)).collect();
        assert_eq!(numbers, [(1, "A pan".into()), (2, "A lid".into()), (7, "A pot of 3.5 l".into())]);
    }

    #[test]
    fn lines_are_paragraphs() {
        let found = paragraphs("FIELD OF THE INVENTION\n\n[0001] A  pan.\n 5 mm wide", None);
        let found: Vec<_> = found.iter().map(|p| (p.number.as_deref(), p.heading, p.text.as_str())).collect();
        assert_eq!(
            found,
            [
                (None, true, "FIELD OF THE INVENTION"),
                (Some("0001"), false, "A pan."),
                (None, false, "5 mm wide")
            ]
        );
    }
}
