//! `vectors-K.f16`: the vectors of a contiguous range of passages, L2-normalised half floats, row by row.
//!
//! The footer holds dimension, rows, and the ordinal of the first passage.

use std::path::{Path, PathBuf};

use half::f16;

use crate::IndexError;
use crate::distance::{normalised, to_half};
use crate::file::{FileEntry, Magic, Sealer};
use crate::raw::Mapped;

const MAGIC: Magic = *b"PRIVEC01";

/// Normalises vectors and rounds them to half floats, or says which of them cannot be an index's.
pub(crate) fn prepare(vectors: &[Vec<f32>], dimension: u32) -> Result<Vec<Vec<f16>>, IndexError> {
    let prepare = |(position, vector): (usize, &Vec<f32>)| {
        let (found, expected) = (vector.len(), dimension as usize);
        if found != expected {
            return Err(IndexError::Dimension { position, found, expected });
        }
        Ok(to_half(&normalised(vector, position)?))
    };
    vectors.iter().enumerate().map(prepare).collect()
}

/// Appends rows.
#[derive(Debug)]
pub(crate) struct VectorWriter {
    out: Sealer,
    dimension: u32,
    first: u32,
    rows: u32,
}

impl VectorWriter {
    /// Begins a file whose first row is that of passage `first`.
    pub(crate) fn create(path: PathBuf, dimension: u32, first: u32) -> Result<Self, IndexError> {
        Ok(Self { out: Sealer::create(path)?, dimension, first, rows: 0 })
    }

    pub(crate) fn rows(&self) -> u32 {
        self.rows
    }

    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    /// One past the last passage that has a row.
    pub(crate) fn end(&self) -> u32 {
        self.first + self.rows
    }

    /// Appends a row that [`prepare`] made.
    pub(crate) fn add(&mut self, row: &[f16]) -> Result<(), IndexError> {
        self.rows += 1;
        self.out.write(bytemuck::cast_slice(row))
    }

    pub(crate) fn seal(self) -> Result<FileEntry, IndexError> {
        self.out.seal(MAGIC, [self.dimension.into(), self.rows.into(), self.first.into(), 0, 0, 0])
    }
}

/// The rows of a sealed file.
#[derive(Debug)]
pub(crate) struct Vectors {
    file: Mapped,
    dimension: usize,
    rows: u32,
    first: u32,
}

impl Vectors {
    pub(crate) fn open(dir: &Path, entry: &FileEntry) -> Result<Self, IndexError> {
        let (file, [dimension, rows, first, ..]) = entry.open(dir, MAGIC)?;
        file.slice::<f16>(0, dimension * rows)?;
        Ok(Self { file, dimension: dimension as usize, rows: rows as u32, first: first as u32 })
    }

    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    pub(crate) fn len(&self) -> u32 {
        self.rows
    }

    /// The passage of row 0.
    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    /// A row; empty where there is none, so that a damaged graph cannot make a search panic.
    #[inline]
    pub(crate) fn row(&self, row: u32) -> &[f16] {
        self.all().get(row as usize * self.dimension..(row as usize + 1) * self.dimension).unwrap_or_default()
    }

    fn all(&self) -> &[f16] {
        self.file.slice(0, self.dimension as u64 * u64::from(self.rows)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_normalised() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = VectorWriter::create(dir.path().join("vectors-0.f16"), 2, 5).unwrap();
        for row in prepare(&[vec![3.0, 4.0], vec![0.0, -2.0]], 2).unwrap() {
            writer.add(&row).unwrap();
        }
        assert_eq!(writer.end(), 7);
        let vectors = Vectors::open(dir.path(), &writer.seal().unwrap()).unwrap();
        assert_eq!((vectors.len(), vectors.first()), (2, 5));
        assert_eq!(vectors.row(0), [0.6, 0.8].map(f16::from_f32));
        assert_eq!(vectors.row(1), [0.0, -1.0].map(f16::from_f32));
        assert!(vectors.row(2).is_empty());
    }

    #[test]
    fn wrong_vectors_are_refused_by_position() {
        let error = prepare(&[vec![1.0, 0.0], vec![1.0]], 2).unwrap_err();
        assert!(matches!(error, IndexError::Dimension { position: 1, found: 1, expected: 2 }));
        assert!(matches!(prepare(&[vec![f32::NAN, 0.0]], 2), Err(IndexError::NotFinite { position: 0 })));
    }
}
