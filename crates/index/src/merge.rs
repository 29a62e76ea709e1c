//! Writing several segments as one.

use std::collections::HashMap;

use priorart_corpus::Place;

use crate::IndexError;
use crate::catalogue::Located;
use crate::manifest::SegmentEntry;
use crate::origins::{GONE, OriginsWriter};
use crate::pending::Pending;
use crate::segment::Segment;

/// A segment that takes in the patents of others, in order, and leaves those out that were replaced.
///
/// Records are compressed anew, for each segment has a dictionary of its own; vectors are copied; graphs are
/// built when it is sealed.
#[derive(Debug)]
pub(crate) struct Merger {
    target: Pending,
    origins: OriginsWriter,
    moved: HashMap<String, Located>,
}

/// A merged segment, and where its patents lie.
#[derive(Debug)]
pub(crate) struct Merged {
    pub(crate) entry: SegmentEntry,
    pub(crate) moved: HashMap<String, Located>,
}

impl Merger {
    pub(crate) fn new(target: Pending) -> Self {
        Self { target, origins: OriginsWriter::default(), moved: HashMap::new() }
    }

    /// Takes in a segment; false if `goes_on`, which is asked after each patent, ended it.
    ///
    /// # Errors
    /// A damaged source is refused: a merge would give the damage a checksum that matches.
    pub(crate) fn take(
        &mut self,
        source: &Segment,
        entry: &SegmentEntry,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<bool, IndexError> {
        entry.contents().try_for_each(|file| file.verify(&source.directory))?;
        let mut places = vec![GONE; entry.patents as usize];
        for ordinal in (0..entry.patents).filter(|&ordinal| !entry.dead.contains(ordinal)) {
            places[ordinal as usize] = self.copy(source, ordinal)?;
            if !goes_on() {
                return Ok(false);
            }
        }
        self.origins.add(source.id, source.origins.as_deref(), places);
        Ok(true)
    }

    /// Copies a patent with its passages and vectors; gives back its new ordinal.
    fn copy(&mut self, source: &Segment, ordinal: u32) -> Result<u32, IndexError> {
        let (number, digest) = source.blocks.key(ordinal)?;
        let passages = source.passages.range(ordinal);
        let places = passages.clone().map(|passage| place(source, passage)).collect::<Result<Vec<_>, _>>()?;
        let id = self.target.add(number, digest, &source.blocks.read(ordinal)?, &places, None)?;
        for (passage, to) in passages.zip(self.target.passages_of(id.ordinal)) {
            if let Some(row) = source.row(passage) {
                self.target.add_row(to, &row)?;
            }
        }
        self.moved.insert(number.to_owned(), Located { id, digest });
        Ok(id.ordinal)
    }

    /// Builds the graphs and brings everything to the disk.
    pub(crate) fn seal(self) -> Result<Merged, IndexError> {
        Ok(Merged { entry: self.target.seal(Some(self.origins))?, moved: self.moved })
    }
}

fn place(source: &Segment, passage: u32) -> Result<Place, IndexError> {
    let damaged = || {
        let path = source.directory.join("passages.tbl");
        IndexError::damaged(path, format!("passage {passage} is of no kind that this version knows"))
    };
    source.place(passage).map(|(_, place)| place).ok_or_else(damaged)
}
