//! Products of many rows with a weight matrix that is packed once.
//!
//! The product is made in tiles of a few rows by a few vectors of columns, which stay in registers
//! while the sums grow. For this, both matrices are laid out in the order in which a tile reads them:
//! the weights in panels as wide as a tile, the rows in blocks as high as a tile.

#![expect(
    clippy::inline_always,
    reason = "only inside the function that enables the instructions do they become instructions"
)]

use pulp::{Simd, WithSimd};

use super::isa::Isa;
use super::vector::gelu;

/// The registers from which on the large tile fits.
pub(super) const MANY_REGISTERS: usize = 32;

/// The product of a block of rows, `[k][M]`, with a panel of columns, `[k][V vectors]`.
#[inline(always)]
pub(super) fn tile<S: Simd, const M: usize, const V: usize>(
    simd: S,
    rows: &[[f32; M]],
    panel: &[[S::f32s; V]],
) -> [[S::f32s; V]; M] {
    let mut sums = [[simd.splat_f32s(0.0); V]; M];
    for (rows, columns) in rows.iter().zip(panel) {
        for (sums, &x) in sums.iter_mut().zip(rows) {
            let x = simd.splat_f32s(x);
            for (sum, &column) in sums.iter_mut().zip(columns) {
                *sum = simd.mul_add_e_f32s(x, column, *sum);
            }
        }
    }
    sums
}

/// Cuts `[k][V vectors]` out of numbers.
#[inline(always)]
pub(super) fn panel<S: Simd, const V: usize>(numbers: &[f32]) -> &[[S::f32s; V]] {
    S::as_simd_f32s(numbers).0.as_chunks().0
}

/// The size of a tile on an instruction set.
#[derive(Debug, Clone, Copy)]
pub(super) struct TileSize {
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl TileSize {
    pub(super) fn of(isa: Isa) -> Self {
        isa.run(Measure)
    }
}

/// Tells the size of the tile that [`Project`] uses.
struct Measure;

impl WithSimd for Measure {
    type Output = TileSize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> TileSize {
        let (rows, vectors) = if S::REGISTER_COUNT >= MANY_REGISTERS { (8, 3) } else { (6, 2) };
        TileSize { rows, columns: vectors * S::F32_LANES }
    }
}

/// A linear map, its weights in panels.
#[derive(Debug)]
pub(super) struct Linear {
    /// `[panel][inputs][columns of a tile]`; the last panel is filled up with zeros.
    panels: Vec<f32>,
    /// `[outputs]`, filled up with zeros to whole panels.
    bias: Vec<f32>,
    inputs: usize,
    outputs: usize,
}

impl Linear {
    /// Packs `weights`, `[inputs, outputs]` row by row, and `bias`, `[outputs]`.
    pub(super) fn new(weights: &[f32], bias: &[f32], tile: TileSize) -> Self {
        let outputs = bias.len();
        let inputs = weights.len() / outputs;
        let width = tile.columns;
        let count = outputs.div_ceil(width);
        let mut panels = vec![0.0; count * inputs * width];
        for (index, panel) in panels.chunks_exact_mut(inputs * width).enumerate() {
            let start = index * width;
            let end = outputs.min(start + width);
            for (to, from) in panel.chunks_exact_mut(width).zip(weights.chunks_exact(outputs)) {
                to[..end - start].copy_from_slice(&from[start..end]);
            }
        }
        let mut bias = bias.to_vec();
        bias.resize(count * width, 0.0);
        Self { panels, bias, inputs, outputs }
    }

    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }
}

/// Lays `rows`, of `width` numbers each, out in blocks, `[block][width][block rows]`.
///
/// `blocks` must have room for the rows; what a last, incomplete block held besides is left there.
pub(super) fn pack_rows(rows: &[f32], width: usize, block_rows: usize, blocks: &mut [f32]) {
    let blocks = blocks.chunks_exact_mut(width * block_rows);
    for (block, rows) in blocks.zip(rows.chunks(width * block_rows)) {
        for (place, row) in rows.chunks_exact(width).enumerate() {
            for (to, from) in block[place..].iter_mut().step_by(block_rows).zip(row) {
                *to = *from;
            }
        }
    }
}

/// What follows the product and its bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Nothing,
    Gelu,
}

/// Applies a linear map to packed rows.
pub(super) struct Project<'a> {
    /// As [`pack_rows`] makes them.
    pub(super) blocks: &'a [f32],
    pub(super) linear: &'a Linear,
    pub(super) then: Then,
    /// `[rows, outputs]` row by row.
    pub(super) output: &'a mut [f32],
}

