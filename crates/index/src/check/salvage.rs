//! Writing a damaged segment anew with what can still be read of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use priorart_corpus::{Patent, Place};

use crate::IndexError;
use crate::blocks::salvage;
use crate::manifest::{PartEntry, SegmentEntry};
use crate::origins::{GONE, Origins, OriginsWriter};
use crate::part::Part;
use crate::passages::Passages;
use crate::pending::Pending;
use crate::raw::Mapped;

/// What is whole of a damaged segment.
#[derive(Debug)]
pub(super) struct Remains<'a> {
    entry: &'a SegmentEntry,
    directory: PathBuf,
    /// Without them nothing says which vector is whose.
    passages: Option<Passages>,
    parts: Vec<Part>,
    origins: Option<Origins>,
}

/// A segment that was written anew.
#[derive(Debug)]
pub(super) struct Salvaged {
    pub(super) entry: SegmentEntry,
    /// The ordinals, in the damaged segment, of patents that could not be read.
    pub(super) lost: Vec<u32>,
}

impl<'a> Remains<'a> {
    /// Opens what is not `damaged`.
    pub(super) fn open(
        index: &Path,
        entry: &'a SegmentEntry,
        damaged: &BTreeSet<String>,
    ) -> Result<Self, IndexError> {
        let directory = index.join("segments").join(entry.directory());
        let is_whole = |name: &str| !damaged.contains(name);
        let passages =
            is_whole(&entry.places.name).then(|| Passages::open(&directory, &entry.places)).transpose()?;
        let whole = entry
            .parts
            .iter()
            .filter(|part| passages.is_some() && part.contents().all(|file| is_whole(&file.name)));
        let open = |part: &PartEntry| Part::open(&directory, &PartEntry { graph: None, ..part.clone() });
        let parts = whole.map(open).collect::<Result<_, _>>()?;
        let origins = entry.origins.as_ref().filter(|file| is_whole(&file.name));
        let origins = origins.map(|file| Origins::open(&directory, file)).transpose()?;
        Ok(Self { entry, directory, passages, parts, origins })
    }

    /// Writes all patents that can be read to `target`.
    pub(super) fn write(&self, mut target: Pending) -> Result<Salvaged, IndexError> {
        let mut places = vec![GONE; self.entry.patents as usize];
        // A file that is gone holds nothing.
        let file = Mapped::open_whole(&self.directory.join(&self.entry.records.name)).ok();
        let bytes = file.as_ref().map_or(&[][..], Mapped::bytes);
        for (ordinal, json) in salvage(bytes, self.entry.patents) {
            if self.entry.dead.contains(ordinal) {
                continue;
            }
            if let Ok(patent) = serde_json::from_slice(&json) {
                places[ordinal as usize] = self.copy(&mut target, ordinal, &patent, &json)?;
            }
        }
        let is_lost = |&ordinal: &u32| places[ordinal as usize] == GONE && !self.entry.dead.contains(ordinal);
        let lost = (0..self.entry.patents).filter(is_lost).collect();
        let mut origins = OriginsWriter::default();
        origins.add(self.entry.id, self.origins.as_ref(), places);
        Ok(Salvaged { entry: target.seal(Some(origins))?, lost })
    }

    fn copy(
        &self,
        target: &mut Pending,
        ordinal: u32,
        patent: &Patent,
        json: &[u8],
    ) -> Result<u32, IndexError> {
        let passages = self.passages.as_ref().map_or(0..0, |passages| passages.range(ordinal));
        let place = |passage| Some(self.passages.as_ref()?.get(passage)?.1);
        let places: Vec<Place> = passages.clone().filter_map(place).collect();
        let id = target.add(&patent.number.to_string(), patent.digest(), json, &places, None)?;
        for (passage, to) in passages.zip(target.passages_of(id.ordinal)) {
            let part = self.parts.iter().find(|part| part.range().contains(&passage));
            if let Some(part) = part {
                target.add_row(to, &part.vectors.row(passage - part.vectors.first()))?;
            }
        }
        Ok(id.ordinal)
    }
}
