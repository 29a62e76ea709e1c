//! References, as managers of literature take them in.

use std::fmt::Write;

use crate::hit::Hit;

/// RIS: a patent a record.
///
/// # Panics
///
/// Never: writing to memory does not fail.
pub fn ris(hits: &[Hit]) -> String {
    let mut text = String::new();
    for hit in hits {
        let mut line = |tag: &str, value: &str| {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            write!(text, "{tag}  - {value}\r\n").expect("memory can be written to");
        };
        line("TY", "PAT");
        line("TI", &hit.title);
        hit.inventors.iter().for_each(|inventor| line("AU", &family_name_first(inventor)));
        hit.assignee.iter().for_each(|assignee| line("A2", assignee));
        if let Some(date) = &hit.date {
            line("PY", &date[..4.min(date.len())]);
            line("DA", &date.replace('-', "/"));
        }
        line("CY", country(hit));
        line("M1", &hit.number);
        line("ID", &hit.number);
        hit.passages.iter().for_each(|passage| line("N1", &format!("{}: {}", passage.place, passage.text)));
        line("ER", "");
    }
    text
}

/// `BibTeX`: an entry `@patent` a hit, as biblatex has it.
///
/// # Panics
///
/// Never: writing to memory does not fail.
pub fn bibtex(hits: &[Hit]) -> String {
    let mut text = String::new();
    for hit in hits {
        writeln!(text, "@patent{{{},", hit.number).expect("memory can be written to");
        let mut field = |name: &str, value: &str| {
            writeln!(text, "  {name} = {{{value}}},").expect("memory can be written to");
        };
        field("title", &escaped(&hit.title));
        if !hit.inventors.is_empty() {
            let inventors = hit.inventors.iter().map(|inventor| escaped(&family_name_first(inventor)));
            field("author", &inventors.collect::<Vec<_>>().join(" and "));
        }
        hit.assignee.iter().for_each(|assignee| field("holder", &escaped(assignee)));
        hit.date.iter().for_each(|date| field("date", date));
        field("number", &hit.number);
        field("location", country(hit));
        text.push_str("}\n");
    }
    text
}

/// "Ada Lovelace" is "Lovelace, Ada".
fn family_name_first(name: &str) -> String {
    match name.rsplit_once(' ') {
        Some((given, family)) if !name.contains(',') => format!("{family}, {given}"),
        _ => name.to_owned(),
    }
}

fn country(hit: &Hit) -> &str {
    hit.number.get(..2).unwrap_or_default()
}

/// What has a meaning in TeX, written so that it has none.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        match c {
            '\\' => safe.push_str("\\textbackslash{}"),
            '~' => safe.push_str("\\textasciitilde{}"),
            '^' => safe.push_str("\\textasciicircum{}"),
            '{' | '}' | '$' | '&' | '%' | '#' | '_' => safe.extend(['\\', c]),
            c if c.is_whitespace() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_marks_are_written_as_they_are_read() {
        assert_eq!(family_name_first("Ada King Lovelace"), "Lovelace, Ada King");
        assert_eq!(family_name_first("Curie"), "Curie");
        assert_eq!(escaped("50% {A_1} \\ B & C"), "50\\% \\{A\\_1\\} \\textbackslash{} B \\& C");
    }
}
