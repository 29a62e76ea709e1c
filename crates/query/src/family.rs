//! Families: one hit for all publications of an invention.

use std::collections::{BTreeSet, HashMap};

use priorart_index::PatentId;

use crate::engine::Engine;
use crate::error::QueryError;
use crate::options::Family;

/// Says which family a patent belongs to. What it finds out it keeps.
pub(crate) struct Families<'a> {
    engine: &'a dyn Engine,
    kind: Family,
    /// Extended families that were gone through: an application and the family's name.
    known: HashMap<String, String>,
}

impl<'a> Families<'a> {
    pub(crate) fn new(engine: &'a dyn Engine, kind: Family) -> Self {
        Self { engine, kind, known: HashMap::new() }
    }

    /// The name of a patent's family; one that is of none is a family by itself.
    pub(crate) fn name(&mut self, id: PatentId) -> Result<String, QueryError> {
        let name = match self.kind {
            Family::Each => None,
            Family::Simple => self.engine.family(id)?,
            Family::Extended => match self.engine.applications(id)?.into_iter().next() {
                Some(application) => Some(self.extended(application)?),
                None => None,
            },
        };
        Ok(name.unwrap_or_else(|| format!("{}-{}", id.segment, id.ordinal)))
    }

    /// The patents of one extended family, itself among them.
    pub(crate) fn members(&mut self, id: PatentId) -> Result<Vec<PatentId>, QueryError> {
        let mut found = BTreeSet::from([id]);
        for application in self.reached(self.engine.applications(id)?)? {
            found.extend(self.engine.with_application(&application)?);
        }
        Ok(found.into_iter().collect())
    }

    /// The name of the family that an application belongs to: its first application.
    fn extended(&mut self, application: String) -> Result<String, QueryError> {
        if let Some(name) = self.known.get(&application) {
            return Ok(name.clone());
        }
        let all = self.reached(vec![application])?;
        let name = all.first().cloned().unwrap_or_default();
        self.known.extend(all.into_iter().map(|one| (one, name.clone())));
        Ok(name)
    }

    /// All applications that patents of the engine tie to these, directly or over others.
    fn reached(&self, from: Vec<String>) -> Result<BTreeSet<String>, QueryError> {
        let (mut all, mut next) = (BTreeSet::new(), from);
        while let Some(application) = next.pop() {
            if all.insert(application.clone()) {
                for id in self.engine.with_application(&application)? {
                    next.extend(self.engine.applications(id)?);
                }
            }
        }
        Ok(all)
    }
}
