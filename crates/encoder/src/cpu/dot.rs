//! Products of bfloat16s and of bytes, by the instructions that some processors have for them.
//!
//! **The only code of the kernels with `unsafe`.** What makes it sound: a value of [`Bf16Dot`] or of
//! [`ByteDot`] exists only where the processor was found to have the instructions that its methods
//! are compiled for, and that is all that calling those asks for.

#![expect(
    unsafe_code,
    reason = "functions for certain instructions are called where these are known to be there"
)]

use std::arch::x86_64::{
    __m512, __m512bh, __m512i, _mm512_abs_ps, _mm512_add_epi32, _mm512_add_ps, _mm512_cvtepi32_epi8,
    _mm512_cvtepi32_ps, _mm512_cvtps_epi32, _mm512_dpbf16_ps, _mm512_dpbusd_epi32, _mm512_fmadd_ps,
    _mm512_max_ps, _mm512_mul_ps, _mm512_permutexvar_ps, _mm512_reduce_add_epi32, _mm512_reduce_max_ps,
    _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_ps, _mm512_sub_ps,
};

use super::linear::{LANES, Lanes};
use super::prefetch::prefetch;

/// The rows of a tile.
pub(super) const ROWS: usize = 8;

/// The vectors in a row of a tile.
pub(super) const VECTORS: usize = 3;

/// The inputs that share a scale, in quads of bytes.
pub(super) const QUADS: usize = 16;

/// Shows that the processor multiplies bfloat16s (AVX512-BF16).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bf16Dot(());

/// Shows that the processor multiplies bytes (AVX512-VNNI).
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByteDot(());

/// Sixteen inputs of a row.
pub(super) type Floats = [f32; LANES];

/// The vectors of inputs that share a scale.
pub(super) const VECTORS_A_GROUP: usize = 4 * QUADS / LANES;

/// The greatest byte; -128 is not used, so that both signs round alike.
pub(super) const MOST: f32 = 127.0;

/// The lines that are brought near with each group: a third of its weights.
const LINES_AHEAD: usize = size_of::<WeightGroup>() / size_of::<Lanes>() / 3;

/// Some inputs of a row as bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounded {
    /// What a unit is worth.
    pub(super) scale: f32,
    pub(super) sum: i32,
    pub(super) quads: [u32; QUADS],
}

/// Some inputs of a block of rows as signed bytes.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct RowGroup {
    /// What weights that are too large by 128 make too much of each row, negated.
    pub(super) offsets: [i32; ROWS],
    /// What a unit of a row's bytes is worth.
    pub(super) scales: [f32; ROWS],
    /// Four bytes of each row.
    pub(super) quads: [[u32; ROWS]; QUADS],
}

/// The weights for the same inputs in a panel of columns, as unsigned bytes too large by 128.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct WeightGroup {
    /// What a unit of a column's bytes is worth.
    pub(super) scales: [Lanes; VECTORS],
    /// Four bytes of each column.
    pub(super) quads: [[Lanes; VECTORS]; QUADS],
}

#[expect(clippy::unused_self, reason = "that there is one is what makes the calls sound")]
impl Bf16Dot {
    pub(crate) fn try_new() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bf16");
        found.then_some(Self(()))
    }

    /// The product of a block of rows, `[pair][row]`, with a panel, `[pair][vector]`: `[row][vector]`.
    pub(super) fn tile(self, block: &[u32], panel: &[Lanes], ahead: &[Lanes], sums: &mut [Floats]) {
        // SAFETY: the processor has the instructions, or there would be no `self`.
        unsafe { bf16_tile(block.as_chunks().0, panel.as_chunks().0, ahead, sums) }
    }
}

