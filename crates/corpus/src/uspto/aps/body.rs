//! Abstract, description and claims.

use super::codes::readable;
use super::fields::{Field, Group};
use crate::claims::claim;
use crate::patent::{Claim, Paragraph, Patent, Section};

/// The paragraphs of a group, a line each.
pub(super) fn text(group: &Group<'_>) -> String {
    let lines: Vec<String> = group.fields.iter().map(line).filter(|text| !text.is_empty()).collect();
    lines.join("\n")
}

fn line(field: &Field<'_>) -> String {
    if field.code == "TBL" { table(field) } else { readable(&field.text()) }
}

/// A table is set in columns: two blanks or more part its cells, and rules are lines of hyphens.
fn table(field: &Field<'_>) -> String {
    let is_rule = |line: &str| line.chars().all(|c| "_-=. ".contains(c));
    let row = |line: &str| {
        let cells = line.trim().split("  ").map(readable).filter(|cell| !cell.is_empty());
        cells.collect::<Vec<_>>().join(" | ")
    };
    let rows = field.lines.iter().filter(|line| !is_rule(line)).map(|line| row(line));
    rows.collect::<Vec<_>>().join("\n")
}

/// Adds a group of the description.
pub(super) fn description(group: &Group<'_>, paragraphs: &mut Vec<Paragraph>) {
    let section = match group.name {
        "PARN" | "GOVT" => Section::Related,
        "BSUM" => Section::Summary,
        "DRWD" => Section::Drawings,
        _ => Section::Detail,
    };
    for field in &group.fields {
        let text = line(field);
        if !text.is_empty() {
            let heading = field.code == "PAC";
            paragraphs.push(Paragraph { number: None, heading, section: Some(section), text });
        }
    }
}

/// Adds the claims of `CLMS`, in which `NUM` begins each, or the one of `DCLM`.
pub(super) fn claims(group: &Group<'_>, patent: &mut Patent) {
    let mut open = Open { number: 1, parts: Vec::new() };
    for field in &group.fields {
        match field.code {
            "STM" => patent.claim_statement = readable(&field.text()),
            "NUM" => {
                let next = field.text().trim_end_matches('.').parse().ok();
                open = open.close(&mut patent.claims, next);
            }
            _ => {
                // A reissue adds its claims to the text of the last one.
                let text = field.text();
                let mut parts = added_claims(&text, open.number).into_iter();
                open.parts.extend(parts.next());
                for part in parts {
                    open = open.close(&mut patent.claims, None);
                    open.parts.push(part);
                }
            }
        }
    }
    open.close(&mut patent.claims, None);
}

/// The claim that is being read.
struct Open {
    number: u32,
    parts: Vec<String>,
}

impl Open {
    /// Adds the claim, if it has a text, and begins the next.
    fn close(self, claims: &mut Vec<Claim>, next: Option<u32>) -> Self {
        let parts: Vec<String> =
            self.parts.iter().map(|part| readable(part)).filter(|it| !it.is_empty()).collect();
        let following = if parts.is_empty() { self.number } else { self.number + 1 };
        if !parts.is_empty() {
            claims.push(claim(self.number, &parts.join("\n"), Vec::new()));
        }
        Self { number: next.unwrap_or(following), parts: Vec::new() }
    }
}

/// Splits "12. A pan. .Iadd. 13. A lid." where claim 13 begins.
fn added_claims(text: &str, number: u32) -> Vec<String> {
    const ADDED: &str = ".Iadd.";
    let mut parts = Vec::new();
    let (mut start, mut from, mut number) = (0, 0, number);
    while let Some(found) = text[from..].find(ADDED) {
        let at = from + found;
        from = at + ADDED.len();
        let next = format!("{}. ", number + 1);
        if text[from..].trim_start().starts_with(&next) {
            parts.push(text[start..at].to_owned());
            start = at;
            number += 1;
        }
    }
    parts.push(text[start..].to_owned());
    parts
}

#[cfg(test)]
mod tests {
    use super::super::fields::groups;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(u32, &str, &[u32])]) {
        let mut patent = Patent::default();
        claims(&groups(text)[0], &mut patent);
        let found: Vec<_> =
            patent.claims.iter().map(|it| (it.number, it.text.as_str(), it.depends_on.as_slice())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn claims_begin_with_their_number() {
        check(
            "CLMS\nSTM  I claim:\nNUM  1.\nPAR  1. A pan comprising:\nPA1  a lid; and\nPA1  a\n      rim.\nNUM  2.\nPAR  2. The pan of claim 1.\n",
            &[(1, "A pan comprising:\na lid; and\na rim.", &[]), (2, "The pan of claim 1.", &[1])],
        );
        check(
            "DCLM\nPAR  The ornamental design for a pan, as shown.\n",
            &[(1, "The ornamental design for a pan, as shown.", &[])],
        );
        check("CLMS\nNUM  1.\nNUM  2.\nPAR  2. A pan.\n", &[(2, "A pan.", &[])]);
    }

    #[test]
    fn a_reissue_adds_claims_within_the_last() {
        check(
            "CLMS\nNUM  1.\nPAR  1. A pan. .Iadd. 2. A pan of .Iadd. iron. .Iaddend. .Iadd.\n      3. The pan of claim 2. .Iaddend.\n",
            &[(1, "A pan.", &[]), (2, "A pan of iron.", &[]), (3, "The pan of claim 2.", &[2])],
        );
    }

    #[test]
    fn tables_are_lines_of_cells() {
        let text = text(
            &groups(
                "DETD\nTBL            TABLE I\n      ______________________________________\n      Metal     wt. %\n      Iron      98.0\n",
            )[0],
        );
        assert_eq!(text, "TABLE I\nMetal | wt. %\nIron | 98.0");
    }
}
