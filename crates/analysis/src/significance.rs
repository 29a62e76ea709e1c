//! Whether two systems differ by more than chance.

use crate::linear::Random;

/// Random reassignments; the smallest p that can be told is about its reciprocal.
const ROUNDS: u32 = 100_000;

/// The two-sided p-value of Fisher's randomisation test on paired values: how often a mean difference as
/// large comes of swapping the two values of each pair at random.
///
/// Smucker, Allan, Carterette: A comparison of statistical significance tests for information retrieval
/// evaluation, CIKM 2007, <https://doi.org/10.1145/1321440.1321528>. The same values give the same p. Pairs
/// beyond the shorter side are left out; without pairs it is 1.
pub fn paired_p(a: &[f64], b: &[f64]) -> f64 {
    // Pairs without a difference change no sum.
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).filter(|d| *d != 0.0).collect();
    // What differs by rounding alone is as large.
    let observed = differences.iter().sum::<f64>().abs() - 1e-9;
    let mut random = Random::new(0x9e37_79b9);
    let as_large = (0..ROUNDS).filter(|_| signed_sum(&mut random, &differences).abs() >= observed).count();
    (as_large as f64 + 1.0) / (f64::from(ROUNDS) + 1.0)
}

/// The sum under random signs.
fn signed_sum(random: &mut Random, values: &[f64]) -> f64 {
    let mut sum = 0.0;
    for values in values.chunks(64) {
        let mut signs = random.next();
        for value in values {
            sum += if signs & 1 == 0 { *value } else { -value };
            signs >>= 1;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &[f64], b: &[f64], expected: f64) {
        let found = paired_p(a, b);
        assert!((found - expected).abs() < 0.005, "{found}");
    }

    /// Expected: counted over all assignments.
    #[test]
    fn small_cases_are_those_of_all_assignments() {
        check(&[], &[], 1.0);
        check(&[0.3, 0.4], &[0.3, 0.4], 1.0);
        check(&[1.0; 5], &[0.0; 5], 2.0 / 32.0);
        check(&[1.0, 1.0, 1.0, 0.0], &[0.0, 0.0, 0.0, 1.0], 10.0 / 16.0);
        check(&[1.0; 40], &[0.0; 40], 0.0);
    }
}
