//! Every operator against an evaluator that is written plainly: it looks at each patent's text word by word.

use std::collections::BTreeSet;

use priorart_corpus::{Date, Patent};
use priorart_query::{Condition, Pattern, TextFields, Unit};

/// A text as sentences of words, in lower case.
type Text = Vec<Vec<String>>;

/// Inflections in the vocabulary of the test; other words are their own stems.
const INFLECTIONS: &[(&str, &str)] =
    &[("pumps", "pump"), ("pumping", "pump"), ("valves", "valve"), ("coated", "coat"), ("coating", "coat")];

/// Each subgroup and what it lies under.
pub(crate) const PARENTS: &[(&str, &str)] = &[
    ("H01M4/02", "H01M4"),
    ("H01M4/04", "H01M4/02"),
    ("H01M4/0402", "H01M4/04"),
    ("H01M4/0438", "H01M4/04"),
    ("H01M4/044", "H01M4/0438"),
    ("H01M4/13", "H01M4/02"),
    ("H01M6/02", "H01M6"),
    ("H01M4", "H01M"),
    ("H01M6", "H01M"),
    ("H01M", "H01"),
    ("H01", "H"),
];

fn stem(word: &str) -> &str {
    INFLECTIONS.iter().find(|(inflected, _)| *inflected == word).map_or(word, |(_, stem)| stem)
}

fn text(source: &str) -> Text {
    let sentences = source.split('.').map(|sentence| {
        let words = sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect::<Vec<_>>()
    });
    sentences.filter(|words| !words.is_empty()).collect()
}

/// The texts of a field: paragraphs, each of sentences.
fn texts(patent: &Patent, field: TextFields) -> Vec<Text> {
    let claims = |independent: bool| {
        let wanted = patent.claims.iter().filter(move |claim| !independent || claim.depends_on.is_empty());
        wanted.map(|claim| text(&claim.text)).collect()
    };
    match field {
        TextFields::TITLE => vec![text(&patent.title)],
        TextFields::ABSTRACT => vec![text(&patent.abstract_text)],
        TextFields::CLAIMS => claims(false),
        TextFields::INDEPENDENT => claims(true),
        _ => patent.description.iter().map(|paragraph| text(&paragraph.text)).collect(),
    }
}

const SINGLE: [TextFields; 5] = [
    TextFields::TITLE,
    TextFields::ABSTRACT,
    TextFields::CLAIMS,
    TextFields::INDEPENDENT,
    TextFields::DESCRIPTION,
];

/// Whether a pattern of characters stands for a word, tried in every way.
fn stands_for(pattern: &[char], word: &[char]) -> bool {
    match pattern.split_first() {
        None => word.is_empty(),
        Some(('*', rest)) => (0..=word.len()).any(|skip| stands_for(rest, &word[skip..])),
        Some(('?', rest)) => !word.is_empty() && stands_for(rest, &word[1..]),
        Some(('#', rest)) => stands_for(rest, word) || (!word.is_empty() && stands_for(rest, &word[1..])),
        Some((letter, rest)) => word.first() == Some(letter) && stands_for(rest, &word[1..]),
    }
}

fn word_matches(wanted: &str, word: &str) -> bool {
    if wanted.contains(['*', '?', '#']) {
        let characters = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
        return stands_for(&characters(wanted), &characters(word));
    }
    stem(&wanted.to_lowercase()) == stem(word)
}

/// A match: paragraph, sentence, first and last word; sentences are counted through the whole field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    paragraph: usize,
    sentence: usize,
    first: usize,
    last: usize,
}

