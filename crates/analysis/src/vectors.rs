//! Vectors of length 1, a row each.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::AnalysisError;

/// Rows of vectors of length 1, which need not be in memory all at once.
pub trait Rows: Sync {
    /// How many rows there are.
    fn len(&self) -> usize;
    /// How many numbers a row has.
    fn dimension(&self) -> usize;
    /// The numbers of some rows, row after row.
    ///
    /// # Errors
    /// Where the rows cannot be read.
    fn block(&self, rows: Range<usize>) -> Result<Cow<'_, [f32]>, AnalysisError>;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Vectors in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectors {
    dimension: usize,
    values: Vec<f32>,
}

impl Vectors {
    /// None yet, of `dimension` numbers each.
    pub fn new(dimension: usize) -> Self {
        Self { dimension, values: Vec::new() }
    }

    /// All of these, scaled to length 1.
    ///
    /// # Errors
    /// [`AnalysisError::Dimension`] and [`AnalysisError::NoDirection`] name the row.
    pub fn of<V: AsRef<[f32]>>(rows: &[V]) -> Result<Self, AnalysisError> {
        let mut vectors = Self::new(rows.first().map_or(0, |row| row.as_ref().len()));
        rows.iter().try_for_each(|row| vectors.push(row.as_ref()))?;
        Ok(vectors)
    }

    /// Adds a vector, scaled to length 1.
    ///
    /// # Errors
    /// As of [`Vectors::of`].
    pub fn push(&mut self, vector: &[f32]) -> Result<(), AnalysisError> {
        let row = self.len();
        if vector.len() != self.dimension {
            return Err(AnalysisError::Dimension { row, found: vector.len(), expected: self.dimension });
        }
        let square: f64 = vector.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        let length = square.sqrt();
        if !(length.is_finite() && length > f64::from(f32::MIN_POSITIVE)) {
            return Err(AnalysisError::NoDirection { row });
        }
        self.values.extend(vector.iter().map(|&x| (f64::from(x) / length) as f32));
        Ok(())
    }

    /// A row.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.dimension..(row + 1) * self.dimension]
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = &[f32]> + Clone {
        (0..self.len()).map(|row| self.row(row))
    }

    /// The mean of the rows, not scaled; `None` where there are none.
    pub fn mean(&self) -> Option<Vec<f32>> {
        let mut sum = vec![0.0; self.dimension];
        for row in self.rows() {
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        let count = self.len() as f32;
        (count > 0.0).then(|| sum.into_iter().map(|value| value / count).collect())
    }
}

impl Rows for Vectors {
    fn len(&self) -> usize {
        self.values.len() / self.dimension.max(1)
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    fn block(&self, rows: Range<usize>) -> Result<Cow<'_, [f32]>, AnalysisError> {
        Ok(Cow::Borrowed(&self.values[rows.start * self.dimension..rows.end * self.dimension]))
    }
}

/// The cosine of two vectors of length 1.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_scaled_to_length_one() {
        let vectors = Vectors::of(&[[3.0, 4.0], [0.0, 2.0]]).unwrap();
        assert_eq!(vectors.row(0), [0.6, 0.8]);
        assert_eq!(vectors.row(1), [0.0, 1.0]);
        assert_eq!(vectors.mean().unwrap(), [0.3, 0.9]);
        assert_eq!(Vectors::new(2).mean(), None);
    }

    #[test]
    fn what_has_no_direction_is_refused_by_its_row() {
        for wrong in [[0.0, 0.0], [f32::NAN, 1.0], [f32::INFINITY, 1.0]] {
            let error = Vectors::of(&[[1.0, 0.0], wrong]).unwrap_err();
            assert!(matches!(error, AnalysisError::NoDirection { row: 1 }), "{error}");
        }
        let error = Vectors::of(&[&[1.0, 0.0][..], &[1.0]]).unwrap_err();
        assert_eq!(error.to_string(), "vector 1 has 1 dimensions where the others have 2");
    }
}
