//! What is asked: queries of each kind, made from the claims and classes of real patents.

use anyhow::Result;
use priorart_index::Reader;
use tantivy::query::AllQuery;

/// Patents that queries are made from.
const PATENTS: usize = 200;

/// Claims that are charted: each is some ten searches.
const CHARTS: usize = 20;

/// Words of a query.
const WORDS: usize = 10;

/// Queries of each kind.
#[derive(Default)]
pub(crate) struct Asked {
    /// The first words of the abstract.
    pub(crate) texts: Vec<String>,
    /// The same within a subclass and before a date.
    pub(crate) filtered: Vec<String>,
    /// Words of the first claim by their places.
    pub(crate) proximity: Vec<String>,
    /// First claims.
    pub(crate) claims: Vec<String>,
}

impl Asked {
    /// Queries from patents of an index, evenly from all of it.
    pub(crate) fn of(reader: &Reader) -> Result<Self> {
        let all = reader.matching(&AllQuery)?;
        let step = (all.len() as usize / PATENTS).max(1);
        let mut asked = Self::default();
        for id in all.iter().step_by(step) {
            let patent = reader.patent(id)?;
            let (Some(claim), Some(class)) = (patent.claims.first(), patent.ipc.first()) else {
                continue;
            };
            let text = words(&patent.abstract_text, 0).take(WORDS).collect::<Vec<_>>().join(" ");
            let Some(subclass) = class.get(..4).filter(|_| !text.is_empty()) else {
                continue;
            };
            asked.filtered.push(format!("{text} ipc:{subclass} pd<2010"));
            asked.texts.push(text);
            let long: Vec<&str> = words(&claim.text, 6).take(4).collect();
            if let [a, b, c, d] = long.as_slice() {
                asked.proximity.push(format!("({a} NEAR9 {b}) AND ({c} WITH {d})"));
            }
            if asked.claims.len() < CHARTS {
                asked.claims.push(claim.text.clone());
            }
        }
        Ok(asked)
    }
}

/// Words in small letters, of more than so many.
fn words(text: &str, longer_than: usize) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    words.filter(move |word| word.len() > longer_than && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}
