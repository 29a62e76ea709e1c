//! Comparing vectors. All are L2-normalised, so the dot product is the cosine.
//!
//! simsimd picks the widest instructions of the processor at run time.

use anndists::dist::Distance;
use half::f16;
use half::slice::HalfFloatSliceExt;
use simsimd::SpatialSimilarity;

use crate::IndexError;
use crate::raw::as_simsimd;

/// The dot product of two rows as they are stored; of rows of different length, 0.
#[inline]
pub(crate) fn dot(a: &[f16], b: &[f16]) -> f32 {
    simsimd::f16::dot(as_simsimd(a), as_simsimd(b)).unwrap_or(0.0) as f32
}

/// The dot product of a full query and a stored row, which goes into `scratch` as f32 first.
pub(crate) fn exact_dot(query: &[f32], row: &[f16], scratch: &mut Vec<f32>) -> f32 {
    scratch.resize(row.len(), 0.0);
    row.convert_to_f32_slice(scratch);
    f32::dot(query, scratch).unwrap_or(0.0) as f32
}

/// The same vector with length 1; `position` goes into the error where it has no such form.
pub(crate) fn normalised(vector: &[f32], position: usize) -> Result<Vec<f32>, IndexError> {
    let square: f64 = vector.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
    let length = square.sqrt();
    if !length.is_finite() || length < f64::from(f32::MIN_POSITIVE) {
        return Err(IndexError::NotFinite { position });
    }
    Ok(vector.iter().map(|&x| (f64::from(x) / length) as f32).collect())
}

/// Half floats of a vector.
pub(crate) fn to_half(vector: &[f32]) -> Vec<f16> {
    let mut half = vec![f16::ZERO; vector.len()];
    half.convert_from_f32_slice(vector);
    half
}

/// `1 - dot`, never negative: what `hnsw_rs` builds with. It asserts that distances are not negative, and
/// rounding to half floats makes the dot product of a vector with itself anything from 0.999 to 1.001.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct HalfDot;

impl Distance<f16> for HalfDot {
    fn eval(&self, a: &[f16], b: &[f16]) -> f32 {
        (1.0 - dot(a, b)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_agree_with_plain_arithmetic() {
        for dimension in [1, 7, 16, 33, 768] {
            let a: Vec<f32> = (0..dimension).map(|i| (i as f32 * 0.7 + 0.5).sin()).collect();
            let b: Vec<f32> = (0..dimension).map(|i| (i as f32 * 1.3).cos()).collect();
            let (a, b) = (normalised(&a, 0).unwrap(), normalised(&b, 0).unwrap());
            let plain: f32 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
            let (half_a, half_b) = (to_half(&a), to_half(&b));
            assert!((dot(&half_a, &half_b) - plain).abs() < 2e-3, "{dimension}");
            assert!((exact_dot(&a, &half_b, &mut Vec::new()) - plain).abs() < 1e-3, "{dimension}");
            assert!(HalfDot.eval(&half_a, &half_a) < 2e-3);
        }
    }

    #[test]
    fn what_has_no_direction_is_refused() {
        for vector in [&[0.0, 0.0][..], &[f32::NAN, 1.0], &[f32::INFINITY, 1.0], &[]] {
            assert!(matches!(normalised(vector, 3), Err(IndexError::NotFinite { position: 3 })), "{vector:?}");
        }
        assert_eq!(normalised(&[1e-30, 0.0], 0).unwrap(), [1.0, 0.0]);
        assert_eq!(normalised(&[3e38, 0.0], 0).unwrap(), [1.0, 0.0]);
    }
}
