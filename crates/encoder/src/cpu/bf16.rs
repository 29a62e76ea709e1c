//! Rows and weights as pairs of bfloat16s: the upper halves of 32-bit floats.

#![expect(
    clippy::inline_always,
    reason = "only inside the function that enables the instructions do they become instructions"
)]

use super::dot::{ROWS, VECTORS};
use super::linear::{LANES, Lanes};

/// The columns of a panel.
const WIDTH: usize = VECTORS * LANES;

/// The words that a block of packed rows takes.
pub(super) fn block_words(inputs: usize) -> usize {
    inputs.div_ceil(2) * ROWS
}

/// Blocks, `[block][pair][row]`.
#[inline(always)]
pub(super) fn pack_rows(rows: &[f32], width: usize, blocks: &mut [u32]) {
    let mut pairs = vec![0; width.div_ceil(2)];
    let blocks = blocks.chunks_exact_mut(block_words(width));
    for (block, rows) in blocks.zip(rows.chunks(width * ROWS)) {
        for (place, row) in rows.chunks_exact(width).enumerate() {
            let (whole, rest) = row.as_chunks();
            for (to, &[low, high]) in pairs.iter_mut().zip(whole) {
                *to = pair(low, high);
            }
            if let (Some(to), &[last]) = (pairs.last_mut(), rest) {
                *to = pair(last, 0.0);
            }
            for (to, from) in block[place..].iter_mut().step_by(ROWS).zip(&pairs) {
                *to = *from;
            }
        }
    }
}

/// Panels, `[panel][pair][vector]`, of weights `[inputs, outputs]`.
pub(super) fn pack_weights(weights: &[f32], outputs: usize) -> Vec<Lanes> {
    let none = vec![0.0; outputs];
    let mut panels = Vec::new();
    for start in (0..outputs).step_by(WIDTH) {
        let columns = start..outputs.min(start + WIDTH);
        for rows in weights.chunks(2 * outputs) {
            let (low, high) = rows.split_at(outputs);
            let high = if high.is_empty() { &none } else { high };
            let mut pairs = low[columns.clone()].iter().zip(&high[columns.clone()]);
            let mut next = || pairs.next().map_or(0, |(low, high)| pair(*low, *high));
            panels.extend((0..VECTORS).map(|_| Lanes(std::array::from_fn(|_| next()))));
        }
    }
    panels
}

#[inline(always)]
fn pair(low: f32, high: f32) -> u32 {
    round(low) >> 16 | round(high) & 0xffff_0000
}

/// The bits of a finite number, of which the upper half is that of the nearest bfloat16, ties to even.
#[inline(always)]
fn round(x: f32) -> u32 {
    let bits = x.to_bits();
    bits + 0x7fff + (bits >> 16 & 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_the_nearest_with_ties_to_even() {
        let rounded = |x| f32::from_bits(round(x) & 0xffff_0000);
        for (x, expected) in [(1.0, 1.0), (1.003, 1.0), (1.004, 1.007_812_5), (-2.3, -2.296_875), (0.0, 0.0)]
        {
            assert!((rounded(x) - expected).abs() < f32::EPSILON, "{x}");
        }
        // Halfway between 1 and its successor, and between that and the next.
        assert_eq!(
            [0x3f80_8000, 0x3f81_8000].map(|bits| round(f32::from_bits(bits)) >> 16),
            [0x3f80, 0x3f82]
        );
    }
}
