//! Texts as they are sent: stems of words, names, and strings in filters.

use priorart_index::{stem, words};

/// The stems of a text's words, in their order: what BM25 counts and `text_match` looks for. They are the
/// embedded index's own, so that both engines know the same words whatever analysers a server has.
pub(crate) fn stems(text: &str) -> Vec<String> {
    words(text).map(|word| stem(&text[word])).collect()
}

/// Whether stems follow one another somewhere.
pub(crate) fn contains(all: &[String], wanted: &[String]) -> bool {
    !wanted.is_empty() && all.windows(wanted.len()).any(|window| window == wanted)
}

/// Names as one text: words in small letters, a blank around each and a `|` around each name, so that words
/// that follow one another in a name are a part of it.
pub(crate) fn names<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    names.into_iter().fold(" | ".to_owned(), |all, name| format!("{all}{} | ", words_of(name)))
}

/// A pattern for `like` that finds the words in what [`names`] makes; `None` where there are no words.
pub(crate) fn name_pattern(name: &str) -> Option<String> {
    let words = words_of(name);
    (!words.is_empty()).then(|| format!("% {words} %"))
}

fn words_of(name: &str) -> String {
    words(name).map(|word| name[word].to_lowercase()).collect::<Vec<_>>().join(" ")
}

/// A string of a filter, quoted: nothing in it can end it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            // No name, number or class has others.
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// `field in [..]`; what is in no list is nowhere.
pub(crate) fn one_of<T: AsRef<str>>(field: &str, values: impl IntoIterator<Item = T>) -> String {
    let values: Vec<String> = values.into_iter().map(|value| quoted(value.as_ref())).collect();
    if values.is_empty() { nothing() } else { format!("{field} in [{}]", values.join(", ")) }
}

/// A filter that lets nothing through.
pub(crate) fn nothing() -> String {
    format!("{} == \"\"", crate::schema::ID)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_cannot_be_left() {
        assert_eq!(quoted(r#"a" or id != ""#), r#""a\" or id != \"""#);
        assert_eq!(quoted("\\"), "\"\\\\\"");
        assert_eq!(quoted("a\u{0}\nb"), "\"a \\nb\"");
    }

    #[test]
    fn names_are_found_word_by_word() {
        let all = ["TOYOTA Motor Corp.".to_owned(), "Li-ion Works".to_owned()];
        assert_eq!(names(&all), " | toyota motor corp | li ion works | ");
        assert_eq!(name_pattern("Motor Corp").as_deref(), Some("% motor corp %"));
        assert_eq!(name_pattern("100%_").as_deref(), Some("% 100 %"));
        assert_eq!(name_pattern("%"), None);
    }

    #[test]
    fn phrases_are_stems_in_a_row() {
        let all = stems("A method of pumping the water");
        assert!(contains(&all, &stems("methods of pump")));
        assert!(!contains(&all, &stems("pump water")));
        assert!(!contains(&all, &[]));
    }
}
