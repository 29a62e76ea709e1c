//! All parts of one or more plans, in the order of their records.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use priorart_index::ModelStamp;
use priorart_indexer::Control;

use crate::{Embedded, Header, Part, PartsError, Recipe, Storage};

/// Parts that are all there, whole, and of one model.
#[derive(Debug)]
pub struct PartSet {
    storages: Vec<Storage>,
    /// In the order of the records, at least one.
    found: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    storage: usize,
    name: String,
    header: Header,
}

impl PartSet {
    /// Looks through `storages` and reads every part once.
    ///
    /// The parts of one plan may lie in several places; those of several plans are taken in the order of the places.
    /// Progress is that of the parts that are read.
    ///
    /// # Errors
    /// Names the part that is damaged or of another model, and what is missing; or it was told to stop.
    pub fn open(storages: Vec<Storage>, control: Control<'_>) -> Result<Self, PartsError> {
        let names = storages.iter().map(names_in).collect::<Result<Vec<_>, _>>()?;
        control.progress.set_total(names.iter().map(|names| names.len() as u64).sum());
        let (mut plans, mut done): (Vec<Plan>, u64) = (Vec::new(), 0);
        for (storage, (place, names)) in storages.iter().zip(names).enumerate() {
            let mut own: Option<String> = None;
            for name in names {
                if control.stop.load(Ordering::Relaxed) {
                    return Err(PartsError::Unread);
                }
                let header = read(place, &name)?.header().clone();
                if own.get_or_insert_with(|| header.plan.clone()) != &header.plan {
                    return Err(PartsError::OtherPlan { name: place.path_of(&name) });
                }
                done += 1;
                control.progress.set_done(done);
                control.progress.add(header.contents.patents as usize, header.contents.passages as usize, 0);
                add(&mut plans, Found { storage, name, header });
            }
        }
        for plan in &plans {
            plan.check_complete(&storages)?;
        }
        let set =
            Self { storages, found: plans.into_iter().flat_map(|plan| plan.parts.into_values()).collect() };
        set.check_model(set.model())?;
        Ok(set)
    }

    /// The model whose vectors the parts hold.
    pub fn model(&self) -> &ModelStamp {
        &self.recipe().model
    }

    /// What the first part was made by.
    pub fn recipe(&self) -> &Recipe {
        &self.found[0].header.recipe
    }

    /// What the parts say of themselves, in their order.
    pub fn headers(&self) -> impl Iterator<Item = &Header> {
        self.found.iter().map(|found| &found.header)
    }

    /// The patents of all parts. Of two with one number the later wins.
    pub fn records(&self) -> impl Iterator<Item = Result<Embedded, PartsError>> + Send + '_ {
        self.found.iter().flat_map(|found| {
            let (records, error) = match read(&self.storages[found.storage], &found.name) {
                Ok(part) => (Some(part.records()), None),
                Err(error) => (None, Some(Err(error))),
            };
            records.into_iter().flatten().chain(error)
        })
    }

    /// Makes sure that all vectors may be compared with those of `model`.
    pub(crate) fn check_model(&self, model: &ModelStamp) -> Result<(), PartsError> {
        let other = self.found.iter().find(|found| !found.header.recipe.model.is_comparable(model));
        other.map_or(Ok(()), |found| {
            Err(PartsError::Models {
                name: self.storages[found.storage].path_of(&found.name),
                found: Box::new(found.header.recipe.model.clone()),
                expected: Box::new(model.clone()),
            })
        })
    }
}

/// The parts of one plan, by their numbers.
struct Plan {
    parts: BTreeMap<u32, Found>,
    id: String,
    of: u32,
    storage: usize,
}

impl Plan {
    fn check_complete(&self, storages: &[Storage]) -> Result<(), PartsError> {
        let missing = |number: &u32| !self.parts.contains_key(number);
        (1..=self.of).find(missing).map_or(Ok(()), |first| {
            let place = storages[self.storage].to_string();
            let missing = (1..=self.of).filter(missing).count();
            Err(PartsError::Missing { place, of: self.of, missing, first })
        })
    }
}

fn add(plans: &mut Vec<Plan>, found: Found) {
    let Header { plan, of, number, .. } = &found.header;
    let (id, of, number, storage) = (plan.clone(), *of, *number, found.storage);
    match plans.iter_mut().find(|plan| plan.id == id) {
        Some(plan) => _ = plan.parts.insert(number, found),
        None => plans.push(Plan { parts: BTreeMap::from([(number, found)]), id, of, storage }),
    }
}

/// The parts of a place, of which there has to be one.
fn names_in(place: &Storage) -> Result<Vec<String>, PartsError> {
    let names = place.names()?;
    if names.is_empty() {
        return Err(PartsError::Empty { place: place.to_string() });
    }
    Ok(names)
}

fn read(storage: &Storage, name: &str) -> Result<Part, PartsError> {
    let path = storage.path_of(name);
    let gone = || PartsError::Damaged { name: path.clone(), reason: "is gone".to_owned() };
    Part::open(path.clone(), storage.get(name)?.ok_or_else(gone)?)
}