#[expect(clippy::unused_self, reason = "that there is one is what makes the calls sound")]
impl ByteDot {
    pub(crate) fn try_new() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni");
        found.then_some(Self(()))
    }

    /// The product of a block of rows, as [`RowGroup`]s, with a panel of [`WeightGroup`]s:
    /// `[row][vector]`.
    pub(super) fn tile(self, block: &[u32], panel: &[Lanes], ahead: &[Lanes], sums: &mut [Floats]) {
        // SAFETY: the processor has the instructions, or there would be no `self`.
        unsafe { byte_tile(bytemuck::cast_slice(block), bytemuck::cast_slice(panel), ahead, sums) }
    }

    /// Rounds the inputs of a row that share a scale to bytes.
    pub(super) fn round(self, numbers: &[Floats; VECTORS_A_GROUP]) -> Rounded {
        // SAFETY: the processor has the instructions, or there would be no `self`.
        unsafe { round(numbers) }
    }

    /// Rotates a block of a row: multiplies it by a matrix of Hadamard's, and by 16.
    pub(super) fn rotate(self, block: &mut [Floats; LANES]) {
        // SAFETY: the processor has the instructions, or there would be no `self`.
        unsafe { rotate(block) }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(sums: &[[__m512; VECTORS]; ROWS], out: &mut [Floats]) {
    for (out, sum) in out.iter_mut().zip(sums.as_flattened()) {
        *out = bytemuck::cast(*sum);
    }
}

#[target_feature(enable = "avx512f,avx512bf16")]
fn bf16_tile(block: &[[u32; ROWS]], panel: &[[Lanes; VECTORS]], ahead: &[Lanes], out: &mut [Floats]) {
    let mut sums = [[_mm512_setzero_ps(); VECTORS]; ROWS];
    let mut ahead = ahead.iter();
    for (rows, columns) in block.iter().zip(panel) {
        ahead.next().into_iter().for_each(prefetch);
        let columns: [__m512bh; VECTORS] = columns.map(bytemuck::cast);
        for (sums, &pair) in sums.iter_mut().zip(rows) {
            let pair = bytemuck::cast(_mm512_set1_epi32(pair.cast_signed()));
            for (sum, column) in sums.iter_mut().zip(columns) {
                *sum = _mm512_dpbf16_ps(*sum, column, pair);
            }
        }
    }
    store(&sums, out);
}

#[target_feature(enable = "avx512f,avx512vnni")]
fn byte_tile(block: &[RowGroup], panel: &[WeightGroup], ahead: &[Lanes], out: &mut [Floats]) {
    let mut sums = [[_mm512_setzero_ps(); VECTORS]; ROWS];
    let mut ahead = ahead.chunks(LINES_AHEAD);
    for (rows, columns) in block.iter().zip(panel) {
        ahead.next().unwrap_or_default().iter().for_each(prefetch);
        let whole = byte_group(rows, columns);
        let scales: [__m512; VECTORS] = columns.scales.map(bytemuck::cast);
        for ((sums, whole), &scale) in sums.iter_mut().zip(whole).zip(&rows.scales) {
            let of_row = _mm512_set1_ps(scale);
            for ((sum, whole), of_column) in sums.iter_mut().zip(whole).zip(scales) {
                *sum = _mm512_fmadd_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(whole), of_row), of_column, *sum);
            }
        }
    }
    store(&sums, out);
}

/// The whole numbers that a group sums up.
#[inline]
#[target_feature(enable = "avx512f,avx512vnni")]
fn byte_group(rows: &RowGroup, columns: &WeightGroup) -> [[__m512i; VECTORS]; ROWS] {
    let mut sums = rows.offsets.map(|offset| [_mm512_set1_epi32(offset); VECTORS]);
    for (rows, columns) in rows.quads.iter().zip(&columns.quads) {
        let columns: [__m512i; VECTORS] = columns.map(bytemuck::cast);
        for (sums, &quad) in sums.iter_mut().zip(rows) {
            let quad = _mm512_set1_epi32(quad.cast_signed());
            for (sum, column) in sums.iter_mut().zip(columns) {
                *sum = _mm512_dpbusd_epi32(*sum, column, quad);
            }
        }
    }
    sums
}

#[target_feature(enable = "avx512f")]
fn round(numbers: &[Floats; VECTORS_A_GROUP]) -> Rounded {
    let numbers: [__m512; VECTORS_A_GROUP] = numbers.map(bytemuck::cast);
    let most = numbers.iter().fold(_mm512_setzero_ps(), |most, &x| _mm512_max_ps(most, _mm512_abs_ps(x)));
    let most = _mm512_reduce_max_ps(most).max(f32::MIN_POSITIVE * MOST);
    let units = _mm512_set1_ps(MOST / most);
    let whole = numbers.map(|x| _mm512_cvtps_epi32(_mm512_mul_ps(x, units)));
    let sum = whole[1..].iter().fold(whole[0], |sum, &x| _mm512_add_epi32(sum, x));
    let quads: [[u32; 4]; VECTORS_A_GROUP] = whole.map(|x| bytemuck::cast(_mm512_cvtepi32_epi8(x)));
    Rounded { scale: most / MOST, sum: _mm512_reduce_add_epi32(sum), quads: bytemuck::cast(quads) }
}

/// What is mixed in two passes of sums and differences between the same lanes of sixteen vectors: in
/// between, each vector's lanes move on by its place, so that all meet all.
#[target_feature(enable = "avx512f")]
fn rotate(block: &mut [Floats; LANES]) {
    let mut vectors: [__m512; LANES] = block.map(bytemuck::cast);
    butterflies(&mut vectors);
    for (place, vector) in vectors.iter_mut().enumerate() {
        let from: [u32; LANES] = std::array::from_fn(|lane| ((lane + LANES - place) % LANES) as u32);
        *vector = _mm512_permutexvar_ps(bytemuck::cast(from), *vector);
    }
    butterflies(&mut vectors);
    *block = vectors.map(bytemuck::cast);
}

#[inline]
#[target_feature(enable = "avx512f")]
fn butterflies(vectors: &mut [__m512; LANES]) {
    for stride in [1, 2, 4, 8] {
        for left in (0..LANES).filter(|place| place & stride == 0) {
            let (x, y) = (vectors[left], vectors[left + stride]);
            vectors[left] = _mm512_add_ps(x, y);
            vectors[left + stride] = _mm512_sub_ps(x, y);
        }
    }
}
