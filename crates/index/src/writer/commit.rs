//! The commit.
//!
//! Everything that generation G needs is on the disk before tantivy swaps its meta file, with `G` beside
//! it, which is the one instant at which the index changes. Until then nothing names the new files.

use std::collections::{BTreeMap, HashMap};

use super::Writer;
use crate::IndexError;
use crate::catalogue::Located;
use crate::file::sync_dir;
use crate::manifest::{Manifest, SegmentEntry};
use crate::segment::Segment;

impl Writer {
    /// Makes everything that was added visible; gives back the generation.
    ///
    /// Seals the pending segment and the new vectors, builds their graphs, and brings all of it to the disk.
    /// Where nothing was added, the generation stays.
    pub fn commit(&mut self) -> Result<u64, IndexError> {
        self.check_usable()?;
        std::mem::take(&mut self.dumps).values().try_for_each(|dump| self.catalogue.record_dump(dump))?;
        if self.pending.is_none() && self.parts.is_empty() && !self.changed {
            self.catalogue.flush()?;
            return Ok(self.generation());
        }
        let committed = self.try_commit();
        self.failed |= committed.is_err();
        committed
    }

    fn try_commit(&mut self) -> Result<u64, IndexError> {
        let mut next = self.next();
        let mut changed: Vec<u32> = self.parts.keys().copied().collect();
        self.seal_parts(&mut next)?;
        if let Some(pending) = self.pending.take() {
            let entry = pending.seal(None)?;
            changed.push(entry.id);
            next.next_segment = entry.id + 1;
            next.segments.push(entry);
        }
        let moved = std::mem::take(&mut self.moved);
        self.publish(next, &moved, &changed)
    }

    /// The manifest to come, as it is before anything changes.
    pub(super) fn next(&self) -> Manifest {
        Manifest { generation: self.generation() + 1, ..self.manifest.clone() }
    }

    /// Makes `next` the committed generation: `moved` are the patents that were added or moved, `changed` the
    /// segments that are new or have new parts. A writer that fails in this has failed.
    pub(super) fn publish(
        &mut self,
        mut next: Manifest,
        moved: &HashMap<String, Located>,
        changed: &[u32],
    ) -> Result<u64, IndexError> {
        self.failed = true;
        sync_dir(&self.path.join("segments"))?;
        let entries = moved.iter().map(|(number, located)| (number.as_str(), *located));
        next.catalogue = self.catalogue.commit(next.generation, entries, next.catalogue)?;
        next.store(&self.path)?;
        sync_dir(&self.path)?;
        let opened = self.open_changed(&next, changed)?;
        self.keyword.commit(next.generation)?;
        self.failed = false;
        Ok(self.adopt(next, opened))
    }

    fn seal_parts(&mut self, next: &mut Manifest) -> Result<(), IndexError> {
        for (id, parts) in std::mem::take(&mut self.parts) {
            let sealed = parts.seal()?;
            if let Some(segment) = next.segment_mut(id) {
                segment.parts.extend(sealed);
                segment.parts.sort_unstable_by_key(|part| part.first);
                sync_dir(&self.path.join("segments").join(segment.directory()))?;
            }
        }
        Ok(())
    }

    /// Opens what the commit adds, before it is committed: files that cannot be read back must not be.
    fn open_changed(&self, next: &Manifest, changed: &[u32]) -> Result<BTreeMap<u32, Segment>, IndexError> {
        let changed = changed.iter().filter_map(|&id| next.segment(id));
        changed.map(|entry| Ok((entry.id, Segment::open(&self.path, entry)?))).collect()
    }

    /// Goes on from the generation that is now committed, and removes what only the one before had.
    fn adopt(&mut self, next: Manifest, opened: BTreeMap<u32, Segment>) -> u64 {
        let before = std::mem::replace(&mut self.manifest, next).generation;
        self.segments.extend(opened);
        self.changed = false;
        // The commit has come about whether or not this works; the next writer to open tries again.
        let _ = fs_err::remove_file(Manifest::path(&self.path, before));
        let is_gone = |id: &u32| self.manifest.segment(*id).is_none();
        for (_, segment) in self.segments.extract_if(.., |id, _| is_gone(id)) {
            let _ = fs_err::remove_dir_all(&segment.directory);
        }
        self.generation()
    }
}

/// Patents of a segment that are neither replaced nor deleted, with where they lie.
pub(crate) fn live<'a>(
    segment: &'a Segment,
    entry: &'a SegmentEntry,
) -> impl Iterator<Item = Result<(&'a str, Located), IndexError>> {
    let live = (0..segment.blocks.len()).filter(|&ordinal| !entry.dead.contains(ordinal));
    live.map(|ordinal| {
        let (number, digest) = segment.blocks.key(ordinal)?;
        let id = crate::PatentId { segment: segment.id, ordinal };
        Ok((number, Located { id, digest }))
    })
}
