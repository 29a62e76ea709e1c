//! Comparing vectors. All are L2-normalised, so the dot product is the cosine.

use anndists::dist::Distance;
use half::f16;
use half::slice::HalfFloatSliceExt;

use crate::IndexError;
use crate::simd::dot_rows;

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
        (1.0 - dot_rows(a, b)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_never_negative() {
        for seed in 1_u8..100 {
            let vector: Vec<f32> = (0..48).map(|i| (f32::from(seed) * i as f32).cos()).collect();
            let row = to_half(&normalised(&vector, 0).unwrap());
            let opposite: Vec<f16> = row.iter().map(|x| -*x).collect();
            assert!((0.0..2e-3).contains(&HalfDot.eval(&row, &row)));
            assert!((HalfDot.eval(&row, &opposite) - 2.0).abs() < 2e-3);
        }
    }

    #[test]
    fn what_has_no_direction_is_refused() {
        for vector in [&[0.0, 0.0][..], &[f32::NAN, 1.0], &[f32::INFINITY, 1.0], &[]] {
            assert!(
                matches!(normalised(vector, 3), Err(IndexError::NotFinite { position: 3 })),
                "{vector:?}"
            );
        }
        assert_eq!(normalised(&[1e-30, 0.0], 0).unwrap(), [1.0, 0.0]);
        assert_eq!(normalised(&[3e38, 0.0], 0).unwrap(), [1.0, 0.0]);
    }
}
