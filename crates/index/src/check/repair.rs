//! Mending an index: what can be made again is made again, what can be read is kept, what is lost is named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::diagnose::{Diagnosis, diagnose};
use super::salvage::Remains;
use super::{Fault, check};
use crate::catalogue::Catalogue;
use crate::file::sync_dir;
use crate::keyword::KeywordWriter;
use crate::lock::Lock;
use crate::manifest::{Manifest, PartEntry, SegmentEntry};
use crate::pending::Pending;
use crate::segment::Segment;
use crate::writer::{live, rebuild};
use crate::{IndexError, Writer, WriterOptions, part};

/// What a repair did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repaired {
    /// The generation after it.
    pub generation: u64,
    /// What was wrong, and what was done about each.
    pub faults: Vec<Fault>,
    /// Patents that could not be read, by number where that is known.
    pub lost: Vec<String>,
}

/// Mends what is wrong with an index, as a new generation, and checks it again.
///
/// Graphs are built from the vectors, the catalogue and the keyword index from the patents. Vectors that are
/// damaged are dropped, which leaves gaps for `embed`. Of a damaged file of patents every whole record is kept.
///
/// # Errors
/// A writer that is at work, damage to the manifest, which says what should be there, and failures to write.
/// The index is then as it was.
pub fn repair(index: &Path, options: WriterOptions) -> Result<Repaired, IndexError> {
    let diagnosis = diagnose(index)?;
    if diagnosis.lock.is_none() {
        return Err(Lock::take(index).err().unwrap_or(IndexError::Busy { path: index.to_owned() }));
    }
    if diagnosis.faults.is_empty() {
        let generation = diagnosis.manifest.generation;
        return Ok(Repaired { generation, faults: Vec::new(), lost: Vec::new() });
    }
    let mut mender = Mender::new(index, options, diagnosis);
    mender.mend_segments()?;
    mender.commit()?;
    let Mender { next, mut faults, lost, diagnosis, .. } = mender;
    drop(diagnosis);
    // The next writer to open removes what no manifest names any more.
    Writer::open_with(index, options)?.close()?;
    faults.extend(check(index)?.faults);
    Ok(Repaired { generation: next.generation, faults, lost })
}

struct Mender<'a> {
    index: &'a Path,
    options: WriterOptions,
    diagnosis: Diagnosis,
    next: Manifest,
    /// Those of the diagnosis, with what was done.
    faults: Vec<Fault>,
    lost: Vec<String>,
    /// Whether the keyword index is to be made anew.
    reindex: bool,
}

impl<'a> Mender<'a> {
    fn new(index: &'a Path, options: WriterOptions, mut diagnosis: Diagnosis) -> Self {
        let generation = diagnosis.manifest.generation + 1;
        let next = Manifest { generation, ..diagnosis.manifest.clone() };
        let faults = std::mem::take(&mut diagnosis.faults);
        let reindex = diagnosis.keyword.is_none();
        Self { index, options, diagnosis, next, faults, lost: Vec::new(), reindex }
    }

    fn mend_segments(&mut self) -> Result<(), IndexError> {
        for (id, damaged) in std::mem::take(&mut self.diagnosis.damaged) {
            let Some(entry) = self.next.segment(id).cloned() else { continue };
            let tables = [&entry.records, &entry.places].into_iter().chain(&entry.origins);
            let mended = if tables.into_iter().any(|file| damaged.contains(&file.name)) {
                self.write_anew(&entry, &damaged)?
            } else {
                self.mend_parts(entry.clone(), &damaged)?
            };
            self.next.segments.retain(|segment| segment.id != id);
            self.next.segments.push(mended);
            self.next.segments.sort_unstable_by_key(|segment| segment.id);
        }
        Ok(())
    }

    /// Drops damaged vectors and builds damaged graphs.
    fn mend_parts(
        &mut self,
        mut entry: SegmentEntry,
        damaged: &BTreeSet<String>,
    ) -> Result<SegmentEntry, IndexError> {
        let directory = self.index.join("segments").join(entry.directory());
        let mut number = entry.next_part();
        let mut parts = Vec::new();
        for part in std::mem::take(&mut entry.parts) {
            if part.contents().any(|file| damaged.contains(&file.name)) {
                self.drop_vectors(&directory, &part);
                continue;
            }
            match &part.graph {
                Some(graph) if damaged.contains(&graph.name) => {
                    self.note(&directory.join(&graph.name), "built again from the vectors");
                    let graph = part::build_graph(&directory, number, &part.vectors, part.fine.as_ref())?;
                    number += 1;
                    parts.push(PartEntry { graph, ..part });
                }
                _ => parts.push(part),
            }
        }
        sync_dir(&directory)?;
        Ok(SegmentEntry { parts, ..entry })
    }

    fn drop_vectors(&mut self, directory: &Path, part: &PartEntry) {
        let passages = part.passages;
        for file in part.contents() {
            self.note(
                &directory.join(&file.name),
                &format!(
                    "dropped; {passages} passages are without vectors, `priorart embed` makes them again"
                ),
            );
        }
        if let Some(graph) = &part.graph {
            self.note(&directory.join(&graph.name), "dropped with its vectors");
        }
    }

