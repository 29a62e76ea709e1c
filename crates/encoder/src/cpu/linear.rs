//! A linear map, its weights packed for the product that the processor does best.

#![expect(
    clippy::inline_always,
    reason = "only inside the function that enables the instructions do they become instructions"
)]

use std::ops::Range;

use pulp::{Simd, WithSimd};

#[cfg(target_arch = "x86_64")]
use super::dot::{self, Bf16Dot, ByteDot};
use super::isa::Isa;
use super::matrix::MANY_REGISTERS;
#[cfg(target_arch = "x86_64")]
use super::{bf16, int8};

/// Sixteen numbers of 32 bits, at an address from which they are loaded in one go.
#[derive(Debug, Clone, Copy, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
pub(super) struct Lanes(pub(super) [u32; LANES]);

/// The numbers in [`Lanes`].
pub(super) const LANES: usize = 16;

/// How a product with weights is made: the numbers that both sides are held in, and the tile.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kernel {
    /// 32-bit floats, in the vectors of any instruction set.
    F32(TileSize),
    /// Pairs of bfloat16s.
    #[cfg(target_arch = "x86_64")]
    Bf16(Bf16Dot),
    /// Quads of bytes.
    #[cfg(target_arch = "x86_64")]
    Int8(ByteDot),
}

/// The rows and the columns of a tile.
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

/// Tells the size of the tile that [`Project`](super::matrix::Project) uses for 32-bit floats.
struct Measure;

impl WithSimd for Measure {
    type Output = TileSize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> TileSize {
        let (rows, vectors) = if S::REGISTER_COUNT >= MANY_REGISTERS { (8, 3) } else { (6, 2) };
        TileSize { rows, columns: vectors * S::F32_LANES }
    }
}

impl Kernel {
    pub(super) fn tile(self) -> TileSize {
        match self {
            Self::F32(tile) => tile,
            #[cfg(target_arch = "x86_64")]
            Self::Bf16(_) | Self::Int8(_) => TileSize { rows: dot::ROWS, columns: dot::VECTORS * LANES },
        }
    }

    /// The words of 32 bits that a block of packed rows takes.
    pub(super) fn block_words(self, inputs: usize) -> usize {
        match self {
            Self::F32(tile) => inputs * tile.rows,
            #[cfg(target_arch = "x86_64")]
            Self::Bf16(_) => bf16::block_words(inputs),
            #[cfg(target_arch = "x86_64")]
            Self::Int8(_) => int8::block_words(inputs),
        }
    }

    /// Lays weights, `[inputs, outputs]` row by row, out in panels as wide as a tile.
    fn pack_weights(self, weights: &[f32], outputs: usize) -> Vec<Lanes> {
        match self {
            Self::F32(tile) => pack_weights(weights, outputs, tile.columns),
            #[cfg(target_arch = "x86_64")]
            Self::Bf16(_) => bf16::pack_weights(weights, outputs),
            #[cfg(target_arch = "x86_64")]
            Self::Int8(_) => int8::pack_weights(weights, outputs),
        }
    }
}

/// A linear map, its weights in panels.
#[derive(Debug)]
pub(super) struct Linear {
    pub(super) kernel: Kernel,
    /// One after the other; the last is filled up with zeros.
    pub(super) panels: Vec<Lanes>,
    /// `[outputs]`, filled up with zeros to whole panels.
    pub(super) bias: Vec<f32>,
    pub(super) inputs: usize,
    outputs: usize,
}

impl Linear {
    /// Packs `weights`, `[inputs, outputs]` row by row, and `bias`, `[outputs]`.
    pub(super) fn new(weights: &[f32], bias: &[f32], kernel: Kernel) -> Self {
        let outputs = bias.len();
        let panels = kernel.pack_weights(weights, outputs);
        let mut bias = bias.to_vec();
        bias.resize(outputs.next_multiple_of(kernel.tile().columns), 0.0);
        Self { kernel, panels, bias, inputs: weights.len() / outputs, outputs }
    }

    /// A map without bias, of panels that are packed already.
    pub(super) fn of_panels(panels: Vec<Lanes>, kernel: Kernel, inputs: usize, outputs: usize) -> Self {
        let bias = vec![0.0; outputs.next_multiple_of(kernel.tile().columns)];
        Self { kernel, panels, bias, inputs, outputs }
    }

    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// All panels.
    pub(super) fn panels(&self) -> Range<usize> {
        0..self.bias.len() / self.kernel.tile().columns
    }

    /// The outputs that some panels give.
    pub(super) fn columns(&self, panels: &Range<usize>) -> Range<usize> {
        let width = self.kernel.tile().columns;
        panels.start * width..self.outputs.min(panels.end * width)
    }

    /// The words that a block of rows takes for this map.
    pub(super) fn block_words(&self) -> usize {
        self.kernel.block_words(self.inputs)
    }
}

/// Panels of 32-bit floats, `[panel][inputs][columns of a tile]`, each from a whole [`Lanes`] on.
fn pack_weights(weights: &[f32], outputs: usize, width: usize) -> Vec<Lanes> {
    let inputs = weights.len() / outputs;
    let lanes = (inputs * width).div_ceil(LANES);
    let mut panels = vec![Lanes([0; LANES]); outputs.div_ceil(width) * lanes];
    for (index, panel) in panels.chunks_exact_mut(lanes).enumerate() {
        let start = index * width;
        let end = outputs.min(start + width);
        let numbers: &mut [f32] = bytemuck::cast_slice_mut(panel);
        for (to, from) in numbers.chunks_exact_mut(width).zip(weights.chunks_exact(outputs)) {
            to[..end - start].copy_from_slice(&from[start..end]);
        }
    }
    panels
}

/// Blocks of 32-bit floats, `[block][width][block rows]`.
#[inline(always)]
fn pack_rows(rows: &[f32], width: usize, block_rows: usize, blocks: &mut [f32]) {
    let blocks = blocks.chunks_exact_mut(width * block_rows);
    for (block, rows) in blocks.zip(rows.chunks(width * block_rows)) {
        for (place, row) in rows.chunks_exact(width).enumerate() {
            for (to, from) in block[place..].iter_mut().step_by(block_rows).zip(row) {
                *to = *from;
            }
        }
    }
}

/// Lays rows out in blocks, as a product takes them.
pub(super) struct Pack<'a> {
    pub(super) kernel: Kernel,
    /// `[rows, width]` row by row.
    pub(super) rows: &'a [f32],
    pub(super) width: usize,
    /// With room for the rows; of a last, incomplete block, the rest may be anything.
    pub(super) blocks: &'a mut [u32],
}

impl WithSimd for Pack<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { kernel, rows, width, blocks } = self;
        match kernel {
            Kernel::F32(tile) => pack_rows(rows, width, tile.rows, bytemuck::cast_slice_mut(blocks)),
            #[cfg(target_arch = "x86_64")]
            Kernel::Bf16(_) => bf16::pack_rows(rows, width, blocks),
            #[cfg(target_arch = "x86_64")]
            Kernel::Int8(dot) => int8::pack_rows(dot, rows, width, blocks),
        }
    }
}
