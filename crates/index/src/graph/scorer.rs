//! How near rows are to what is searched, in each storage precision.

use half::f16;

use crate::codes::{Codes, encode, product};
use crate::simd::{dot_full, dot_half, prefetch};

/// Scores rows by their dot product with something; larger is nearer. Rows that do not exist score 0.
pub(super) trait Scorer {
    fn score(&self, row: u32) -> f32;

    /// Asks for what [`score`](Self::score) will read of a row.
    fn prefetch(&self, row: u32);
}

/// A query over full floats.
pub(super) struct FullQuery<'a> {
    pub(super) query: &'a [f32],
    pub(super) rows: &'a [f32],
}

impl Scorer for FullQuery<'_> {
    #[inline]
    fn score(&self, row: u32) -> f32 {
        dot_full(self.query, chunk(self.rows, self.query.len(), row))
    }

    #[inline]
    fn prefetch(&self, row: u32) {
        prefetch(chunk(self.rows, self.query.len(), row));
    }
}

/// A query over half floats.
pub(super) struct HalfQuery<'a> {
    pub(super) query: &'a [f32],
    pub(super) rows: &'a [f16],
}

impl Scorer for HalfQuery<'_> {
    #[inline]
    fn score(&self, row: u32) -> f32 {
        dot_half(self.query, chunk(self.rows, self.query.len(), row))
    }

    #[inline]
    fn prefetch(&self, row: u32) {
        prefetch(chunk(self.rows, self.query.len(), row));
    }
}

#[inline]
fn chunk<T>(rows: &[T], dimension: usize, row: u32) -> &[T] {
    rows.get(row as usize * dimension..(row as usize + 1) * dimension).unwrap_or_default()
}

/// A query, itself in codes, over codes.
pub(super) struct CodeQuery<'a> {
    query: Vec<i8>,
    scale: f32,
    codes: Codes<'a>,
}

impl<'a> CodeQuery<'a> {
    pub(super) fn new(query: &[f32], codes: Codes<'a>) -> Self {
        let (query, _, scale) = encode(query);
        Self { query, scale, codes }
    }
}

impl Scorer for CodeQuery<'_> {
    #[inline]
    fn score(&self, row: u32) -> f32 {
        product((&self.query, self.scale), (self.codes.row(row), self.codes.scale(row)))
    }

    #[inline]
    fn prefetch(&self, row: u32) {
        self.codes.prefetch(row);
    }
}

/// A row among rows.
pub(super) struct RowQuery<'a> {
    pub(super) row: u32,
    pub(super) codes: Codes<'a>,
}

impl Scorer for RowQuery<'_> {
    #[inline]
    fn score(&self, row: u32) -> f32 {
        self.codes.between(self.row, row)
    }

    #[inline]
    fn prefetch(&self, row: u32) {
        self.codes.prefetch(row);
    }
}
