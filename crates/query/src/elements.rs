//! A claim in its elements.

/// Words that an element has at least; a shorter one belongs to the one before it.
const LEAST_WORDS: usize = 2;

/// Ends of a preamble.
const TRANSITIONS: [&str; 4] = ["comprising", "consisting of", "including", "characterized in that"];

/// The elements of a claim in their order, the preamble first: what stands between semicolons and line breaks;
/// of a claim without such, what stands between commas.
///
/// ```
/// let elements = priorart_query::elements("1. A pump comprising: a rotor; and a valve that closes.");
/// assert_eq!(elements, ["A pump", "a rotor", "a valve that closes"]);
/// ```
pub fn elements(claim: &str) -> Vec<String> {
    let claim = without_number(claim.trim());
    let (preamble, body) = transition(claim).unwrap_or(("", claim));
    let is_marked = body.contains([';', '\n']);
    let pieces: Vec<&str> =
        if is_marked { body.split([';', '\n']).collect() } else { body.split(", ").collect() };
    let mut found: Vec<String> = Vec::new();
    for piece in std::iter::once(preamble).chain(pieces) {
        let piece = trimmed(piece);
        let words = piece.split_whitespace().count();
        match found.last_mut() {
            _ if words == 0 => {}
            Some(last) if words < LEAST_WORDS => {
                last.push_str(", ");
                last.push_str(piece);
            }
            _ => found.push(piece.to_owned()),
        }
    }
    found
}

/// "1. " before a claim.
fn without_number(claim: &str) -> &str {
    let rest = claim.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() < claim.len() { rest.strip_prefix(". ").map_or(claim, str::trim_start) } else { claim }
}

/// What stands before and behind the first "comprising".
fn transition(claim: &str) -> Option<(&str, &str)> {
    let places = TRANSITIONS.iter().filter_map(|word| Some((claim.find(word)?, word.len())));
    let (at, length) = places.min()?;
    let is_early = claim[..at].split_whitespace().count() <= 40 && !claim[..at].contains(';');
    is_early.then(|| (&claim[..at], &claim[at + length..]))
}

fn trimmed(piece: &str) -> &str {
    let marks = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.');
    let piece = piece.trim_matches(marks);
    let piece = ["and ", "or "].iter().find_map(|word| piece.strip_prefix(word)).unwrap_or(piece);
    piece.trim_end_matches(" and").trim_matches(marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(claim: &str, expected: &[&str]) {
        assert_eq!(elements(claim), expected);
    }

    #[test]
    fn claims_fall_apart_where_they_are_marked() {
        check(
            "A pump comprising:\na rotor, of steel;\nand a valve.",
            &["A pump", "a rotor, of steel", "a valve"],
        );
        check(
            "12. An anode comprising graphene sheets, silicon particles, and a binder.",
            &["An anode", "graphene sheets", "silicon particles", "a binder"],
        );
        check(
            "A method of coating a pipe; drying; heating it",
            &["A method of coating a pipe, drying", "heating it"],
        );
        check("A pump", &["A pump"]);
        check("", &[]);
        check("2.5 mm", &["2.5 mm"]);
    }
}
