//! Vectors in fixed point: eight bits of each number for walking, eight more for scores.
//!
//! A row has a scale; a number is the scale times 256 `code` + `fine`, both from -128 to 127. The codes alone,
//! which is half of what half floats take, find the neighbours; with the fine bytes a number is as exact as 15
//! bits of the row's largest make it, four times finer than half floats are there.

use crate::simd::{dot_byte, dot_bytes, prefetch};

/// The largest number that a code and a fine byte make.
const LARGEST: f32 = 127.0 * 256.0 + 127.0;

/// A row: codes, fine bytes, and the scale.
pub(crate) fn encode(row: &[f32]) -> (Vec<i8>, Vec<i8>, f32) {
    let largest = row.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
    let scale = largest.max(f32::MIN_POSITIVE) / LARGEST;
    let split = |x: &f32| {
        let whole = (x / scale).round() as i32;
        let code = (whole + 128) >> 8;
        (code as i8, (whole - 256 * code) as i8)
    };
    let (codes, fine) = row.iter().map(split).unzip();
    (codes, fine, scale)
}

/// Rows of codes, each with its scale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Codes<'a> {
    dimension: usize,
    rows: &'a [i8],
    scales: &'a [f32],
}

/// Codes in memory, made from vectors that are stored in another precision.
#[derive(Debug)]
pub(crate) struct OwnedCodes {
    dimension: usize,
    rows: Vec<i8>,
    scales: Vec<f32>,
}

impl OwnedCodes {
    /// Codes of `rows`, each of `dimension` numbers.
    pub(crate) fn new(dimension: usize, rows: impl Iterator<Item = Vec<f32>>) -> Self {
        let count = rows.size_hint().0;
        let (codes, scales) = (Vec::with_capacity(count * dimension), Vec::with_capacity(count));
        let mut owned = Self { dimension, rows: codes, scales };
        for row in rows {
            let (codes, _, scale) = encode(&row);
            owned.rows.extend(codes);
            owned.scales.push(scale);
        }
        owned
    }

    pub(crate) fn view(&self) -> Codes<'_> {
        Codes::new(self.dimension, &self.rows, &self.scales)
    }
}

impl<'a> Codes<'a> {
    pub(crate) fn new(dimension: usize, rows: &'a [i8], scales: &'a [f32]) -> Self {
        Self { dimension, rows, scales }
    }

    pub(crate) fn len(&self) -> u32 {
        self.scales.len() as u32
    }

    /// A row's codes; none where there is no such row, so that a damaged graph cannot make a search panic.
    #[inline]
    pub(crate) fn row(&self, row: u32) -> &'a [i8] {
        let start = row as usize * self.dimension;
        self.rows.get(start..start + self.dimension).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn scale(&self, row: u32) -> f32 {
        self.scales.get(row as usize).copied().unwrap_or_default()
    }

    /// The dot product of two rows.
    #[inline]
    pub(crate) fn between(&self, a: u32, b: u32) -> f32 {
        product((self.row(a), self.scale(a)), (self.row(b), self.scale(b)))
    }

    #[inline]
    pub(crate) fn prefetch(&self, row: u32) {
        prefetch(self.row(row));
        prefetch(self.scales.get(row as usize..=row as usize).unwrap_or_default());
    }
}

/// The dot product of two rows of codes with their scales.
#[inline]
pub(crate) fn product((a, a_scale): (&[i8], f32), (b, b_scale): (&[i8], f32)) -> f32 {
    dot_bytes(a, b) as f32 * (65_536.0 * a_scale * b_scale)
}

/// The dot product of a full vector with a row of codes and fine bytes.
#[inline]
pub(crate) fn exact(full: &[f32], codes: &[i8], fine: &[i8], scale: f32) -> f32 {
    (256.0 * dot_byte(full, codes) + dot_byte(full, fine)) * scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seed: f32) -> Vec<f32> {
        (0..100).map(|i| (seed * i as f32).sin() * 0.1).collect()
    }

    #[test]
    fn numbers_are_kept_to_fifteen_bits_of_the_largest() {
        for row in [row(0.7), row(3.1), vec![1.0, -1.0, 0.5, 1e-4], vec![0.0, 1e-30], vec![0.0; 3]] {
            let (codes, fine, scale) = encode(&row);
            let largest = row.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
            for ((x, code), fine) in row.iter().zip(codes).zip(fine) {
                let back = scale * (256.0 * f32::from(code) + f32::from(fine));
                assert!((x - back).abs() <= largest / 65_000.0, "{x} {back}");
            }
        }
    }

    #[test]
    fn products_are_those_of_the_vectors() {
        let (a, b) = (row(0.7), row(1.1));
        let plain: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
        let owned = OwnedCodes::new(100, [a.clone(), b.clone()].into_iter());
        let (codes, fine, scale) = encode(&b);
        assert!((owned.view().between(0, 1) - plain).abs() < 2e-3);
        assert!((exact(&a, &codes, &fine, scale) - plain).abs() < 2e-5);
        assert!(owned.view().row(2).is_empty());
    }
}
