//! Comparing vectors. All are L2-normalised, so the dot product is the cosine.

use anndists::dist::Distance;
use half::f16;
use half::slice::HalfFloatSliceExt;

use crate::IndexError;
use crate::codes::product;

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

/// Bytes of a scale.
const SCALE: usize = size_of::<f32>();

/// A row of codes with its scale behind it, the form in which `hnsw_rs` is given rows.
pub(crate) fn with_scale(codes: &[i8], scale: f32) -> Vec<i8> {
    let scale = scale.to_le_bytes().map(u8::cast_signed);
    [codes, &scale].concat()
}

/// `1 - dot`, never negative: what `hnsw_rs` builds with. It asserts that distances are not negative, and
/// rounding makes the dot product of a vector with itself anything from 0.99 to 1.01.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CodeDistance;

impl Distance<i8> for CodeDistance {
    fn eval(&self, a: &[i8], b: &[i8]) -> f32 {
        (1.0 - product(split(a), split(b))).max(0.0)
    }
}

fn split(row: &[i8]) -> (&[i8], f32) {
    let (codes, scale) = row.split_last_chunk::<SCALE>().unwrap_or((&[], &[0; SCALE]));
    (codes, f32::from_le_bytes(scale.map(i8::cast_unsigned)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::encode;

    #[test]
    fn distances_are_never_negative() {
        for seed in 1_u8..100 {
            let vector: Vec<f32> = (0..48).map(|i| (f32::from(seed) * i as f32).cos()).collect();
            let row = normalised(&vector, 0).unwrap();
            let (codes, _, scale) = encode(&row);
            let opposite: Vec<i8> = codes.iter().map(|x| -*x).collect();
            let (row, opposite) = (with_scale(&codes, scale), with_scale(&opposite, scale));
            assert!((0.0..2e-2).contains(&CodeDistance.eval(&row, &row)));
            assert!((CodeDistance.eval(&row, &opposite) - 2.0).abs() < 2e-2);
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
