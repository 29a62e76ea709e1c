//! `origins.tbl`: where the patents of a merged segment were when they were added.
//!
//! The keyword index knows a patent by the id under which it was added, and a merge gives it another. So that
//! no text has to be indexed again, a merged segment keeps a table for each segment that its patents were
//! added to, and every id that the keyword index gives out goes through these tables.
//!
//! ```text
//! tables    per segment of old: per patent its ordinal here (u32 each), u32::MAX where it is gone
//! segments  per segment of old: its number, how many patents it had (u32 each)
//! footer    segments of old
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::file::{FOOTER, FileEntry, Magic, Sealer};
use crate::raw::Mapped;
use crate::segment::Segment;
use crate::{IndexError, PatentId};

const MAGIC: Magic = *b"PRIORI01";

/// Stands for a patent that was replaced before the merge.
pub(crate) const GONE: u32 = u32::MAX;

/// Where the patents of each segment of old lie in the segment that they were merged into.
#[derive(Debug, Default)]
pub(crate) struct OriginsWriter {
    tables: BTreeMap<u32, Vec<u32>>,
}

impl OriginsWriter {
    /// Takes in a segment of which patent `i` went to `places[i]`, and which was merged from `origins` itself.
    pub(crate) fn add(&mut self, segment: u32, origins: Option<&Origins>, places: Vec<u32>) {
        let Some(origins) = origins else {
            self.tables.insert(segment, places);
            return;
        };
        let place = |&before: &u32| places.get(before as usize).copied().unwrap_or(GONE);
        for (segment, before) in origins.tables() {
            let after: Vec<u32> = before.iter().map(place).collect();
            if after.iter().any(|&place| place != GONE) {
                self.tables.insert(segment, after);
            }
        }
    }

    pub(crate) fn seal(self, path: PathBuf) -> Result<FileEntry, IndexError> {
        let mut out = Sealer::create(path)?;
        for places in self.tables.values() {
            out.write(bytemuck::cast_slice(places))?;
        }
        out.align()?;
        for (&segment, places) in &self.tables {
            out.write(bytemuck::bytes_of(&[segment, places.len() as u32]))?;
        }
        out.seal(MAGIC, [self.tables.len() as u64, 0, 0, 0, 0, 0])
    }
}

/// The mapped tables of a merged segment.
#[derive(Debug)]
pub(crate) struct Origins {
    file: Mapped,
    tables: Vec<Table>,
}

#[derive(Debug, Clone, Copy)]
struct Table {
    segment: u32,
    offset: u64,
    patents: u32,
}

impl Origins {
    pub(crate) fn open(dir: &Path, entry: &FileEntry) -> Result<Self, IndexError> {
        let (file, [count, ..]) = entry.open(dir, MAGIC)?;
        let end = (file.bytes().len() as u64).saturating_sub(FOOTER);
        let segments = file.slice::<[u32; 2]>(end.saturating_sub(count.saturating_mul(8)), count)?.to_vec();
        let mut offset = 0;
        let mut tables = Vec::with_capacity(segments.len());
        for [segment, patents] in segments {
            file.slice::<u32>(offset, patents.into())?;
            tables.push(Table { segment, offset, patents });
            offset += 4 * u64::from(patents);
        }
        Ok(Self { file, tables })
    }

    fn tables(&self) -> impl Iterator<Item = (u32, &[u32])> {
        self.tables.iter().map(|table| (table.segment, self.places(*table)))
    }

    fn places(&self, table: Table) -> &[u32] {
        self.file.slice(table.offset, table.patents.into()).unwrap_or_default()
    }
}

/// From the id under which a patent was added to the id that it has now.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    /// By the number of the segment of old.
    moved: Vec<Option<Moved>>,
}

#[derive(Debug, Clone)]
struct Moved {
    segment: u32,
    origins: Arc<Origins>,
    table: Table,
}

impl Moves {
    /// What all merged segments of an index say.
    pub(crate) fn of<'a>(segments: impl Iterator<Item = &'a Segment>) -> Self {
        let mut moved: Vec<Option<Moved>> = Vec::new();
        for segment in segments {
            let Some(origins) = &segment.origins else { continue };
            for &table in &origins.tables {
                let old = table.segment as usize;
                moved.resize_with(moved.len().max(old + 1), || None);
                moved[old] = Some(Moved { segment: segment.id, origins: Arc::clone(origins), table });
            }
        }
        Self { moved }
    }

    /// The id now. One that no merge has touched stays as it is.
    pub(crate) fn current(&self, id: PatentId) -> PatentId {
        let Some(moved) = self.moved.get(id.segment as usize).and_then(Option::as_ref) else {
            return id;
        };
        let place = moved.origins.places(moved.table).get(id.ordinal as usize);
        PatentId { segment: moved.segment, ordinal: place.copied().unwrap_or(GONE) }
    }
}
