//! Where sentences end.

/// Words after which a full stop ends no sentence, in lower case.
const ABBREVIATIONS: [&str; 34] = [
    "al", "app", "appl", "approx", "art", "ca", "cf", "co", "corp", "dr", "eq", "eqs", "ex", "fig", "figs",
    "inc", "jr", "ltd", "max", "min", "mr", "mrs", "ms", "no", "nos", "pat", "pp", "prof", "pub", "ref",
    "refs", "ser", "st", "vs",
];

/// Whether a sentence ends in the `gap` between two words: at a mark that blanks follow, where the next word
/// begins as sentences do, and the word before is neither an abbreviation ("FIG. 1") nor an initial ("U.S.
/// Patent"). A semicolon or a line break ends none: a claim is one sentence.
pub(super) fn ends_between(before: &str, gap: &str, next: &str) -> bool {
    let Some(mark) = gap.find(['.', '?', '!']) else {
        return false;
    };
    let begins = |c: char| c.is_uppercase() || c.is_numeric();
    let is_apart = gap[mark..].contains(char::is_whitespace) && next.starts_with(begins);
    is_apart && !(gap[mark..].starts_with('.') && is_abbreviation(before))
}

fn is_abbreviation(word: &str) -> bool {
    let mut letters = word.chars();
    let is_initial = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
    is_initial || ABBREVIATIONS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, gap: &str, next: &str, expected: bool) {
        assert_eq!(ends_between(before, gap, next), expected);
    }

    #[test]
    fn marks_end_sentences() {
        check("pump", ". ", "The", true);
        check("pump", ".) ", "The", true);
        check("pump", "? ", "A", true);
        check("pump", ".\n", "10", true);
        check("10", ". ", "A", true);
        check("pump", "; ", "The", false);
        check("pump", ":\n", "A", false);
        check("pump", " ", "The", false);
    }

    #[test]
    fn abbreviations_and_numbers_do_not() {
        check("FIG", ". ", "1", false);
        check("U", ".", "S", false);
        check("S", ". ", "Pat", false);
        check("Pat", ". ", "No", false);
        check("g", "., ", "A", false);
        check("1", ".", "5", false);
        check("etc", ". ", "and", false);
        check("www", ".", "Example", false);
    }
}