impl WithSimd for Project<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // The tiles that were fastest where they were measured: 24 of 32 registers hold sums, or 12
        // of 16, and a column is loaded once for all rows.
        if S::REGISTER_COUNT >= MANY_REGISTERS {
            self.in_tiles::<S, 8, 3>(simd);
        } else {
            self.in_tiles::<S, 6, 2>(simd);
        }
    }
}

impl Project<'_> {
    /// Panel by panel, as a panel stays in the second-level cache while all rows pass by it.
    #[inline(always)]
    fn in_tiles<S: Simd, const M: usize, const V: usize>(self, simd: S) {
        let Self { blocks, linear: Linear { panels, bias, inputs, outputs }, then, output } = self;
        let width = V * S::F32_LANES;
        for (index, numbers) in panels.chunks_exact(inputs * width).enumerate() {
            let columns = index * width..(*outputs).min((index + 1) * width);
            let bias = &panel::<S, V>(&bias[index * width..][..width])[0];
            let panel = panel::<S, V>(numbers);
            for (block, rows) in blocks.chunks_exact(inputs * M).zip(output.chunks_mut(outputs * M)) {
                let sums = tile::<S, M, V>(simd, block.as_chunks().0, panel);
                for (row, sums) in rows.chunks_exact_mut(*outputs).zip(sums) {
                    let row = &mut row[columns.clone()];
                    store(simd, row, finish(simd, sums, bias, then));
                }
            }
        }
    }
}

#[inline(always)]
fn finish<S: Simd, const V: usize>(
    simd: S,
    sums: [S::f32s; V],
    bias: &[S::f32s; V],
    then: Then,
) -> [S::f32s; V] {
    let mut results = sums;
    for (result, &bias) in results.iter_mut().zip(bias) {
        *result = simd.add_f32s(*result, bias);
        if then == Then::Gelu {
            *result = gelu(simd, *result);
        }
    }
    results
}

/// Stores as much of `values` as `row` has room for.
#[inline(always)]
fn store<S: Simd, const V: usize>(simd: S, row: &mut [f32], values: [S::f32s; V]) {
    for (to, value) in row.chunks_mut(S::F32_LANES).zip(values) {
        simd.partial_store_f32s(to, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1009) as f32 / 1009.0 - 0.5).collect()
    }

    /// A product of every size class is what three plain loops make, on every instruction set.
    #[track_caller]
    fn check(rows: usize, inputs: usize, outputs: usize) {
        let (left, right, bias) =
            (numbers(rows * inputs, 1), numbers(inputs * outputs, 2), numbers(outputs, 3));
        for isa in Isa::available() {
            let tile = TileSize::of(isa);
            let linear = Linear::new(&right, &bias, tile);
            let mut blocks = vec![0.0; rows.next_multiple_of(tile.rows) * inputs];
            pack_rows(&left, inputs, tile.rows, &mut blocks);
            let mut output = vec![f32::NAN; rows * outputs];
            isa.run(Project { blocks: &blocks, linear: &linear, then: Then::Nothing, output: &mut output });
            for (place, value) in output.iter().enumerate() {
                let (row, column) = (place / outputs, place % outputs);
                let sum: f32 =
                    (0..inputs).map(|i| left[row * inputs + i] * right[i * outputs + column]).sum();
                let off = (value - sum - bias[column]).abs();
                assert!(off < 1e-4, "{} [{row}, {column}] is off by {off}", isa.name());
            }
        }
    }

    #[test]
    fn products_are_those_of_plain_loops() {
        check(1, 1, 1);
        check(2, 32, 32);
        check(8, 16, 48);
        check(17, 50, 61);
        check(97, 64, 200);
    }

    #[test]
    fn gelu_follows_where_it_is_asked_for() {
        let isa = Isa::detect();
        let tile = TileSize::of(isa);
        let linear = Linear::new(&[1.0, 0.0, 0.0, 1.0], &[0.0, 1.0], tile);
        let mut blocks = vec![0.0; 2 * tile.rows];
        pack_rows(&[1.0, -3.0], 2, tile.rows, &mut blocks);
        let mut output = [0.0; 2];
        isa.run(Project { blocks: &blocks, linear: &linear, then: Then::Gelu, output: &mut output });
        assert!(
            (output[0] - 0.841_344_7).abs() < 1e-6 && (output[1] + 0.045_500_26).abs() < 1e-6,
            "{output:?}"
        );
    }
}
