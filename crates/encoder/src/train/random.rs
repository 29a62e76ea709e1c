//! Chance that can be had again: every number follows from a key and a place.

/// A source of numbers, which has no state but its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// A source of its own for what bears this name or number.
    pub(super) fn branch(self, label: u64) -> Self {
        Self(mix(self.0 ^ mix(label)))
    }

    /// The number at a place.
    pub(super) fn at(self, place: u64) -> u64 {
        mix(self.0.wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// Between 0 and 1, without either.
    fn unit(self, place: u64) -> f64 {
        ((self.at(place) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A number of the normal distribution (Box and Muller).
    pub(super) fn normal(self, place: u64) -> f32 {
        let radius = (-2.0 * self.unit(2 * place).ln()).sqrt();
        (radius * (std::f64::consts::TAU * self.unit(2 * place + 1)).cos()) as f32
    }

    /// The numbers below `count` in a random order (Fisher and Yates).
    pub(super) fn order(self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, (self.at(last as u64) % (last as u64 + 1)) as usize);
        }
        order
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood, 2014).
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_holds_everything_once_and_depends_on_the_seed() {
        let order = Random::new(1).order(100);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
        assert_eq!(order, Random::new(1).order(100));
        assert_ne!(order, Random::new(2).order(100));
        assert!(Random::new(1).order(0).is_empty());
    }

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1() {
        let numbers: Vec<f64> = (0..10_000).map(|place| f64::from(Random::new(3).normal(place))).collect();
        let mean = numbers.iter().sum::<f64>() / 1e4;
        let variance = numbers.iter().map(|x| x * x).sum::<f64>() / 1e4;
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }
}
