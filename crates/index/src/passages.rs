//! `passages.tbl`: where each passage of a segment lies, and which passages are a patent's.
//!
//! ```text
//! passages  per passage five u32: patent, kind (0 abstract, 1 claim, 2 description), number, start, end
//! firsts    per patent the ordinal of its first passage (u32 each), and the number of passages at the end
//! footer    passages, patents
//! ```

use std::ops::Range;
use std::path::{Path, PathBuf};

use priorart_corpus::{PassageKind, Place};

use crate::IndexError;
use crate::file::{FileEntry, Magic, Sealer};
use crate::raw::Mapped;

const MAGIC: Magic = *b"PRIPAS01";

/// Patent, kind, number, start and end of a passage.
pub(crate) type Row = [u32; 5];

/// Appends the passages of patents, patent by patent.
#[derive(Debug)]
pub(crate) struct PassageWriter {
    out: Sealer,
    firsts: Vec<u32>,
    count: u32,
}

impl PassageWriter {
    pub(crate) fn create(path: PathBuf) -> Result<Self, IndexError> {
        Ok(Self { out: Sealer::create(path)?, firsts: Vec::new(), count: 0 })
    }

    /// Passages so far: the ordinal of the next one.
    pub(crate) fn len(&self) -> u32 {
        self.count
    }

    pub(crate) fn range(&self, patent: u32) -> Range<u32> {
        let end = self.firsts.get(patent as usize + 1).copied().unwrap_or(self.count);
        self.firsts[patent as usize]..end
    }

    /// Adds the passages of the next patent.
    pub(crate) fn add(&mut self, places: &[Place]) -> Result<(), IndexError> {
        let patent = self.firsts.len() as u32;
        self.firsts.push(self.count);
        self.count += places.len() as u32;
        places.iter().try_for_each(|place| self.out.write(bytemuck::bytes_of(&to_row(patent, place))))
    }

    pub(crate) fn seal(mut self) -> Result<FileEntry, IndexError> {
        let patents = self.firsts.len() as u64;
        self.firsts.push(self.count);
        self.out.write(bytemuck::cast_slice(&self.firsts))?;
        self.out.seal(MAGIC, [self.count.into(), patents, 0, 0, 0, 0])
    }
}

/// The passages of a sealed segment.
#[derive(Debug)]
pub(crate) struct Passages {
    file: Mapped,
    count: u32,
    patents: u32,
}

impl Passages {
    pub(crate) fn open(dir: &Path, entry: &FileEntry) -> Result<Self, IndexError> {
        let (file, [count, patents, ..]) = entry.open(dir, MAGIC)?;
        let passages = Self { file, count: count as u32, patents: patents as u32 };
        passages.try_rows()?;
        passages.firsts()?;
        Ok(passages)
    }

    /// How many passages there are.
    pub(crate) fn len(&self) -> u32 {
        self.count
    }

    /// How many patents there are.
    pub(crate) fn patents(&self) -> u32 {
        self.patents
    }

    /// The patent of a passage, and where in the patent it lies; `None` where there is no such passage.
    pub(crate) fn get(&self, passage: u32) -> Option<(u32, Place)> {
        from_row(self.rows().get(passage as usize)?)
    }

    /// The patent of a passage.
    pub(crate) fn patent(&self, passage: u32) -> Option<u32> {
        Some(self.rows().get(passage as usize)?[0])
    }

    /// The passages of a patent, empty where there is no such patent.
    pub(crate) fn range(&self, patent: u32) -> Range<u32> {
        let bounds = self.firsts().ok().and_then(|firsts| firsts.get(patent as usize..patent as usize + 2));
        bounds.map_or(0..0, |bounds| bounds[0]..bounds[1].min(self.count))
    }

    /// The patents that have a passage in `passages`, which must exist.
    pub(crate) fn patents_in(&self, passages: &Range<u32>) -> Range<u32> {
        match (self.patent(passages.start), self.patent(passages.end.saturating_sub(1))) {
            (Some(first), Some(last)) if !passages.is_empty() => first..last + 1,
            _ => 0..0,
        }
    }

    /// All passages. Opening made sure that they are there.
    pub(crate) fn rows(&self) -> &[Row] {
        self.try_rows().unwrap_or_default()
    }

    fn try_rows(&self) -> Result<&[Row], IndexError> {
        self.file.slice(0, self.count.into())
    }

    fn firsts(&self) -> Result<&[u32], IndexError> {
        self.file.slice(u64::from(self.count) * size_of::<Row>() as u64, u64::from(self.patents) + 1)
    }
}

fn to_row(patent: u32, place: &Place) -> Row {
    let kind = match place.kind {
        PassageKind::Abstract => 0,
        PassageKind::Claim => 1,
        PassageKind::Description => 2,
    };
    [patent, kind, place.number, place.start, place.end]
}

fn from_row(&[patent, kind, number, start, end]: &Row) -> Option<(u32, Place)> {
    let kind = match kind {
        0 => PassageKind::Abstract,
        1 => PassageKind::Claim,
        2 => PassageKind::Description,
        _ => return None,
    };
    Some((patent, Place { kind, number, start, end }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(number: u32) -> Place {
        Place { kind: PassageKind::Claim, number, start: 0, end: 10 * number }
    }

    #[test]
    fn passages_come_back_by_patent() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = PassageWriter::create(dir.path().join("passages.tbl")).unwrap();
        for places in [vec![claim(1), claim(2)], vec![], vec![claim(3)]] {
            writer.add(&places).unwrap();
        }
        assert_eq!((writer.range(0), writer.range(2)), (0..2, 2..3));
        let table = Passages::open(dir.path(), &writer.seal().unwrap()).unwrap();
        assert_eq!((table.len(), table.patents()), (3, 3));
        assert_eq!([0, 1, 2, 3].map(|patent| table.range(patent)), [0..2, 2..2, 2..3, 0..0]);
        assert_eq!(table.get(2), Some((2, claim(3))));
        assert_eq!(table.get(3), None);
        assert_eq!(table.patents_in(&(1..3)), 0..3);
        assert_eq!(table.patents_in(&(3..3)), 0..0);
    }
}
