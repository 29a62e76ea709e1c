//! Layer normalisation of a sum.

#![expect(
    clippy::inline_always,
    reason = "only inside the function that enables the instructions do they become instructions"
)]

use pulp::{Simd, WithSimd};

/// The parameters of one normalisation.
#[derive(Debug)]
pub(super) struct Norm {
    pub(super) gamma: Vec<f32>,
    pub(super) beta: Vec<f32>,
    pub(super) epsilon: f32,
}

/// Replaces each row of `rows` by the normalised sum of it and the row of `added`.
pub(super) struct AddAndNorm<'a> {
    pub(super) rows: &'a mut [f32],
    pub(super) added: &'a [f32],
    pub(super) norm: &'a Norm,
}

impl WithSimd for AddAndNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let width = self.norm.gamma.len();
        for (row, added) in self.rows.chunks_exact_mut(width).zip(self.added.chunks_exact(width)) {
            row.iter_mut().zip(added).for_each(|(x, added)| *x += added);
            let mean = sum(simd, row, |x| x) / width as f32;
            for x in row.iter_mut() {
                *x -= mean;
            }
            let variance = sum(simd, row, |x| simd.mul_f32s(x, x)) / width as f32;
            let scale = 1.0 / (variance + self.norm.epsilon).sqrt();
            let parameters = self.norm.gamma.iter().zip(&self.norm.beta);
            row.iter_mut().zip(parameters).for_each(|(x, (gamma, beta))| *x = *x * scale * gamma + beta);
        }
    }
}

/// The sum of a function over a row; the function of 0 must be 0.
#[inline(always)]
fn sum<S: Simd>(simd: S, row: &[f32], of: impl Fn(S::f32s) -> S::f32s) -> f32 {
    let (vectors, rest) = S::as_simd_f32s(row);
    let first = of(simd.partial_load_f32s(rest));
    simd.reduce_sum_f32s(vectors.iter().fold(first, |sum, &x| simd.add_f32s(sum, of(x))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::isa::Isa;

    #[track_caller]
    fn check(width: usize) {
        let norm = Norm {
            gamma: (0..width).map(|i| 1.0 + i as f32 / 8.0).collect(),
            beta: (0..width).map(|i| i as f32 / 4.0).collect(),
            epsilon: 1e-5,
        };
        let start: Vec<f32> = (0..2 * width).map(|i| ((i * 37) % 11) as f32).collect();
        let added: Vec<f32> = (0..2 * width).map(|i| ((i * 17) % 7) as f32).collect();
        for isa in Isa::available() {
            let mut rows = start.clone();
            isa.run(AddAndNorm { rows: &mut rows, added: &added, norm: &norm });
            for row in 0..2 {
                let range = row * width..(row + 1) * width;
                let sums: Vec<f64> =
                    range.clone().map(|i| f64::from(start[i]) + f64::from(added[i])).collect();
                let mean = sums.iter().sum::<f64>() / width as f64;
                let variance = sums.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width as f64;
                for (column, (x, sum)) in rows[range].iter().zip(&sums).enumerate() {
                    let scaled = (sum - mean) / (variance + 1e-5).sqrt();
                    let expected = scaled * f64::from(norm.gamma[column]) + f64::from(norm.beta[column]);
                    assert!((f64::from(*x) - expected).abs() < 1e-5, "{} {width}", isa.name());
                }
            }
        }
    }

    #[test]
    fn rows_of_any_width_are_normalised() {
        check(2);
        check(16);
        check(32);
        check(51);
    }
}
