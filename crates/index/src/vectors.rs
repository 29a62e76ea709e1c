//! `vectors-K.f32`, `.f16` or `.i8`: the vectors of a contiguous range of passages, L2-normalised, row by row.
//!
//! Full and half floats are one file. Fixed point ([`codes`](crate::codes)) is two: `vectors-K.i8` with the codes, then the
//! scale of each row (f32), and `vectors-K.lo` with the fine bytes, which only scores read. The footer holds
//! dimension, rows, the ordinal of the first passage, and the bits of a number.

use std::path::Path;

use half::f16;
use half::slice::HalfFloatSliceExt;

use crate::IndexError;
use crate::codes::{Codes, OwnedCodes, encode, exact};
use crate::distance::{normalised, to_half};
use crate::file::{FileEntry, Magic, Sealer};
use crate::raw::Mapped;
use crate::simd::{dot_full, dot_half};

const MAGIC: Magic = *b"PRIVEC02";
const FINE_MAGIC: Magic = *b"PRIFIN01";

/// How exactly vectors are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precision {
    /// As they are given, 4 bytes a number.
    F32,
    /// Half floats, 2 bytes a number.
    F16,
    /// Fixed point, 2 bytes a number, of which a search walks over one: the smallest in memory, and as good.
    #[default]
    Int8,
}

impl Precision {
    fn suffix(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Int8 => "i8",
        }
    }

    /// Bits of a number in the file of the rows.
    fn bits(self) -> u64 {
        match self {
            Self::F32 => 32,
            Self::F16 => 16,
            Self::Int8 => 8,
        }
    }

    fn of(bits: u64) -> Option<Self> {
        [Self::F32, Self::F16, Self::Int8].into_iter().find(|precision| precision.bits() == bits)
    }
}

/// Normalises vectors, or says which of them cannot be an index's.
pub(crate) fn prepare(vectors: &[Vec<f32>], dimension: u32) -> Result<Vec<Vec<f32>>, IndexError> {
    let prepare = |(position, vector): (usize, &Vec<f32>)| {
        let (found, expected) = (vector.len(), dimension as usize);
        if found != expected {
            return Err(IndexError::Dimension { position, found, expected });
        }
        normalised(vector, position)
    };
    vectors.iter().enumerate().map(prepare).collect()
}

/// Appends rows.
#[derive(Debug)]
pub(crate) struct VectorWriter {
    out: Sealer,
    /// Fine bytes, and the scale of each row so far.
    fine: Option<(Sealer, Vec<f32>)>,
    precision: Precision,
    dimension: u32,
    first: u32,
    rows: u32,
}

