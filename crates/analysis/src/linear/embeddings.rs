//! Embeddings, one a row.

use std::ops::Range;

use ndarray::{Array2, ArrayView1, ArrayView2, s};

use crate::LandscapeError;

/// Rows that are multiplied at a time: they stay in a core's cache.
pub(crate) const BLOCK: usize = 512;

/// Embeddings of length 1, one a row, all of one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings(Array2<f32>);

impl Embeddings {
    /// Takes `numbers`, row after row of `dimension` each, and brings every row to length 1.
    ///
    /// # Errors
    /// Numbers that make no whole rows, that are not finite, or a row without a direction.
    pub fn new(numbers: Vec<f32>, dimension: usize) -> Result<Self, LandscapeError> {
        let (rows, rest) = (numbers.len() / dimension.max(1), numbers.len() % dimension.max(1));
        if dimension == 0 || rest > 0 {
            return Err(LandscapeError::Shape { numbers: numbers.len(), dimension });
        }
        let mut matrix = Array2::from_shape_vec((rows, dimension), numbers)
            .map_err(|_| LandscapeError::Shape { numbers: rows * dimension, dimension })?;
        for (at, mut row) in matrix.rows_mut().into_iter().enumerate() {
            let length = row.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
            if !length.is_finite() {
                return Err(LandscapeError::NotFinite { row: at });
            }
            if length == 0.0 {
                return Err(LandscapeError::NoDirection { row: at });
            }
            row.mapv_inplace(|x| (f64::from(x) / length) as f32);
        }
        Ok(Self(matrix))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.0.nrows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Numbers of a row.
    pub fn dimension(&self) -> usize {
        self.0.ncols()
    }

    pub(crate) fn row(&self, at: usize) -> ArrayView1<'_, f32> {
        self.0.row(at)
    }

    pub(crate) fn rows(&self, range: Range<usize>) -> ArrayView2<'_, f32> {
        self.0.slice(s![range, ..])
    }

    pub(crate) fn matrix(&self) -> ArrayView2<'_, f32> {
        self.0.view()
    }
}

/// The blocks that `rows` are cut into.
pub(crate) fn blocks(rows: usize) -> Vec<Range<usize>> {
    (0..rows).step_by(BLOCK).map(|start| start..(start + BLOCK).min(rows)).collect()
}

#[cfg(test)]
impl Embeddings {
    /// Rows about the axes of a space, as many about each as `sizes` says, in turn; with the axis of each.
    pub(crate) fn about_axes(sizes: &[usize]) -> (Self, Vec<usize>) {
        let mut random = super::Random::new(3);
        let (mut numbers, mut axes) = (Vec::new(), Vec::new());
        for at in 0..*sizes.iter().max().unwrap() {
            for axis in (0..sizes.len()).filter(|&axis| at < sizes[axis]) {
                axes.push(axis);
                numbers.extend((0..sizes.len()).map(|other| {
                    let noise = 0.3 * (random.unit() as f32 - 0.5);
                    if other == axis { 1.0 + noise } else { noise }
                }));
            }
        }
        (Self::new(numbers, sizes.len()).unwrap(), axes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_to_length_one() {
        let embeddings = Embeddings::new(vec![3.0, 4.0, 0.0, 2.0], 2).unwrap();
        assert_eq!(embeddings.row(0).to_vec(), [0.6, 0.8]);
        assert_eq!(embeddings.row(1).to_vec(), [0.0, 1.0]);
        assert_eq!((embeddings.len(), embeddings.dimension()), (2, 2));
    }

    #[track_caller]
    fn check(numbers: &[f32], dimension: usize, expected: &str) {
        let error = Embeddings::new(numbers.to_vec(), dimension).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn what_is_no_embedding_is_refused() {
        check(&[1.0, 0.0, f32::NAN, 1.0], 2, "embedding 1 (from 0) has a number that is not finite");
        check(&[f32::INFINITY, 1.0], 2, "embedding 0 (from 0) has a number that is not finite");
        check(&[1.0, 0.0, 0.0, 0.0], 2, "embedding 1 (from 0) is zero and has no direction");
        check(&[1.0, 0.0, 1.0], 2, "3 numbers are no whole rows of 2");
        check(&[1.0], 0, "1 numbers are no whole rows of 0");
    }
}
