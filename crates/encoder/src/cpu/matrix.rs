//! Products of many rows with a weight matrix that is packed once.
//!
//! The product is made in tiles of a few rows by a few vectors of columns, which stay in registers
//! while the sums grow. For this, both matrices are laid out in the order in which a tile reads them:
//! the weights in panels as wide as a tile, the rows in blocks as high as a tile.

#![expect(
    clippy::inline_always,
    reason = "only inside the function that enables the instructions do they become instructions"
)]

use std::ops::Range;

use pulp::{Simd, WithSimd};

#[cfg(target_arch = "x86_64")]
use super::dot::{self, Floats};
use super::linear::{Kernel, Lanes, Linear};
use super::prefetch::prefetch;
use super::vector::gelu;

/// The registers from which on the large tile fits.
pub(super) const MANY_REGISTERS: usize = 32;

/// The blocks of rows during which the next panel is brought near.
const BLOCKS_AHEAD: usize = 3;

/// The product of the first `R` of a block of rows, `[k][M]`, with a panel of columns, `[k][V vectors]`.
///
/// Meanwhile the lines of `ahead` are brought near.
#[inline(always)]
pub(super) fn tile<S: Simd, const R: usize, const M: usize, const V: usize>(
    simd: S,
    rows: &[[f32; M]],
    panel: &[[S::f32s; V]],
    ahead: &[Lanes],
) -> [[S::f32s; V]; R] {
    let mut sums = [[simd.splat_f32s(0.0); V]; R];
    let mut ahead = ahead.iter();
    for (rows, columns) in rows.iter().zip(panel) {
        ahead.next().into_iter().for_each(prefetch);
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

/// What follows the product and its bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Nothing,
    Gelu,
}

/// Applies a linear map to packed rows.
pub(super) struct Project<'a> {
    /// As [`Pack`](super::linear::Pack) makes them.
    pub(super) blocks: &'a [u32],
    pub(super) linear: &'a Linear,
    pub(super) panels: Range<usize>,
    pub(super) then: Then,
    /// `[rows, outputs of the panels]` row by row.
    pub(super) output: &'a mut [f32],
}

impl WithSimd for Project<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.linear.kernel {
            // The tiles that were fastest where they were measured: 24 of 32 registers hold sums, or
            // 12 of 16, and a column is loaded once for all rows.
            Kernel::F32(_) if S::REGISTER_COUNT >= MANY_REGISTERS => self.in_f32_tiles::<S, 8, 4, 3>(simd),
            Kernel::F32(_) => self.in_f32_tiles::<S, 6, 3, 2>(simd),
            #[cfg(target_arch = "x86_64")]
            Kernel::Bf16(dot) => {
                self.in_dot_tiles(simd, |block, panel, ahead, sums| dot.tile(block, panel, ahead, sums));
            }
            #[cfg(target_arch = "x86_64")]
            Kernel::Int8(dot) => {
                self.in_dot_tiles(simd, |block, panel, ahead, sums| dot.tile(block, panel, ahead, sums));
            }
        }
    }
}

impl Project<'_> {
    /// In tiles of `M` rows; of a last one with no more than `H` rows, the rest is not multiplied.
    #[inline(always)]
    fn in_f32_tiles<S: Simd, const M: usize, const H: usize, const V: usize>(self, simd: S) {
        let width = V * S::F32_LANES;
        let inputs = self.linear.inputs;
        self.in_tiles::<S, M, V>(simd, |block, numbers, ahead, sums| {
            let panel = panel::<S, V>(&bytemuck::cast_slice(numbers)[..inputs * width]);
            let rows = bytemuck::cast_slice(block).as_chunks().0;
            if sums.len() > H {
                let product = tile::<S, M, M, V>(simd, rows, panel, ahead);
                sums.copy_from_slice(&product[..sums.len()]);
            } else {
                let product = tile::<S, H, M, V>(simd, rows, panel, ahead);
                sums.copy_from_slice(&product[..sums.len()]);
            }
        });
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn in_dot_tiles<S: Simd>(self, simd: S, product: impl Fn(&[u32], &[Lanes], &[Lanes], &mut [Floats])) {
        // Only AVX-512 has these products, and its vectors are as long as `Floats`.
        self.in_tiles::<S, { dot::ROWS }, { dot::VECTORS }>(simd, |block, panel, ahead, sums| {
            product(block, panel, ahead, bytemuck::cast_slice_mut(sums.as_flattened_mut()));
        });
    }

    /// Panel by panel, as a panel stays in the second-level cache while all rows pass by it.
    #[inline(always)]
    fn in_tiles<S: Simd, const M: usize, const V: usize>(
        self,
        simd: S,
        product: impl Fn(&[u32], &[Lanes], &[Lanes], &mut [[S::f32s; V]]),
    ) {
        let Self { blocks, linear, panels, then, output } = self;
        let width = V * S::F32_LANES;
        let lanes = linear.panels.len() / linear.panels().len();
        let (first, outputs) = (panels.start, linear.columns(&panels).len());
        for index in panels {
            let numbers = &linear.panels[index * lanes..][..lanes];
            // While the first blocks of rows pass by a panel, the next one comes from memory.
            let mut ahead =
                linear.panels[(index + 1) * lanes..].chunks(lanes.div_ceil(BLOCKS_AHEAD)).take(BLOCKS_AHEAD);
            let bias = &panel::<S, V>(&linear.bias[index * width..][..width])[0];
            let start = (index - first) * width;
            let columns = start..outputs.min(start + width);
            let blocks = blocks.chunks_exact(linear.block_words());
            for (block, rows) in blocks.zip(output.chunks_mut(outputs * M)) {
                let mut sums = [[simd.splat_f32s(0.0); V]; M];
                let sums = &mut sums[..rows.len() / outputs];
                product(block, numbers, ahead.next().unwrap_or_default(), sums);
                for (row, sums) in rows.chunks_exact_mut(outputs).zip(sums) {
                    finish(simd, sums, bias, then, &mut row[columns.clone()]);
                }
            }
        }
    }
}

