//! The words of a text as the keyword index knows them.

use std::collections::BTreeSet;
use std::ops::Range;

use priorart_index::Keyword;
use tantivy::schema::{Field, Term};
use tantivy::tokenizer::{
    Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer,
    TokenStream,
};

/// The index leaves out longer words.
const LONGEST_WORD: usize = 40;

/// Stems of the words of a text with their places, function words ("the", "of") left out.
pub(crate) fn stems(text: &str) -> Vec<(String, Range<usize>)> {
    let mut analyser = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter_dynamic(StopWordFilter::new(Language::English).expect("English has stop words"))
        .filter_dynamic(Stemmer::new(Language::English))
        .build();
    let mut found = Vec::new();
    let mut stream = analyser.token_stream(text);
    stream.process(&mut |token| found.push((token.text.clone(), token.offset_from..token.offset_to)));
    found
}

/// The stems of a text, each once, in their order.
pub(crate) fn distinct_stems(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let stems = stems(text).into_iter().map(|(stem, _)| stem);
    stems.filter(|stem| seen.insert(stem.clone())).collect()
}

/// The terms of a text in a field with their positions, function words included, as phrases need them.
pub(crate) fn terms_in(keyword: &Keyword, field: Field, text: &str) -> tantivy::Result<Vec<(usize, Term)>> {
    let mut analyser = keyword.index().tokenizer_for_field(field)?;
    let mut found = Vec::new();
    let mut stream = analyser.token_stream(text);
    stream.process(&mut |token| found.push((token.position, Term::from_field_text(field, &token.text))));
    Ok(found)
}

/// The places in a text of words that have one of the stems.
pub(crate) fn highlights(text: &str, wanted: &BTreeSet<String>) -> Vec<[usize; 2]> {
    let found = stems(text).into_iter().filter(|(stem, _)| wanted.contains(stem));
    found.map(|(_, range)| [range.start, range.end]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_stemmed_and_function_words_go() {
        assert_eq!(distinct_stems("The pumping of pumps, and a PUMP"), ["pump"]);
        assert_eq!(distinct_stems("lithium-ion"), ["lithium", "ion"]);
        assert!(distinct_stems("of the").is_empty());
    }

    #[test]
    fn highlights_are_byte_ranges() {
        let wanted = BTreeSet::from(["pump".to_owned()]);
        let text = "Für Pumps: a pumping pümp";
        let found: Vec<&str> =
            highlights(text, &wanted).into_iter().map(|[start, end]| &text[start..end]).collect();
        assert_eq!(found, ["Pumps", "pumping"]);
    }
}
