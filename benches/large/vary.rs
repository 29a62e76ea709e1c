//! Many patents out of few: real ones with words changed, and vectors beside theirs.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use priorart_corpus::{Date, Patent, PatentNumber, Place};
use priorart_index::{PassageId, PatentId, Reader, Writer};
use tantivy::query::AllQuery;

/// Patents that are committed at a time.
const COMMIT: usize = 16_384;

/// One word in so many is changed.
const CHANGED: usize = 8;

/// How far a patent's vectors lie from those of the one it is made from, and each of them from there: beside 1
/// for the original, so that two patents made from one have a cosine of 0.6.
const APART: f32 = 0.7;
const OWN: f32 = 0.4;

/// A real patent with its passages and their vectors.
struct Original {
    patent: Patent,
    places: Vec<Place>,
    vectors: Vec<Vec<f32>>,
}

/// Makes an index of `count` patents out of those of another that have embeddings; leaves one that is there.
pub(crate) fn make(from: &Reader, to: &Path, count: usize) -> Result<()> {
    if to.exists() {
        return Ok(());
    }
    let originals = originals(from)?;
    ensure!(!originals.is_empty(), "there is no patent to vary");
    let words: Vec<Words> = originals.iter().map(|one| Words::of(&one.patent)).collect();
    let partial = to.with_extension("partial");
    if partial.exists() {
        std::fs::remove_dir_all(&partial)?;
    }
    let mut writer = Writer::open(&partial)?;
    writer.set_model(from.model().context("the index has no model")?)?;
    for at in 0..count {
        let one = &originals[at % originals.len()];
        let mut dice = Dice(at as u64 + 1);
        if at < originals.len() {
            writer.add(&one.patent, &one.places, Some(&one.vectors))?;
        } else {
            let words = &words[dice.roll(words.len())];
            writer.add(
                &varied(&one.patent, at, words, &mut dice),
                &one.places,
                Some(&beside(one, &mut dice)),
            )?;
        }
        if writer.pending() >= COMMIT {
            writer.commit()?;
        }
    }
    writer.commit()?;
    // Not merged, which would take longer than all the rest: seven segments at 100,000 patents.
    drop(writer);
    Ok(std::fs::rename(partial, to)?)
}

fn originals(reader: &Reader) -> Result<Vec<Original>> {
    let mut found = Vec::new();
    for id in reader.matching(&AllQuery)?.iter() {
        found.extend(original(reader, id)?);
    }
    Ok(found)
}

/// `None` where a passage has no embedding.
fn original(reader: &Reader, id: PatentId) -> Result<Option<Original>> {
    let passages = reader.passages_of(id).map(|ordinal| PassageId { segment: id.segment, ordinal });
    let mut places = Vec::new();
    let mut vectors = Vec::new();
    for passage in passages {
        let Some(vector) = reader.vector(passage) else {
            return Ok(None);
        };
        places.push(reader.passage(passage)?.1);
        vectors.push(vector);
    }
    Ok((!places.is_empty()).then_some(Original { patent: reader.patent(id)?, places, vectors }))
}

/// Words of a patent by their length.
struct Words(HashMap<usize, Vec<String>>);

impl Words {
    fn of(patent: &Patent) -> Self {
        let claims = patent.claims.iter().map(|claim| claim.text.as_str());
        let description = patent.description.iter().map(|paragraph| paragraph.text.as_str());
        let texts = [patent.title.as_str(), patent.abstract_text.as_str()].into_iter().chain(claims);
        let mut found: HashMap<usize, Vec<String>> = HashMap::new();
        for word in texts.chain(description).flat_map(|text| text.split(|c: char| !c.is_ascii_lowercase())) {
            found.entry(word.len()).or_default().push(word.to_owned());
        }
        Self(found)
    }

    /// The text with words of this patent in it, each in the place of one as long: byte for byte, so that
    /// passages stay where they are.
    fn into(&self, text: &str, dice: &mut Dice) -> String {
        let mut changed = String::with_capacity(text.len());
        for piece in text.split_inclusive(' ') {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_lowercase());
            let is_plain = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase());
            let others = self.0.get(&word.len()).filter(|_| is_plain && dice.roll(CHANGED) == 0);
            changed.push_str(others.map_or(word, |others| &others[dice.roll(others.len())]));
            changed.push_str(&piece[word.len()..]);
        }
        changed
    }
}

/// Another number, another year, and words of another patent.
fn varied(patent: &Patent, at: usize, words: &Words, dice: &mut Dice) -> Patent {
    let mut varied = patent.clone();
    varied.number = PatentNumber::new("US", &(30_000_000 + at).to_string(), "B2");
    varied.publication_date = Some(Date::constant(1980 + dice.roll(45) as i16, 1 + dice.roll(12) as i8, 14));
    varied.title = words.into(&patent.title, dice);
    varied.abstract_text = words.into(&patent.abstract_text, dice);
    varied.claims.iter_mut().for_each(|claim| claim.text = words.into(&claim.text, dice));
    varied.description.iter_mut().for_each(|paragraph| paragraph.text = words.into(&paragraph.text, dice));
    varied.application_number = None;
    (varied.priorities, varied.related) = (Vec::new(), Vec::new());
    varied
}

/// Vectors beside those of the original, all of them apart from it in one direction and each in one of its own.
fn beside(original: &Original, dice: &mut Dice) -> Vec<Vec<f32>> {
    let dimension = original.vectors[0].len();
    let apart = dice.direction(dimension);
    let beside = |vector: &Vec<f32>| {
        let own = dice.direction(dimension);
        let parts = vector.iter().zip(&apart).zip(own);
        parts.map(|((vector, apart), own)| vector + APART * apart + OWN * own).collect()
    };
    original.vectors.iter().map(beside).collect()
}

/// Numbers without a pattern, the same for the same seed (Steele, Lea, Flood: `SplitMix64`, OOPSLA 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn roll(&mut self, sides: usize) -> usize {
        (self.next() % sides as u64) as usize
    }

    /// A vector of about length 1, in any direction.
    fn direction(&mut self, dimension: usize) -> Vec<f32> {
        // The variance of a number from -1 to 1 is a third.
        let scale = (3.0 / dimension as f32).sqrt();
        let number = |dice: &mut Self| (dice.next() >> 40) as f32 / (1_u64 << 23) as f32 - 1.0;
        (0..dimension).map(|_| scale * number(self)).collect()
    }
}
