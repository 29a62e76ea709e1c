//! Operators between terms, as this language and others write them.

use crate::ast::Unit;

/// An operator on the places of words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Proximity {
    Near { distance: u32, ordered: bool },
    Together { unit: Unit, reach: u32 },
}

/// The greatest number that an operator takes.
pub(crate) const FURTHEST: u32 = 99;

/// `NEAR`, `NEAR5`, `NEAR/5`, `ADJ`, `WITH`, `SAME2`, Espacenet's `prox/distance<5`; with a number, also in
/// small letters, which make no word. An error says what is wrong with the number.
pub(crate) fn proximity(word: &str) -> Option<Result<Proximity, String>> {
    if let Some(modifiers) = word.strip_prefix("prox/").or_else(|| word.strip_prefix("PROX/")) {
        return Some(espacenet(modifiers));
    }
    let name = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &word[name.len()..];
    let name = name.strip_suffix('/').unwrap_or(name);
    let is_typed = word == name || !number.is_empty();
    let upper = name.to_ascii_uppercase();
    if !is_typed || (number.is_empty() && name != upper) {
        return None;
    }
    let count = || if number.is_empty() { Ok(1) } else { count(&upper, number) };
    let near = |ordered| count().map(|distance| Proximity::Near { distance, ordered });
    let together = |unit| count().map(|reach| Proximity::Together { unit, reach });
    match upper.as_str() {
        "NEAR" => Some(near(false)),
        "ADJ" => Some(near(true)),
        "WITH" => Some(together(Unit::Sentence)),
        "SAME" => Some(together(Unit::Paragraph)),
        _ => None,
    }
}

fn count(name: &str, number: &str) -> Result<u32, String> {
    let count = number.parse().ok().filter(|count| (1..=FURTHEST).contains(count));
    count.ok_or_else(|| format!("{name} takes a number from 1 to {FURTHEST}"))
}

/// `distance<5`, `unit=sentence`, `ordered`, joined by slashes.
fn espacenet(modifiers: &str) -> Result<Proximity, String> {
    let (mut distance, mut ordered, mut unit) = (1, false, None);
    for modifier in modifiers.split('/') {
        let modifier = modifier.to_ascii_lowercase();
        let (name, value) = modifier.split_at(modifier.find(['<', '=', '>']).unwrap_or(modifier.len()));
        let digits = value.trim_start_matches(['<', '=']);
        match (name, digits) {
            ("distance", _) => {
                let is_less = value.starts_with('<') && !value.starts_with("<=");
                distance = count("prox/distance", digits)?.saturating_sub(u32::from(is_less)).max(1);
            }
            ("ordered", "" | "true") => ordered = true,
            ("ordered", "false") => ordered = false,
            ("unit", "word") => unit = None,
            ("unit", "sentence") => unit = Some(Unit::Sentence),
            ("unit", "paragraph") => unit = Some(Unit::Paragraph),
            _ => return Err(format!("prox knows no {modifier}: write distance, ordered or unit")),
        }
    }
    Ok(unit.map_or(Proximity::Near { distance, ordered }, |unit| Proximity::Together { unit, reach: 1 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: &str) {
        let found = match proximity(word) {
            None => "none".to_owned(),
            Some(Err(error)) => error,
            Some(Ok(Proximity::Near { distance, ordered })) => {
                format!("{}{distance}", if ordered { "ADJ" } else { "NEAR" })
            }
            Some(Ok(Proximity::Together { unit, reach })) => format!("{unit:?} {reach}"),
        };
        assert_eq!(found, expected, "{word}");
    }

    #[test]
    fn operators_are_read_as_they_are_written() {
        check("NEAR", "NEAR1");
        check("NEAR5", "NEAR5");
        check("near/5", "NEAR5");
        check("adj3", "ADJ3");
        check("ADJ", "ADJ1");
        check("WITH", "Sentence 1");
        check("SAME2", "Paragraph 2");
        check("near", "none");
        check("with", "none");
        check("Near", "none");
        check("NEARBY", "none");
        check("NEAR/", "none");
        check("NEAR0", "NEAR takes a number from 1 to 99");
        check("NEAR1000000000000", "NEAR takes a number from 1 to 99");
    }

    #[test]
    fn espacenet_is_read_too() {
        check("prox/distance<4", "NEAR3");
        check("prox/distance<=4/ordered=true", "ADJ4");
        check("prox/unit=sentence", "Sentence 1");
        check("prox/unit=paragraph", "Paragraph 1");
        check("prox/colour=red", "prox knows no colour=red: write distance, ordered or unit");
    }
}
