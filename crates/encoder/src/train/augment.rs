//! More pairs of the texts that there are, scored by a cross-encoder: Augmented SBERT.
//!
//! Thakur, Reimers, Daxenberger, Gurevych: Augmented SBERT: Data Augmentation Method for Improving
//! Bi-Encoders for Pairwise Sentence Scoring Tasks, NAACL 2021, <https://aclanthology.org/2021.naacl-main.28>.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use priorart_pairs::ScoredPair;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TEXT, Value};
use tantivy::{Index, IndexReader, TantivyDocument, Term, doc};

use super::error::TrainError;
use super::pairs::SCORES;
use crate::cross_encoder::CrossEncoder;
use crate::encoder::Encoder;
use crate::options::LoadOptions;

/// Memory of the in-memory index while it is written: the least that tantivy takes.
const INDEX_MEMORY: usize = 15_000_000;

/// Pairs that the cross-encoder scores in one call.
const PAIRS_A_CALL: usize = 256;

/// Two of the texts, by their places, the lower first.
type Places = (usize, usize);

/// Pairs each text of `pairs` with its `neighbours` nearest by words (BM25) and by the embeddings of the
/// model in the directory `base`, leaves out what has a score already, and has the model in the directory
/// `judge` score the rest.
///
/// # Errors
/// Where one of the models cannot be loaded.
pub fn augment(
    pairs: &[ScoredPair],
    base: &Path,
    judge: &Path,
    options: LoadOptions,
    neighbours: usize,
) -> Result<Vec<ScoredPair>, TrainError> {
    let texts: BTreeSet<&str> = pairs.iter().flat_map(|pair| [&*pair.first, &*pair.second]).collect();
    let texts: Vec<&str> = texts.into_iter().collect();
    let mut found = by_words(&texts, neighbours)?;
    let vectors = Encoder::load_with(base, options)?.with_normalize(true).encode(&texts)?;
    found.extend(by_meaning(&vectors, neighbours));
    let place: HashMap<&str, usize> = texts.iter().copied().zip(0..).collect();
    for pair in pairs {
        found.remove(&ordered(place[&*pair.first], place[&*pair.second]));
    }
    let judge = CrossEncoder::load(judge, options)?;
    let found: Vec<(&str, &str)> = found.into_iter().map(|(a, b)| (texts[a], texts[b])).collect();
    let mut made = Vec::with_capacity(found.len());
    for call in found.chunks(PAIRS_A_CALL) {
        for ((first, second), score) in call.iter().zip(judge.score(call)?) {
            // A head without a sigmoid gives numbers beyond what scores may be.
            let score = f64::from(score).clamp(*SCORES.start(), *SCORES.end());
            made.push(ScoredPair { first: (*first).to_owned(), second: (*second).to_owned(), score });
        }
    }
    Ok(made)
}

fn ordered(a: usize, b: usize) -> Places {
    (a.min(b), a.max(b))
}

/// Each text with those that share its words, the best by BM25.
fn by_words(texts: &[&str], neighbours: usize) -> Result<BTreeSet<Places>, TrainError> {
    let words = Words::new(texts)?;
    let mut found = BTreeSet::new();
    for (place, text) in texts.iter().enumerate() {
        let others = words.nearest(text, neighbours + 1)?.into_iter().filter(|other| *other != place);
        found.extend(others.take(neighbours).map(|other| ordered(place, other)));
    }
    Ok(found)
}

/// Texts in a keyword index in memory.
struct Words {
    index: Index,
    reader: IndexReader,
    text: Field,
    place: Field,
}

impl Words {
    fn new(texts: &[&str]) -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        let text = schema.add_text_field("text", TEXT);
        let place = schema.add_u64_field("place", STORED);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, INDEX_MEMORY)?;
        for (number, words) in (0_u64..).zip(texts) {
            writer.add_document(doc!(text => *words, place => number))?;
        }
        writer.commit()?;
        let reader = index.reader()?;
        Ok(Self { index, reader, text, place })
    }

    /// The places of the texts with words of `text`, best first.
    fn nearest(&self, text: &str, count: usize) -> tantivy::Result<Vec<usize>> {
        let mut tokens = self.index.tokenizer_for_field(self.text)?;
        let mut terms: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        tokens.token_stream(text).process(&mut |token| {
            let term = Term::from_field_text(self.text, &token.text);
            terms.push((Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))));
        });
        let searcher = self.reader.searcher();
        let top = searcher.search(&BooleanQuery::new(terms), &TopDocs::with_limit(count).order_by_score())?;
        let place = |address| {
            let document: TantivyDocument = searcher.doc(address)?;
            Ok(document.get_first(self.place).and_then(|value| value.as_u64()).unwrap_or_default() as usize)
        };
        top.into_iter().map(|(_, address)| place(address)).collect()
    }
}

/// Each text with those whose vectors, of length 1, are the nearest.
fn by_meaning(vectors: &[Vec<f32>], neighbours: usize) -> BTreeSet<Places> {
    let mut found = BTreeSet::new();
    for (place, vector) in vectors.iter().enumerate() {
        let cosine = |other: usize| vector.iter().zip(&vectors[other]).map(|(a, b)| a * b).sum::<f32>();
        let mut others: Vec<(f32, usize)> =
            (0..vectors.len()).filter(|other| *other != place).map(|other| (cosine(other), other)).collect();
        others.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.extend(others.into_iter().take(neighbours).map(|(_, other)| ordered(place, other)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_by_words_share_the_rarest() {
        let texts = ["a pump", "a pump valve", "the valve of a pump", "an anode", "anode of a battery"];
        let found = by_words(&texts, 1).unwrap();
        assert!(found.contains(&(3, 4)) && found.contains(&(1, 2)), "{found:?}");
        assert!(found.iter().all(|(a, b)| a < b && *b < texts.len()), "{found:?}");
    }

    #[test]
    fn neighbours_by_meaning_are_the_nearest() {
        let vectors = [[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [0.6, 0.8]].map(|vector| vector.to_vec());
        assert_eq!(by_meaning(&vectors, 1).into_iter().collect::<Vec<_>>(), [(0, 1), (1, 3), (2, 3)]);
        assert_eq!(by_meaning(&vectors, 9).len(), 6);
    }
}
