//! The commit.
//!
//! Everything that generation G needs is on the disk before tantivy swaps its meta file, with `G` beside
//! it, which is the one instant at which the index changes. Until then nothing names the new files.

use std::collections::BTreeMap;

use super::Writer;
use crate::IndexError;
use crate::catalogue::Located;
use crate::file::sync_dir;
use crate::manifest::{Manifest, SegmentEntry};
use crate::pending::Pending;
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
        let mut next = Manifest { generation: self.generation() + 1, ..self.manifest.clone() };
        let grown: Vec<u32> = self.parts.keys().copied().collect();
        self.seal_parts(&mut next)?;
        let sealed = self.pending.take().map(Pending::seal).transpose()?;
        if let Some(entry) = &sealed {
            next.next_segment = entry.id + 1;
            next.segments.push(entry.clone());
            sync_dir(&self.path.join("segments"))?;
        }
        let moved = self.moved.iter().map(|(number, located)| (number.as_str(), *located));
        next.catalogue = self.catalogue.commit(next.generation, moved, next.catalogue)?;
        next.store(&self.path)?;
        sync_dir(&self.path)?;
        let opened = self.open_changed(&next, &grown, sealed.as_ref())?;
        self.keyword.commit(next.generation)?;
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
    fn open_changed(
        &self,
        next: &Manifest,
        grown: &[u32],
        sealed: Option<&SegmentEntry>,
    ) -> Result<BTreeMap<u32, Segment>, IndexError> {
        let grown = grown.iter().filter_map(|&id| next.segment(id));
        let open = |entry: &SegmentEntry| Ok((entry.id, Segment::open(&self.path, entry)?));
        grown.chain(sealed).map(open).collect()
    }

    /// Goes on from the generation that is now committed.
    fn adopt(&mut self, next: Manifest, opened: BTreeMap<u32, Segment>) -> u64 {
        let before = std::mem::replace(&mut self.manifest, next).generation;
        self.segments.extend(opened);
        self.moved.clear();
        self.changed = false;
        // The commit has come about whether or not this works; the next writer to open tries again.
        let _ = fs_err::remove_file(Manifest::path(&self.path, before));
        self.generation()
    }

    /// Patents of a segment that are neither replaced nor deleted, with where they lie.
    pub(super) fn live<'a>(
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
}