    /// Writes what is whole of a segment as a new one.
    fn write_anew(
        &mut self,
        entry: &SegmentEntry,
        damaged: &BTreeSet<String>,
    ) -> Result<SegmentEntry, IndexError> {
        let target = Pending::create(self.index, self.next.generation, self.next.next_segment, self.options)?;
        self.next.next_segment += 1;
        let salvaged = Remains::open(self.index, entry, damaged)?.write(target)?;
        self.tell_what_was_done(entry, damaged, salvaged.lost.len());
        // Without its origins the keyword index's ids lead nowhere.
        self.reindex |= entry.origins.as_ref().is_some_and(|file| damaged.contains(&file.name));
        self.tell_what_was_lost(entry, &salvaged.lost)?;
        Ok(salvaged.entry)
    }

    fn tell_what_was_done(&mut self, entry: &SegmentEntry, damaged: &BTreeSet<String>, lost: usize) {
        let directory = self.index.join("segments").join(entry.directory());
        let kept = entry.live() - lost as u64;
        let path = |name: &str| directory.join(name);
        self.note(&path(&entry.records.name), &format!("{kept} patents kept, {lost} lost"));
        let without = "its patents are without passages; index their dumps again, or restore a backup";
        self.note(&path(&entry.places.name), without);
        if let Some(origins) = &entry.origins {
            self.note(&path(&origins.name), "no longer needed");
        }
        for part in &entry.parts {
            if damaged.contains(&entry.places.name)
                || part.contents().any(|file| damaged.contains(&file.name))
            {
                self.drop_vectors(&directory, part);
            } else if let Some(graph) = &part.graph {
                self.note(&path(&graph.name), "built again from the vectors");
            }
        }
    }

    /// Names lost patents, and sees to it that the keyword index forgets them.
    fn tell_what_was_lost(&mut self, entry: &SegmentEntry, lost: &[u32]) -> Result<(), IndexError> {
        if lost.is_empty() {
            return Ok(());
        }
        let numbers = match &self.diagnosis.catalogue {
            Some(catalogue) => catalogue.numbers_in(entry.id)?,
            None => BTreeMap::new(),
        };
        for ordinal in lost {
            let unknown = || format!("record {ordinal} of segment {}, of unknown number", entry.directory());
            self.lost.push(numbers.get(ordinal).cloned().unwrap_or_else(unknown));
            self.reindex |= !numbers.contains_key(ordinal);
        }
        Ok(())
    }

    /// Says what was done about a file, if there was something wrong with it.
    fn note(&mut self, file: &Path, done: &str) {
        let here = self.faults.iter_mut().filter(|fault| fault.file == file);
        here.for_each(|fault| fault.mended = Some(done.to_owned()));
    }

    fn commit(&mut self) -> Result<(), IndexError> {
        if self.reindex {
            self.next.segments.iter_mut().for_each(|segment| segment.origins = None);
        }
        let open = |entry: &SegmentEntry| Ok((entry.id, Segment::open(self.index, entry)?));
        let segments = self.next.segments.iter().map(open).collect::<Result<BTreeMap<_, _>, IndexError>>()?;
        sync_dir(&self.index.join("segments"))?;
        self.mend_catalogue(&segments)?;
        self.next.store(self.index)?;
        sync_dir(self.index)?;
        if self.reindex { self.write_keyword_anew(&segments) } else { self.mend_keyword() }
    }

    fn mend_catalogue(&mut self, segments: &BTreeMap<u32, Segment>) -> Result<(), IndexError> {
        self.diagnosis.catalogue = None;
        Catalogue::remove(self.index)?;
        self.next.catalogue = rebuild(&Catalogue::open(self.index)?, &self.next, segments)?;
        self.note(&self.index.join("catalogue"), "made again from the segments");
        Ok(())
    }

    fn mend_keyword(&mut self) -> Result<(), IndexError> {
        self.diagnosis.keyword = None;
        let mut keyword = KeywordWriter::open(self.index, self.options.keyword_memory)?;
        self.lost.iter().for_each(|number| keyword.remove(number));
        keyword.commit(self.next.generation)?;
        keyword.close()
    }

    /// Makes the keyword index beside the damaged one, then changes the two.
    fn write_keyword_anew(&mut self, segments: &BTreeMap<u32, Segment>) -> Result<(), IndexError> {
        self.diagnosis.keyword = None;
        let mut keyword = KeywordWriter::create_beside(self.index, self.options.keyword_memory)?;
        for entry in &self.next.segments {
            let Some(segment) = segments.get(&entry.id) else { continue };
            for known in live(segment, entry) {
                let id = known?.1.id;
                if let Some(patent) = segment.patent(id.ordinal)? {
                    keyword.add(id, &patent)?;
                }
            }
        }
        keyword.commit(self.next.generation)?;
        keyword.close()?;
        KeywordWriter::take_the_place(self.index)?;
        let directory = self.index.join("keyword");
        for fault in self.faults.iter_mut().filter(|fault| fault.file.starts_with(&directory)) {
            fault.mended = Some("the keyword index was made again from the patents".to_owned());
        }
        Ok(())
    }
}