fn places(field: &[Text], pattern: &Pattern) -> BTreeSet<Place> {
    match pattern {
        Pattern::Word(words) | Pattern::Phrase(words) => {
            let wanted: Vec<&str> = words.split([' ', '-']).collect();
            row_places(field, &wanted)
        }
        Pattern::Or(all) => all.iter().flat_map(|one| places(field, one)).collect(),
        Pattern::Near { left, right, distance, ordered } => {
            let (left, right) = (places(field, left), places(field, right));
            let mut found = BTreeSet::new();
            for a in &left {
                for b in &right {
                    let follows =
                        |a: &Place, b: &Place| b.first > a.last && b.first - a.last <= *distance as usize;
                    let is_near = follows(a, b) || (!ordered && follows(b, a));
                    if a.sentence == b.sentence && is_near {
                        found.insert(Place { first: a.first.min(b.first), last: a.last.max(b.last), ..*a });
                    }
                }
            }
            found
        }
        Pattern::Together { left, right, unit, reach } => {
            let unit = |place: &Place| if *unit == Unit::Sentence { place.sentence } else { place.paragraph };
            let (left, right) = (places(field, left), places(field, right));
            let mut found = BTreeSet::new();
            for a in &left {
                for b in right.iter().filter(|b| unit(a).abs_diff(unit(b)) < *reach as usize) {
                    found.extend([*a, *b]);
                }
            }
            found
        }
    }
}

fn row_places(field: &[Text], wanted: &[&str]) -> BTreeSet<Place> {
    let mut found = BTreeSet::new();
    let mut sentence = 0;
    for (paragraph, text) in field.iter().enumerate() {
        for words in text {
            for (first, row) in words.windows(wanted.len()).enumerate() {
                if row.iter().zip(wanted).all(|(word, wanted)| word_matches(wanted, word)) {
                    let last = first + wanted.len() - 1;
                    found.insert(Place { paragraph, sentence, first, last });
                }
            }
            sentence += 1;
        }
    }
    found
}

fn lies_under(symbol: &str, above: &str) -> bool {
    let symbol = symbol.strip_suffix("/00").unwrap_or(symbol);
    let parent = PARENTS.iter().find(|(child, _)| *child == symbol);
    symbol == above || parent.is_some_and(|(_, parent)| lies_under(parent, above))
}

fn day(date: Option<Date>) -> Option<u64> {
    date.map(|date| date.year() as u64 * 10_000 + date.month() as u64 * 100 + date.day() as u64)
}

/// Whether a patent satisfies a condition.
pub(crate) fn satisfies(patent: &Patent, condition: &Condition) -> bool {
    match condition {
        Condition::Text(fields, pattern) => SINGLE
            .iter()
            .any(|field| fields.contain(*field) && !places(&texts(patent, *field), pattern).is_empty()),
        Condition::Class { symbol, exact, .. } => patent.cpc.iter().any(|cpc| {
            let own = cpc.symbol.strip_suffix("/00").unwrap_or(&cpc.symbol);
            if *exact { own == symbol } else { lies_under(&cpc.symbol, symbol) }
        }),
        Condition::Name(_, name) => {
            let wanted: Vec<&str> = name.split(' ').collect();
            patent.assignees.iter().any(|party| {
                let words: Vec<String> = party.name.split(' ').map(str::to_lowercase).collect();
                words.windows(wanted.len()).any(|row| {
                    row.iter().zip(&wanted).all(|(word, wanted)| {
                        let characters = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
                        stands_for(&characters(wanted), &characters(word))
                    })
                })
            })
        }
        Condition::Country(country) => patent.number.country == *country,
        Condition::Kind(kind) => patent.number.kind == *kind || patent.number.kind.starts_with(kind),
        Condition::Cites(number) => patent.citations.iter().any(|one| one.number.as_ref() == Some(number)),
        Condition::Date(_, range) => day(patent.publication_date).is_some_and(|day| {
            range.first.is_none_or(|first| first <= day) && range.last.is_none_or(|last| day <= last)
        }),
        Condition::And(all) => all.iter().all(|one| satisfies(patent, one)),
        Condition::Or(all) => all.iter().any(|one| satisfies(patent, one)),
        Condition::Xor(one, other) => satisfies(patent, one) != satisfies(patent, other),
        Condition::Not(one) => !satisfies(patent, one),
        other => panic!("{other} is not generated"),
    }
}