impl VectorWriter {
    /// Begins the files of part `number` in a segment's directory; their first row is that of passage `first`.
    pub(crate) fn create(
        dir: &Path,
        number: u32,
        precision: Precision,
        dimension: u32,
        first: u32,
    ) -> Result<Self, IndexError> {
        let create = |suffix| Sealer::create(dir.join(format!("vectors-{number}.{suffix}")));
        let fine = if precision == Precision::Int8 { Some((create("lo")?, Vec::new())) } else { None };
        Ok(Self { out: create(precision.suffix())?, fine, precision, dimension, first, rows: 0 })
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
    pub(crate) fn add(&mut self, row: &[f32]) -> Result<(), IndexError> {
        self.rows += 1;
        if let Some((fine_bytes, scales)) = &mut self.fine {
            let (codes, fine, scale) = encode(row);
            scales.push(scale);
            fine_bytes.write(bytemuck::cast_slice(&fine))?;
            return self.out.write(bytemuck::cast_slice(&codes));
        }
        match self.precision {
            Precision::F16 => self.out.write(bytemuck::cast_slice(&to_half(row))),
            Precision::F32 | Precision::Int8 => self.out.write(bytemuck::cast_slice(row)),
        }
    }

    /// Brings the rows to the disk; a second file where there are fine bytes.
    pub(crate) fn seal(mut self) -> Result<(FileEntry, Option<FileEntry>), IndexError> {
        let bits = self.precision.bits();
        let fields = [self.dimension.into(), self.rows.into(), self.first.into(), bits, 0, 0];
        let mut sealed = None;
        if let Some((fine, scales)) = self.fine {
            self.out.align()?;
            self.out.write(bytemuck::cast_slice(&scales))?;
            sealed = Some(fine.seal(FINE_MAGIC, fields)?);
        }
        Ok((self.out.seal(MAGIC, fields)?, sealed))
    }
}

/// The rows of sealed files.
#[derive(Debug)]
pub(crate) struct Vectors {
    file: Mapped,
    fine: Option<Mapped>,
    precision: Precision,
    dimension: usize,
    rows: u32,
    first: u32,
}

/// The rows in their precision.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rows<'a> {
    Full(&'a [f32]),
    Half(&'a [f16]),
    Fixed(Codes<'a>, &'a [i8]),
}

impl Vectors {
    pub(crate) fn open(dir: &Path, entry: &FileEntry, fine: Option<&FileEntry>) -> Result<Self, IndexError> {
        let (mapped, fields) = entry.open(dir, MAGIC)?;
        let [dimension, rows, first, bits, ..] = fields;
        let precision = Precision::of(bits);
        let precision = precision.ok_or_else(|| {
            IndexError::damaged(mapped.path(), format!("numbers of {bits} bits, which nothing writes"))
        })?;
        let fine = fine.map(|fine| fine.open(dir, FINE_MAGIC)).transpose()?;
        if fine.as_ref().map(|(_, fields)| *fields) != (precision == Precision::Int8).then_some(fields) {
            return Err(IndexError::damaged(
                mapped.path(),
                "the file of its fine bytes is not of the same rows",
            ));
        }
        let fine = fine.map(|(fine, _)| fine);
        let (dimension, rows, first) = (dimension as usize, rows as u32, first as u32);
        let vectors = Self { file: mapped, fine, precision, dimension, rows, first };
        vectors.try_view()?;
        Ok(vectors)
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

    /// The rows as they are stored. Opening made sure that they are there.
    pub(crate) fn view(&self) -> Rows<'_> {
        self.try_view().unwrap_or(Rows::Full(&[]))
    }

    fn try_view(&self) -> Result<Rows<'_>, IndexError> {
        let count = self.dimension as u64 * u64::from(self.rows);
        match (self.precision, &self.fine) {
            (Precision::F32, _) => self.file.slice(0, count).map(Rows::Full),
            (Precision::F16, _) => self.file.slice(0, count).map(Rows::Half),
            (Precision::Int8, None) => Err(IndexError::damaged(self.path(), "its fine bytes are missing")),
            (Precision::Int8, Some(fine)) => {
                let codes = self.file.slice(0, count)?;
                let scales = self.file.slice(count.next_multiple_of(8), self.rows.into())?;
                Ok(Rows::Fixed(Codes::new(self.dimension, codes, scales), fine.slice(0, count)?))
            }
        }
    }

    /// A row as it was given, to the precision; empty where there is none.
    pub(crate) fn row(&self, row: u32) -> Vec<f32> {
        let range = row as usize * self.dimension..(row as usize + 1) * self.dimension;
        match self.view() {
            Rows::Full(rows) => rows.get(range).unwrap_or_default().to_vec(),
            Rows::Half(rows) => rows.get(range).unwrap_or_default().to_f32_vec(),
            Rows::Fixed(codes, fine) => {
                let (scale, fine) = (codes.scale(row), fine.get(range).unwrap_or_default());
                let number = |(&code, &fine)| scale * (256.0 * f32::from(code) + f32::from(fine));
                codes.row(row).iter().zip(fine).map(number).collect()
            }
        }
    }

    /// The rows as codes, made in memory: [`view`](Self::view) has them where they are stored so.
    pub(crate) fn to_codes(&self) -> OwnedCodes {
        OwnedCodes::new(self.dimension, (0..self.rows).map(|row| self.row(row)))
    }
}

impl Rows<'_> {
    /// The dot product of a query and a row, as exact as the row is stored; 0 where there is no such row.
    #[inline]
    pub(crate) fn exact(&self, query: &[f32], row: u32) -> f32 {
        let range = row as usize * query.len()..(row as usize + 1) * query.len();
        match self {
            Self::Full(rows) => dot_full(query, rows.get(range).unwrap_or_default()),
            Self::Half(rows) => dot_half(query, rows.get(range).unwrap_or_default()),
            Self::Fixed(codes, fine) => {
                exact(query, codes.row(row), fine.get(range).unwrap_or_default(), codes.scale(row))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Precision; 3] = [Precision::F32, Precision::F16, Precision::Int8];

    #[test]
    fn rows_come_back_normalised_in_every_precision() {
        for precision in ALL {
            let dir = tempfile::tempdir().unwrap();
            let mut writer = VectorWriter::create(dir.path(), 0, precision, 3, 5).unwrap();
            let given = [vec![3.0, 4.0, 0.0], vec![0.0, -2.0, 0.0], vec![1.0, 2.0, 2.0]];
            for row in prepare(&given, 3).unwrap() {
                writer.add(&row).unwrap();
            }
            assert_eq!(writer.end(), 8);
            let (rows, fine) = writer.seal().unwrap();
            let vectors = Vectors::open(dir.path(), &rows, fine.as_ref()).unwrap();
            assert_eq!((vectors.len(), vectors.first()), (3, 5));
            for (row, expected) in
                (0..).zip([[0.6, 0.8, 0.0], [0.0, -1.0, 0.0], [1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0]])
            {
                let found = vectors.row(row);
                assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 3e-4), "{found:?}");
                let whole = vectors.view().exact(&expected, row);
                assert!((whole - 1.0).abs() < 1e-3, "{precision:?}: {whole}");
            }
            assert!(vectors.row(3).is_empty());
            assert!(vectors.view().exact(&[1.0; 3], 3).abs() < 1e-9);
        }
    }

    #[test]
    fn fine_bytes_of_other_rows_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut files = Vec::new();
        for (number, rows) in [(0, 1), (1, 2)] {
            let mut writer = VectorWriter::create(dir.path(), number, Precision::Int8, 2, 0).unwrap();
            (0..rows).for_each(|_| writer.add(&[0.6, 0.8]).unwrap());
            files.push(writer.seal().unwrap());
        }
        let open = |rows: usize, fine: Option<usize>| {
            let fine = fine.and_then(|fine| files[fine].1.as_ref());
            Vectors::open(dir.path(), &files[rows].0, fine)
        };
        assert!(open(0, Some(0)).is_ok());
        for fine in [Some(1), None] {
            let error = open(0, fine).unwrap_err().to_string();
            assert!(error.contains("vectors-0.i8"), "{error}");
        }
    }

    #[test]
    fn wrong_vectors_are_refused_by_position() {
        let error = prepare(&[vec![1.0, 0.0], vec![1.0]], 2).unwrap_err();
        assert!(matches!(error, IndexError::Dimension { position: 1, found: 1, expected: 2 }));
        assert!(matches!(prepare(&[vec![f32::NAN, 0.0]], 2), Err(IndexError::NotFinite { position: 0 })));
    }
}
