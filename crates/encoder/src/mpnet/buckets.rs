//! The buckets of relative positions.

/// Distances from here on share the last bucket.
const MAX_DISTANCE: f64 = 128.0;

/// The bucket of the bias between the token at `query` and the token at `key`.
///
/// This is `MPNetEncoder.relative_position_bucket` of Hugging Face, which has it from T5: half of
/// the `buckets` are for keys to the right. Of each half, the first half are for single distances,
/// the others for ranges that grow logarithmically up to a distance of 128.
pub(crate) fn relative_position_bucket(query: usize, key: usize, buckets: usize) -> usize {
    let side = buckets / 2;
    let exact = side / 2;
    let distance = key.abs_diff(query);
    let bucket = if distance < exact {
        distance
    } else {
        (exact + steps(distance as f64 / exact as f64, exact, side)).min(side - 1)
    };
    if key > query { side + bucket } else { bucket }
}

/// How many logarithmic steps `ratio`, a distance in multiples of `exact`, is beyond `exact`.
fn steps(ratio: f64, exact: usize, side: usize) -> usize {
    let whole = (MAX_DISTANCE / exact as f64).ln();
    // Powers of two are exact steps, which rounding must not lower by one.
    (ratio.ln() / whole * (side - exact) as f64 + 1e-9) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(distance: usize, expected: usize) {
        assert_eq!(relative_position_bucket(distance, 0, 32), expected, "to the left");
        let right = if distance == 0 { expected } else { expected + 16 };
        assert_eq!(relative_position_bucket(0, distance, 32), right, "to the right");
    }

    #[test]
    fn single_distances_have_their_own_bucket() {
        check(0, 0);
        check(1, 1);
        check(7, 7);
    }

    #[test]
    fn far_distances_share_logarithmic_buckets() {
        check(8, 8);
        check(11, 8);
        check(12, 9);
        check(15, 9);
        check(16, 10);
        check(31, 11);
        check(32, 12);
        check(63, 13);
        check(64, 14);
        check(90, 14);
        check(91, 15);
    }

    #[test]
    fn the_last_bucket_has_no_end() {
        check(127, 15);
        check(128, 15);
        check(511, 15);
        check(usize::MAX, 15);
    }

    #[test]
    fn only_the_offset_matters() {
        assert_eq!(relative_position_bucket(100, 113, 32), relative_position_bucket(0, 13, 32));
    }

    #[test]
    fn the_least_number_of_buckets_works() {
        let bucket = |query, key| relative_position_bucket(query, key, 4);
        assert_eq!(
            [bucket(500, 0), bucket(1, 0), bucket(0, 0), bucket(0, 1), bucket(0, 500)],
            [1, 1, 0, 3, 3]
        );
    }
}
