//! What training does to rows of numbers besides products: GELU with its slope, and the softmax.

#![expect(
    clippy::inline_always,
    reason = "only inside the function that enables the instructions do they become instructions"
)]

use std::f32::consts::{FRAC_1_SQRT_2, PI};

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::product::Products;
use super::vector::{erf, exp, gelu};

/// Numbers that are one thread's at a time.
const NUMBERS_A_PIECE: usize = 1 << 15;

impl Products {
    /// The GELU of each number.
    pub(crate) fn gelu(&self, numbers: &[f32]) -> Vec<f32> {
        let mut output = vec![0.0; numbers.len()];
        output
            .par_chunks_mut(NUMBERS_A_PIECE)
            .zip(numbers.par_chunks(NUMBERS_A_PIECE))
            .for_each(|(output, numbers)| self.isa.run(Gelu { numbers, output }));
        output
    }

    /// Multiplies each of `slopes` by the slope of the GELU at the number in its place.
    pub(crate) fn gelu_backward(&self, numbers: &[f32], slopes: &mut [f32]) {
        slopes
            .par_chunks_mut(NUMBERS_A_PIECE)
            .zip(numbers.par_chunks(NUMBERS_A_PIECE))
            .for_each(|(slopes, numbers)| self.isa.run(GeluSlope { numbers, slopes }));
    }

    /// Replaces scores by weights that sum up to 1.
    pub(crate) fn softmax(&self, scores: &mut [f32]) {
        self.isa.run(Softmax(scores));
    }
}

struct Gelu<'a> {
    numbers: &'a [f32],
    output: &'a mut [f32],
}

impl WithSimd for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (vectors, rest) = S::as_simd_f32s(self.numbers);
        let (to, to_rest) = S::as_mut_simd_f32s(self.output);
        to.iter_mut().zip(vectors).for_each(|(to, &x)| *to = gelu(simd, x));
        simd.partial_store_f32s(to_rest, gelu(simd, simd.partial_load_f32s(rest)));
    }
}

struct GeluSlope<'a> {
    numbers: &'a [f32],
    slopes: &'a mut [f32],
}

impl WithSimd for GeluSlope<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (vectors, rest) = S::as_simd_f32s(self.numbers);
        let (to, to_rest) = S::as_mut_simd_f32s(self.slopes);
        to.iter_mut().zip(vectors).for_each(|(to, &x)| *to = simd.mul_f32s(*to, gelu_slope(simd, x)));
        let slope = gelu_slope(simd, simd.partial_load_f32s(rest));
        let product = simd.mul_f32s(simd.partial_load_f32s(to_rest), slope);
        simd.partial_store_f32s(to_rest, product);
    }
}

/// Φ(x) + x φ(x), with the normal distribution and its density.
#[inline(always)]
fn gelu_slope<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let half = simd.splat_f32s(0.5);
    let erf = erf(simd, simd.mul_f32s(x, simd.splat_f32s(FRAC_1_SQRT_2)));
    let distribution = simd.mul_add_e_f32s(half, erf, half);
    let density = exp(simd, simd.mul_f32s(simd.mul_f32s(x, x), simd.splat_f32s(-0.5)));
    let scaled = simd.mul_f32s(x, simd.splat_f32s((2.0 * PI).sqrt().recip()));
    simd.mul_add_e_f32s(scaled, density, distribution)
}

struct Softmax<'a>(&'a mut [f32]);

impl WithSimd for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let peak = self.0.iter().copied().fold(f32::MIN, f32::max);
        let peak = simd.splat_f32s(peak);
        let (vectors, rest) = S::as_mut_simd_f32s(self.0);
        for x in vectors {
            *x = exp(simd, simd.sub_f32s(*x, peak));
        }
        let tail = exp(simd, simd.sub_f32s(simd.partial_load_f32s(rest), peak));
        simd.partial_store_f32s(rest, tail);
        let factor = self.0.iter().sum::<f32>().recip();
        for x in self.0 {
            *x *= factor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::isa::Isa;

    fn places() -> Vec<f32> {
        (0..1003).map(|i| (i as f32 - 500.0) / 80.0).collect()
    }

    #[test]
    fn the_slope_of_the_gelu_is_that_of_its_differences() {
        const STEP: f32 = 1.0 / 64.0;
        for isa in Isa::available() {
            let products = Products::of(isa);
            let moved = |by: f32| products.gelu(&places().iter().map(|x| x + by).collect::<Vec<_>>());
            let (left, right) = (moved(-STEP), moved(STEP));
            let mut slopes = vec![2.0; places().len()];
            products.gelu_backward(&places(), &mut slopes);
            for (place, slope) in slopes.iter().enumerate() {
                let expected = (right[place] - left[place]) / STEP;
                assert!((slope - expected).abs() < 4e-4, "{} {place}: {slope} {expected}", isa.name());
            }
        }
    }

    #[test]
    fn a_softmax_sums_up_to_one_and_keeps_the_ratios() {
        for isa in Isa::available() {
            let mut weights = [1.0, 3.0, 2.0, -1e9, 3.0];
            Products::of(isa).softmax(&mut weights);
            let sum = 2.0 + (-1.0_f32).exp() + (-2.0_f32).exp();
            let expected = [(-2.0_f32).exp() / sum, 1.0 / sum, (-1.0_f32).exp() / sum, 0.0, 1.0 / sum];
            for (weight, expected) in weights.iter().zip(expected) {
                assert!((weight - expected).abs() < 1e-6, "{} {weights:?}", isa.name());
            }
        }
    }
}
