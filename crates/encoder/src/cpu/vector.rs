//! Functions of whole vectors: GELU and the exponential.

#![expect(
    clippy::inline_always,
    reason = "only inside the function that enables the instructions do they become instructions"
)]

use std::f32::consts::{FRAC_1_SQRT_2, LOG2_E};

use pulp::Simd;

/// Numerator and denominator of the error function on [-4, 4], as polynomials in x², highest power
/// first; the numerator is then multiplied by x.
///
/// These are the coefficients of Eigen's and XLA's `erf`, good to a few units in the last place.
const ERF_NUMERATOR: [f32; 7] = [
    -2.726_142_3e-10,
    2.770_681_4e-8,
    -2.101_024e-6,
    -5.692_506_5e-5,
    -7.349_906_3e-4,
    -2.954_6e-3,
    -1.609_603_3e-2,
];
const ERF_DENOMINATOR: [f32; 5] =
    [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];

/// Beyond this the error function is 1 to the last bit.
const ERF_END: f32 = 4.0;

/// The Gaussian error linear unit, x/2 · (1 + erf(x/√2)).
#[inline(always)]
pub(super) fn gelu<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let half = simd.mul_f32s(x, simd.splat_f32s(0.5));
    let erf = erf(simd, simd.mul_f32s(x, simd.splat_f32s(FRAC_1_SQRT_2)));
    simd.mul_add_e_f32s(half, erf, half)
}

#[inline(always)]
pub(super) fn erf<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let x = simd.max_f32s(x, simd.splat_f32s(-ERF_END));
    let x = simd.min_f32s(x, simd.splat_f32s(ERF_END));
    let square = simd.mul_f32s(x, x);
    let numerator = simd.mul_f32s(x, polynomial(simd, square, &ERF_NUMERATOR));
    simd.div_f32s(numerator, polynomial(simd, square, &ERF_DENOMINATOR))
}

/// ln 2, cut in two so that a multiple of it can be subtracted without loss.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// Adding it rounds a small number to a whole one, which then stands in the lowest bits.
const ROUNDING: f32 = 12_582_912.0;

/// e^r on [-ln 2 / 2, ln 2 / 2], highest power first: Cephes' `expf`, with its last terms written out.
const EXP: [f32; 8] =
    [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5, 1.0, 1.0];

/// Below this the result would be no normal number.
const EXP_START: f32 = -87.0;

/// e^x, for x up to 88; what is below -87 counts as -87.
#[inline(always)]
pub(super) fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let rounding = simd.splat_f32s(ROUNDING);
    let x = simd.max_f32s(x, simd.splat_f32s(EXP_START));
    // e^x = 2^n · e^r with n whole and r small.
    let shifted = simd.mul_add_e_f32s(x, simd.splat_f32s(LOG2_E), rounding);
    let n = simd.sub_f32s(shifted, rounding);
    let r = simd.mul_add_e_f32s(n, simd.splat_f32s(-LN_2_HIGH), x);
    let r = simd.mul_add_e_f32s(n, simd.splat_f32s(-LN_2_LOW), r);
    simd.mul_f32s(polynomial(simd, r, &EXP), power_of_two(simd, shifted))
}

/// 2^n, where n stands in the lowest bits of `shifted`.
#[inline(always)]
fn power_of_two<S: Simd>(simd: S, shifted: S::f32s) -> S::f32s {
    let mantissa_bits = simd.splat_u32s(f32::MANTISSA_DIGITS - 1);
    let exponent = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(shifted), mantissa_bits);
    simd.transmute_f32s_u32s(simd.add_u32s(exponent, simd.splat_u32s(1.0_f32.to_bits())))
}

/// The polynomial with these coefficients, highest power first.
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(simd: S, x: S::f32s, coefficients: &[f32; N]) -> S::f32s {
    coefficients[1..].iter().fold(simd.splat_f32s(coefficients[0]), |sum, &coefficient| {
        simd.mul_add_e_f32s(sum, x, simd.splat_f32s(coefficient))
    })
}

#[cfg(test)]
mod tests {
    use pulp::WithSimd;

    use super::*;
    use crate::cpu::isa::Isa;

    /// Replaces numbers, a multiple of 16 of them, by a function of them.
    struct Map<'a>(&'a mut [f32], Function);

    #[derive(Clone, Copy)]
    enum Function {
        Gelu,
        Exp,
    }

    impl WithSimd for Map<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            for x in S::as_mut_simd_f32s(self.0).0 {
                *x = match self.1 {
                    Function::Gelu => gelu(simd, *x),
                    Function::Exp => exp(simd, *x),
                };
            }
        }
    }

    /// Compares with `expected` at 16,000 places from `start` to `end`, on every instruction set.
    #[track_caller]
    fn check(function: Function, [start, end]: [f32; 2], tolerance: f64, expected: impl Fn(f64) -> f64) {
        let places: Vec<f32> = (0..16_000).map(|i| start + (end - start) * i as f32 / 16_000.0).collect();
        for isa in Isa::available() {
            let mut values = places.clone();
            isa.run(Map(&mut values, function));
            for (&x, &value) in places.iter().zip(&values) {
                let expected = expected(f64::from(x));
                let off = (f64::from(value) - expected).abs() / expected.abs().max(1.0);
                assert!(off <= tolerance, "{} at {x}: {value} for {expected}", isa.name());
            }
        }
    }

    /// The error function, by Simpson's rule on 200 strips.
    fn erf_by_integration(x: f64) -> f64 {
        let strip = x / 400.0;
        let bell = |i: i32| (-(strip * f64::from(i)).powi(2)).exp();
        let sum: f64 = (0..200).map(|i| bell(2 * i) + 4.0 * bell(2 * i + 1) + bell(2 * i + 2)).sum();
        sum * strip / 3.0 * std::f64::consts::FRAC_2_SQRT_PI
    }

    fn gelu_by_integration(x: f64) -> f64 {
        0.5 * x * (1.0 + erf_by_integration(x / std::f64::consts::SQRT_2))
    }

    #[test]
    fn gelu_is_exact_to_the_precision_of_the_numbers() {
        check(Function::Gelu, [-6.0, 6.0], 1.2e-6, gelu_by_integration);
        check(Function::Gelu, [-100.0, -6.0], 1.5e-5, |_| 0.0);
        check(Function::Gelu, [6.0, 100.0], 2e-7, |x| x);
    }

    #[test]
    fn exp_is_exact_to_the_precision_of_the_numbers() {
        check(Function::Exp, [-87.0, 0.0], 2e-7, f64::exp);
        check(Function::Exp, [0.0, 80.0], 3e-7, f64::exp);
        check(Function::Exp, [-1e6, -87.0], 1e-37, |_| 0.0);
    }
}
