//! What the index must hold after each step, and whether it does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use priorart_index::{IndexError, NearestOptions, PassageId, PatentId, Reader};
use tantivy::Term;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;

use crate::patents::{LONG, index_of, number, passages, patent, places, vector};
use crate::script::{PATENTS, Step, script};

/// Half floats have eleven bits.
const ROUNDING: f32 = 1e-3;

/// A patent as the index must hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    version: u32,
    embedded: bool,
}

/// What the index must hold, by place in the series.
pub(crate) type State = BTreeMap<u32, Held>;

/// Why an index is not what it must be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// It refused to answer.
    #[error(transparent)]
    Refused(#[from] IndexError),
    /// It answered something else.
    #[error("{0}")]
    Wrong(String),
}

/// What is to be held at a generation: that many steps are done.
pub(crate) fn state_at(generation: u64) -> State {
    let mut state = State::new();
    for step in &script()[..generation as usize] {
        match step.clone() {
            Step::Index { patents, embedded } => {
                state.extend(patents.map(|i| (i, Held { version: 1, embedded })));
            }
            Step::Update { patents, version, embedded } => {
                state.extend(patents.map(|i| (i, Held { version, embedded })));
            }
            Step::Embed { patents } => {
                state.range_mut(patents).for_each(|(_, held)| held.embedded = true);
            }
            Step::Compact => {}
        }
    }
    state
}

/// Opens the index and compares all of it with what its generation must hold, files and all; gives back the
/// generation.
pub(crate) fn check(index: &Path) -> Result<u64, Fault> {
    let reader = Reader::open(index)?;
    check_reader(&reader)?;
    match reader.verify()?.into_iter().next() {
        Some(damage) => Err(damage.into()),
        None => Ok(reader.generation()),
    }
}

/// Compares what a reader answers with what its generation must hold.
pub(crate) fn check_reader(reader: &Reader) -> Result<(), Fault> {
    let state = state_at(reader.generation());
    check_counts(reader, &state)?;
    for i in PATENTS {
        check_patent(reader, i, state.get(&i))?;
    }
    check_words(reader, &state)?;
    check_nearest(reader, &state)
}

fn check_counts(reader: &Reader, state: &State) -> Result<(), Fault> {
    let counts = reader.stats()?;
    let passages_of = |held: fn(&Held) -> bool| {
        state.iter().filter(|(_, patent)| held(patent)).map(|(&i, _)| u64::from(passages(i))).sum::<u64>()
    };
    let expected = (state.len() as u64, passages_of(|_| true), passages_of(|held| held.embedded));
    same("counts", &(counts.patents, counts.passages, counts.embedded), &expected)
}

/// The patent is there once, with its text, its passages and its vectors, or not at all.
fn check_patent(reader: &Reader, i: u32, held: Option<&Held>) -> Result<(), Fault> {
    let found = reader.find(&number(i))?;
    let Some(&Held { version, embedded }) = held else {
        return same("no patent", &found, &Vec::new());
    };
    let [id] = found[..] else {
        return Err(Fault::Wrong(format!("patent {i} is there {} times", found.len())));
    };
    same("patent", &reader.patent(id)?, &patent(i, version))?;
    let ordinals = reader.passages_of(id);
    same("passages", &(ordinals.len() as u32), &passages(i))?;
    for (ordinal, place) in ordinals.zip(places(i)) {
        let passage = PassageId { segment: id.segment, ordinal };
        same("place", &reader.passage(passage)?, &(id, place))?;
        let vector = embedded.then(|| vector(i, version, place.number));
        check_vector(reader.vector(passage).as_deref(), vector.as_deref())?;
    }
    Ok(())
}

fn check_vector(found: Option<&[f32]>, expected: Option<&[f32]>) -> Result<(), Fault> {
    let is_same = match (found, expected) {
        (Some(found), Some(expected)) => {
            let length = expected.iter().map(|x| x * x).sum::<f32>().sqrt();
            found.iter().zip(expected).all(|(found, expected)| (found - expected / length).abs() < ROUNDING)
        }
        (found, expected) => found.is_none() && expected.is_none(),
    };
    if is_same { Ok(()) } else { Err(Fault::Wrong(format!("vector {found:?}, not {expected:?}"))) }
}

/// The words of each version find the patents that are in that version, no others.
fn check_words(reader: &Reader, state: &State) -> Result<(), Fault> {
    for version in 1..=4 {
        let field = reader.keyword().fields().abstract_text;
        let term = Term::from_field_text(field, &format!("edition{version}"));
        let found = reader.matching(&TermQuery::new(term, IndexRecordOption::Basic))?;
        let series = |id: PatentId| Ok(index_of(&reader.patent(id)?.number));
        let found = found.iter().map(series).collect::<Result<BTreeSet<u32>, IndexError>>()?;
        let expected = state.iter().filter(|(_, held)| held.version == version).map(|(&i, _)| i).collect();
        same("patents by word", &found, &expected)?;
    }
    Ok(())
}

/// Each vector finds its own passage first, and all that is found may be found.
fn check_nearest(reader: &Reader, state: &State) -> Result<(), Fault> {
    for (&i, &Held { version, embedded }) in state {
        let some = if i == LONG { (0..passages(i)).step_by(500).collect() } else { vec![0] };
        for passage in some {
            let query = vector(i, version, passage);
            let hits = reader.nearest(&query, 5, None, NearestOptions::default())?;
            let mut owners = Vec::with_capacity(hits.len());
            for (hit, _) in &hits {
                let (id, place) = reader.passage(*hit)?;
                owners.push((index_of(&reader.patent(id)?.number), place.number));
            }
            if let Some((owner, _)) =
                owners.iter().find(|(owner, _)| !state.get(owner).is_some_and(|held| held.embedded))
            {
                return Err(Fault::Wrong(format!("patent {owner} is near, but has no vectors")));
            }
            let is_first = owners.first() == Some(&(i, passage)) && hits[0].1 > 1.0 - ROUNDING;
            if is_first != embedded {
                return Err(Fault::Wrong(format!("nearest to passage {passage} of {i}: {owners:?}")));
            }
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), Fault> {
    if found == expected { Ok(()) } else { Err(Fault::Wrong(format!("{what}: {found:?}, not {expected:?}"))) }
}
