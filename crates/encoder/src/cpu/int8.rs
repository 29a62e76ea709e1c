//! Rows and weights as bytes, with a scale for every 64 inputs.
//!
//! A few inputs of a transformer are far larger than the rest; a scale that they share with others
//! leaves these no digits. So rows are rotated before they are rounded, which spreads a large number
//! over all of its block, and weights are rotated along with them, which leaves the product as it
//! is (`QuaRot`, arXiv:2404.00456). The rotation is Walsh's and Hadamard's: sums and differences alone.

use std::ops::Range;

use rayon::prelude::*;

use super::dot::{ByteDot, Floats, MOST, QUADS, ROWS, RowGroup, VECTORS, WeightGroup};
use super::linear::{LANES, Lanes};

/// The columns of a panel.
const WIDTH: usize = VECTORS * LANES;

/// The inputs that share a scale.
const GROUP: usize = 4 * QUADS;

/// The inputs that are rotated together: sixteen vectors of sixteen.
const BLOCK: usize = LANES * LANES;

/// What makes a rotation of what [`ByteDot::rotate`] does.
const SHRINK: f32 = 1.0 / LANES as f32;

/// What unsigned bytes are too large by.
const SURPLUS: i32 = 128;

/// The words that a block of packed rows takes.
pub(super) fn block_words(inputs: usize) -> usize {
    inputs.div_ceil(GROUP) * size_of::<RowGroup>() / size_of::<u32>()
}

/// Blocks, `[block][group]`.
pub(super) fn pack_rows(dot: ByteDot, rows: &[f32], width: usize, blocks: &mut [u32]) {
    let mut rotated = vec![0.0; width.next_multiple_of(GROUP)];
    let blocks = blocks.chunks_exact_mut(block_words(width));
    for (block, rows) in blocks.zip(rows.chunks(width * ROWS)) {
        let groups: &mut [RowGroup] = bytemuck::cast_slice_mut(block);
        for (place, row) in rows.chunks_exact(width).enumerate() {
            rotated[..width].copy_from_slice(row);
            let vectors: &mut [Floats] = rotated.as_chunks_mut().0;
            if width.is_multiple_of(BLOCK) {
                vectors.as_chunks_mut().0.iter_mut().for_each(|block| dot.rotate(block));
            }
            for (group, numbers) in groups.iter_mut().zip(vectors.as_chunks().0) {
                let rounded = dot.round(numbers);
                group.scales[place] = rounded.scale;
                group.offsets[place] = -SURPLUS * rounded.sum;
                for (to, quad) in group.quads.iter_mut().zip(rounded.quads) {
                    to[place] = quad;
                }
            }
        }
    }
}

/// Panels of groups, `[panel][group]`, of weights `[inputs, outputs]`.
pub(super) fn pack_weights(weights: &[f32], outputs: usize) -> Vec<Lanes> {
    let mut rotated = weights.to_vec();
    if (weights.len() / outputs).is_multiple_of(BLOCK) {
        rotated.par_chunks_exact_mut(BLOCK * outputs).for_each(|block| rotate(block, outputs));
    }
    let panels: Vec<Vec<WeightGroup>> = (0..outputs.div_ceil(WIDTH))
        .into_par_iter()
        .map(|panel| {
            let columns = panel * WIDTH..outputs.min((panel + 1) * WIDTH);
            let groups = rotated.chunks(GROUP * outputs);
            groups.map(|rows| weight_group(rows, outputs, columns.clone())).collect()
        })
        .collect();
    panels.iter().flat_map(|groups| bytemuck::cast_slice(groups)).copied().collect()
}

/// The weights of one group, whose rows are `[inputs, outputs]`, in some columns.
fn weight_group(rows: &[f32], outputs: usize, columns: Range<usize>) -> WeightGroup {
    let mut group = bytemuck::Zeroable::zeroed();
    let WeightGroup { scales, quads } = &mut group;
    for (place, column) in columns.enumerate() {
        let (vector, lane) = (place / LANES, place % LANES);
        let numbers = rows[column..].iter().step_by(outputs);
        let most = numbers.clone().fold(f32::MIN_POSITIVE * MOST, |most, x| most.max(x.abs()));
        scales[vector].0[lane] = (most / MOST).to_bits();
        let mut bytes = numbers.map(|x| (x * (MOST / most)).round_ties_even() as i32 + SURPLUS);
        for quad in quads.iter_mut() {
            let bytes = std::array::from_fn(|_| bytes.next().unwrap_or(0) as u8);
            quad[vector].0[lane] = u32::from_le_bytes(bytes);
        }
    }
    group
}

/// Rotates a block of weights, `[inputs, outputs]` row by row, along the inputs, as
/// [`ByteDot::rotate`] rotates rows, and shrinks them for both.
fn rotate(block: &mut [f32], outputs: usize) {
    butterflies(block);
    for (place, rows) in block.chunks_exact_mut(LANES * outputs).enumerate() {
        rows.rotate_right(place * outputs);
    }
    butterflies(block);
    for x in block {
        *x *= SHRINK * SHRINK;
    }
}

/// Sums and differences of sixteen parts of a block.
fn butterflies(block: &mut [f32]) {
    for stride in [1, 2, 4, 8].map(|parts| parts * block.len() / LANES) {
        for pair in block.chunks_exact_mut(2 * stride) {
            let (left, right) = pair.split_at_mut(stride);
            for (left, right) in left.iter_mut().zip(right) {
                (*left, *right) = (*left + *right, *left - *right);
            }
        }
    }
}