/// Adds the bias, applies what follows, and stores as much of the result as `row` has room for.
#[inline(always)]
fn finish<S: Simd, const V: usize>(
    simd: S,
    sums: &[S::f32s; V],
    bias: &[S::f32s; V],
    then: Then,
    row: &mut [f32],
) {
    let result = |sum, bias| {
        let result = simd.add_f32s(sum, bias);
        if then == Then::Gelu { gelu(simd, result) } else { result }
    };
    let sums = sums.iter().zip(bias);
    if row.len() == V * S::F32_LANES {
        for (to, (&sum, &bias)) in S::as_mut_simd_f32s(row).0.iter_mut().zip(sums) {
            *to = result(sum, bias);
        }
    } else {
        for (to, (&sum, &bias)) in row.chunks_mut(S::F32_LANES).zip(sums) {
            simd.partial_store_f32s(to, result(sum, bias));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "x86_64")]
    use crate::cpu::dot::{Bf16Dot, ByteDot};
    use crate::cpu::isa::Isa;
    use crate::cpu::linear::{Pack, TileSize};

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1009) as f32 / 1009.0 - 0.5).collect()
    }

    /// What `kernel` makes of `rows` of some inputs and outputs.
    fn product(
        isa: Isa,
        kernel: Kernel,
        rows: &[f32],
        [inputs, outputs]: [usize; 2],
        weights: &[f32],
        then: Then,
    ) -> Vec<f32> {
        let linear = Linear::new(weights, &numbers(outputs, 3), kernel);
        let count = rows.len() / inputs;
        let mut blocks = vec![0; count.div_ceil(kernel.tile().rows) * linear.block_words()];
        isa.run(Pack { kernel, rows, width: inputs, blocks: &mut blocks });
        let mut output = vec![f32::NAN; count * outputs];
        isa.run(Project {
            blocks: &blocks,
            linear: &linear,
            panels: linear.panels(),
            then,
            output: &mut output,
        });
        output
    }

    /// A product is what three plain loops make, with every kernel.
    #[track_caller]
    fn check(rows: usize, inputs: usize, outputs: usize) {
        let (left, right, bias) =
            (numbers(rows * inputs, 1), numbers(inputs * outputs, 2), numbers(outputs, 3));
        for (isa, kernel, tolerance) in kernels() {
            let output = product(isa, kernel, &left, [inputs, outputs], &right, Then::Nothing);
            for (place, value) in output.iter().enumerate() {
                let (row, column) = (place / outputs, place % outputs);
                let sum: f32 =
                    (0..inputs).map(|i| left[row * inputs + i] * right[i * outputs + column]).sum();
                let off = (value - sum - bias[column]).abs();
                assert!(
                    off < tolerance * (inputs as f32).sqrt(),
                    "{kernel:?} [{row}, {column}] is off by {off}"
                );
            }
        }
    }

    /// All kernels that this processor runs, with what each may be off by for each square root of an input.
    fn kernels() -> Vec<(Isa, Kernel, f32)> {
        let f32 = Isa::available().into_iter().map(|isa| (isa, Kernel::F32(TileSize::of(isa)), 1e-5));
        #[cfg(target_arch = "x86_64")]
        let short = [
            Bf16Dot::try_new().map(|dot| (Isa::detect(), Kernel::Bf16(dot), 2e-3)),
            ByteDot::try_new().map(|dot| (Isa::detect(), Kernel::Int8(dot), 4e-3)),
        ];
        #[cfg(not(target_arch = "x86_64"))]
        let short = [None];
        f32.chain(short.into_iter().flatten()).collect()
    }

    #[test]
    fn products_are_those_of_plain_loops() {
        check(1, 1, 1);
        check(2, 32, 32);
        check(8, 16, 48);
        check(17, 50, 61);
        check(97, 64, 200);
        check(9, 768, 50);
    }

    #[test]
    fn gelu_follows_where_it_is_asked_for() {
        for (isa, kernel, tolerance) in kernels() {
            let (rows, weights) = (numbers(64, 1), numbers(128, 2));
            let plain = product(isa, kernel, &rows, [64, 2], &weights, Then::Nothing);
            let gelu = product(isa, kernel, &rows, [64, 2], &weights, Then::Gelu);
            for (x, found) in plain.iter().zip(&gelu) {
                // The approximation with the hyperbolic tangent is off by some 1e-3 at most.
                let expected = 0.5 * x * (1.0 + (0.797_884_6 * (x + 0.044_715 * x.powi(3))).tanh());
                assert!((found - expected).abs() < 2e-3, "{kernel:?}: {found} for {expected}, {tolerance}");
            }
        }
    }
}
