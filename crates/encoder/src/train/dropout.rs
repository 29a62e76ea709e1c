//! Dropout that is the same on the way there and back, and after a restart.
//!
//! Whether a number is dropped follows from the seed, the step and the number's place, so no mask is
//! kept: the way back asks again.

use rayon::prelude::*;

use super::random::Random;

/// Numbers for which one random number is enough: 16 bits for each.
const NUMBERS_A_DRAW: usize = 4;

/// Numbers that are one thread's at a time.
const NUMBERS_A_PIECE: usize = 1 << 14;

/// Sets a share of the numbers to 0 and scales up the others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dropout {
    random: Random,
    /// A number is kept whose 16 bits are not below.
    threshold: u16,
    /// What is kept is multiplied by this.
    scale: f32,
}

impl Dropout {
    /// Drops the share `rate`, from 0 to less than 1.
    pub(super) fn new(rate: f64, random: Random) -> Self {
        let threshold = (rate * 65_536.0).round().min(65_535.0);
        Self { random, threshold: threshold as u16, scale: (1.0 - threshold / 65_536.0).recip() as f32 }
    }

    /// One for another place in the network.
    pub(super) fn at(self, place: u64) -> Self {
        Self { random: self.random.branch(place), ..self }
    }

    /// Drops some of `numbers`, in place.
    pub(super) fn apply(&self, numbers: &mut [f32]) {
        if self.threshold == 0 {
            return;
        }
        numbers.par_chunks_mut(NUMBERS_A_PIECE).enumerate().for_each(|(piece, numbers)| {
            let first = (piece * NUMBERS_A_PIECE / NUMBERS_A_DRAW) as u64;
            for (draw, numbers) in (first..).zip(numbers.chunks_mut(NUMBERS_A_DRAW)) {
                let mut bits = self.random.at(draw);
                for number in numbers {
                    *number *= if bits as u16 >= self.threshold { self.scale } else { 0.0 };
                    bits >>= 16;
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_dropped_and_the_mean_stays() {
        let dropped = |rate, place| {
            let mut numbers = vec![1.0; 100_003];
            Dropout::new(rate, Random::new(5)).at(place).apply(&mut numbers);
            numbers
        };
        let numbers = dropped(0.1, 1);
        let zeros = numbers.iter().filter(|number| **number == 0.0).count();
        assert!((9_500..10_500).contains(&zeros), "{zeros}");
        let mean = numbers.iter().sum::<f32>() / numbers.len() as f32;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        assert_eq!(numbers, dropped(0.1, 1));
        assert_ne!(numbers, dropped(0.1, 2));
        assert_eq!(dropped(0.0, 1), vec![1.0; 100_003]);
    }
}
