//! Which claims a claim's own words refer to.
//!
//! The mark-up gives each reference that is printed ("claims <1> to <4>"), not those that lie between, and some
//! files have none at all.

/// Longer ranges are a misprint.
const LONGEST_RANGE: u32 = 500;

/// The claims before claim `own` that its text names: "claim 3", "claims 1, 2 or 5", "any of claims 1 to 4",
/// "any preceding claim"; in German and French as well: "einem der Ansprüche 1 bis 4", "l'une quelconque des
/// revendications précédentes".
pub(crate) fn named(text: &str, own: u32) -> Vec<u32> {
    let tokens: Vec<&str> = tokens(text).collect();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", |before| tokens[before]);
        let after = tokens.get(at + 1).copied().unwrap_or_default();
        match token.to_lowercase().as_str() {
            "claim" | "claims" | "anspruch" | "anspruchs" | "ansprüche" | "ansprüchen"
            | "patentansprüche" | "patentansprüchen" | "revendication" | "revendications"
                if is_preceding(before) || is_preceding(after) =>
            {
                found.extend(1..own);
            }
            "claim" | "anspruch" | "anspruchs" | "patentanspruch" | "revendication" => {
                found.extend(number(after));
            }
            "claims" | "ansprüche" | "ansprüchen" | "patentansprüche" | "patentansprüchen"
            | "revendications" => {
                found.extend(list(&tokens[at + 1..]));
            }
            _ => {}
        }
    }
    found.retain(|&claim| claim < own);
    found
}

fn is_preceding(word: &str) -> bool {
    const WORDS: [&str; 11] = [
        "preceding",
        "previous",
        "foregoing",
        "vorhergehenden",
        "vorhergehender",
        "vorangehenden",
        "vorangegangenen",
        "vorstehenden",
        "précédente",
        "précédentes",
        "précedentes",
    ];
    let word = word.to_lowercase();
    WORDS.contains(&word.as_str())
}

/// The numbers of "1, 2 and 4 to 6": it ends with the first word that belongs to no list.
fn list(tokens: &[&str]) -> Vec<u32> {
    let mut found: Vec<u32> = Vec::new();
    let mut ranges = false;
    for token in tokens {
        if let Some(claim) = number(token) {
            let first = found.last().filter(|_| ranges).map_or(claim, |last| last + 1);
            if claim.saturating_sub(first) < LONGEST_RANGE {
                found.extend(first.min(claim)..=claim);
            }
            ranges = false;
        } else {
            match *token {
                "to" | "through" | "bis" | "à" | "-" | "–" | "‑" | "−" => ranges = true,
                "," | "or" | "and" | "and/or" | "any" | "one" | "of" | "oder" | "und" | "ou" | "et" => {}
                _ => break,
            }
        }
    }
    found
}

fn number(token: &str) -> Option<u32> {
    token.parse().ok().filter(|&claim| claim > 0)
}

/// Words; commas and dashes between numbers are tokens of their own.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let is_mark = |c: char| matches!(c, ',' | '-' | '–' | '‑' | '−');
    text.split_inclusive(move |c: char| c.is_whitespace() || is_mark(c))
        .flat_map(move |piece| {
            let word = piece.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c));
            [word.trim_matches(['.', ';', ':', '(', ')']), piece[word.len()..].trim()]
        })
        .filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[u32]) {
        assert_eq!(named(text, 9), expected);
    }

    #[test]
    fn single_claims_and_lists() {
        check("The pan of claim 3, wherein", &[3]);
        check("The pan of claim 3.", &[3]);
        check("The pan of claim 1 or claim 2", &[1, 2]);
        check("The pan of claims 1, 2 or 5 having 7 rims", &[1, 2, 5]);
        check("A pan with 12 rims", &[]);
    }

    #[test]
    fn ranges_hold_what_lies_between() {
        check("any one of claims 1 to 4", &[1, 2, 3, 4]);
        check("as claimed in any of claims 2-4, wherein 6", &[2, 3, 4]);
        check("according to claims 1 through 3 and 5–7", &[1, 2, 3, 5, 6, 7]);
        check("the pan of claims 4 to 1", &[4, 1]);
        check("of claims 1 to 4000000000", &[1]);
    }

    #[test]
    fn all_before_it() {
        check("according to any preceding claim", &[1, 2, 3, 4, 5, 6, 7, 8]);
        check("any of the Previous claims", &[1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn german_and_french() {
        check("Pfanne nach Anspruch 3, dadurch", &[3]);
        check("nach einem der Ansprüche 1 bis 4 oder 6", &[1, 2, 3, 4, 6]);
        check("nach einem der vorhergehenden Ansprüche", &[1, 2, 3, 4, 5, 6, 7, 8]);
        check("Poêle selon la revendication 2, dans", &[2]);
        check("selon l'une des revendications 1 à 3", &[1, 2, 3]);
        check("selon l'une quelconque des revendications précédentes", &[1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn a_measure_after_one_claim_is_no_claim() {
        check("according to claim 1, 2 mm thick", &[1]);
        check("the method as claimed, claim to be 3", &[]);
    }

    #[test]
    fn later_claims_and_itself_are_not_taken_from_the_text() {
        check("the pan of claims 8, 9 and 10", &[8]);
    }
}
