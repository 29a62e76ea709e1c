//! The most telling words of each cluster, as people would write them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::weights::Counts;
use super::words::Vocabulary;

/// A word is shown as a phrase, where this share of the patents that have the word have the phrase.
const MOSTLY: f64 = 0.4;
/// Heavy words that are looked at for each that is shown: some fall into the phrase of another.
const SPARE: usize = 4;

/// A word, or two that stand beside each other.
type Form = (u32, Option<u32>);

/// How many patents of a cluster have each word as it is written, and each pair.
#[derive(Debug, Default)]
struct Written {
    words: HashMap<u32, usize>,
    pairs: HashMap<(u32, u32), usize>,
}

/// The most telling words of each cluster, of texts and the clusters that these are in.
pub(super) fn terms<'a>(
    texts: impl Iterator<Item = (&'a str, Option<u32>)>,
    clusters: usize,
    wanted: usize,
) -> Vec<Vec<String>> {
    let mut vocabulary = Vocabulary::default();
    let mut counts = Counts::new(clusters);
    let mut written: Vec<Written> = (0..clusters).map(|_| Written::default()).collect();
    for (text, cluster) in texts {
        let numbered = vocabulary.numbered(text);
        // Once a patent: one that says a word over and over must not name its cluster.
        let words: BTreeSet<u32> = numbered.iter().flatten().copied().collect();
        let stems: BTreeSet<u32> = words.iter().map(|&word| vocabulary.stem(word)).collect();
        stems.into_iter().for_each(|stem| counts.add(cluster, stem));
        let Some(cluster) = cluster else {
            continue;
        };
        let written = &mut written[cluster as usize];
        words.into_iter().for_each(|word| *written.words.entry(word).or_default() += 1);
        let pairs = numbered.windows(2).filter_map(|pair| Some((pair[0]?, pair[1]?)));
        pairs
            .collect::<BTreeSet<_>>()
            .into_iter()
            .for_each(|pair| *written.pairs.entry(pair).or_default() += 1);
    }
    let weighed = counts.weighed(wanted * SPARE);
    let chosen =
        weighed.iter().zip(&written).map(|(stems, written)| written.choose(&vocabulary, stems, wanted));
    chosen.collect()
}

impl Written {
    /// The heaviest stems as words or phrases. A stem that is in a phrase already is passed over.
    fn choose(&self, vocabulary: &Vocabulary, stems: &[(u32, f64, usize)], wanted: usize) -> Vec<String> {
        let words = self.words.iter().map(|(&word, &count)| (word, (word, None), count));
        let words = by_stem(vocabulary, words);
        let apart =
            self.pairs.iter().filter(|((one, other), _)| vocabulary.stem(*one) != vocabulary.stem(*other));
        let phrases = by_stem(
            vocabulary,
            apart.flat_map(|(&(one, other), &count)| {
                [one, other].map(|word| (word, (one, Some(other)), count))
            }),
        );
        let (mut chosen, mut used) = (Vec::new(), HashSet::new());
        for (stem, _, count) in stems {
            let phrase = phrases.get(stem).filter(|(_, times)| *times as f64 >= MOSTLY * *count as f64);
            let both = phrase.map(|&(form, _)| (form, stems_of(vocabulary, form)));
            let fresh = both.filter(|(_, stems)| stems.iter().all(|stem| !used.contains(stem)));
            let word = words.get(stem).map(|&(form, _)| (form, vec![*stem]));
            let Some((form, stems)) = fresh.or(word).filter(|_| !used.contains(stem)) else {
                continue;
            };
            used.extend(stems);
            chosen.push(shown(vocabulary, form));
            if chosen.len() == wanted {
                break;
            }
        }
        chosen
    }
}

fn stems_of(vocabulary: &Vocabulary, (word, next): Form) -> Vec<u32> {
    [word].into_iter().chain(next).map(|word| vocabulary.stem(word)).collect()
}

/// Of each stem what is most often written, of equals the first by alphabet.
fn by_stem(
    vocabulary: &Vocabulary,
    written: impl Iterator<Item = (u32, Form, usize)>,
) -> HashMap<u32, (Form, usize)> {
    let mut best: HashMap<u32, (Form, usize)> = HashMap::new();
    for (word, form, count) in written {
        let entry = best.entry(vocabulary.stem(word)).or_insert((form, count));
        if count > entry.1 || (count == entry.1 && shown(vocabulary, form) < shown(vocabulary, entry.0)) {
            *entry = (form, count);
        }
    }
    best
}

fn shown(vocabulary: &Vocabulary, (word, next): Form) -> String {
    let word = vocabulary.word(word);
    next.map_or_else(|| word.to_owned(), |next| format!("{word} {}", vocabulary.word(next)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[(&str, u32)], expected: &[&[&str]]) {
        let texts = texts.iter().map(|&(text, cluster)| (text, Some(cluster)));
        assert_eq!(terms(texts, expected.len(), 2), expected);
    }

    #[test]
    fn words_that_tell_clusters_apart_come_first() {
        check(
            &[
                ("anode; valve", 0),
                ("anodes; valve", 0),
                ("anodes; cathode", 0),
                ("cathode; anodes", 0),
                ("impeller; valve; hose", 1),
            ],
            &[&["anodes", "cathode"], &["impeller", "hose"]],
        );
    }

    #[test]
    fn a_word_that_stands_in_a_phrase_is_shown_in_it() {
        check(
            &[("a fuel cell. A cell stack; the fuel cell", 0), ("a fuel cell", 0), ("wheel", 1)],
            &[&["fuel cell", "stack"], &["wheel"]],
        );
    }
}
