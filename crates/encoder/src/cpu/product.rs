//! Products of two matrices neither of which is kept, as training makes them.
//!
//! Both sides are views with steps, so that a transposed matrix or the columns of one head are packed
//! from where they lie.

use rayon::prelude::*;

use super::isa::Isa;
use super::linear::{Kernel, LANES, Lanes, Linear, TileSize};
use super::matrix::{Project, Then};

/// The most rows of a product that are one thread's at a time, in tiles.
const TILES_A_PIECE: usize = 16;

/// The pieces for each thread, so that all end at about the same time.
const PIECES_A_THREAD: usize = 4;

/// The longest sum that is made in one go: a panel of it stays in the second-level cache.
const LONGEST_SUM: usize = 2048;

/// Numbers of a panel below which packing is not worth another thread.
const PANEL_WORK: usize = 1 << 16;

/// A matrix that lies somewhere in `numbers`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matrix<'a> {
    numbers: &'a [f32],
    rows: usize,
    columns: usize,
    row_step: usize,
    column_step: usize,
}

impl<'a> Matrix<'a> {
    /// `[rows, columns]`, row by row.
    pub(crate) fn new(numbers: &'a [f32], columns: usize) -> Self {
        let rows = numbers.len() / columns;
        Self { numbers, rows, columns, row_step: columns, column_step: 1 }
    }

    /// `[columns, rows]`: rows become columns.
    pub(crate) fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_step: self.column_step,
            column_step: self.row_step,
            ..self
        }
    }

    /// `count` of its columns, from `first` on.
    pub(crate) fn narrow(self, first: usize, count: usize) -> Self {
        Self { numbers: &self.numbers[first * self.column_step..], columns: count, ..self }
    }

    fn at(&self, row: usize, column: usize) -> f32 {
        self.numbers[row * self.row_step + column * self.column_step]
    }
}

/// Makes products with the instructions of this processor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Products {
    pub(super) isa: Isa,
    tile: TileSize,
}

impl Products {
    /// With the best instructions of this processor.
    pub(crate) fn detect() -> Self {
        Self::of(Isa::detect())
    }

    pub(super) fn of(isa: Isa) -> Self {
        Self { isa, tile: TileSize::of(isa) }
    }

    /// Adds `left · right` to `sums`, `[rows of left, columns of right]` row by row.
    ///
    /// The order in which numbers are added does not depend on the number of threads.
    ///
    /// # Panics
    ///
    /// Panics where the shapes do not fit.
    pub(crate) fn add(&self, left: Matrix<'_>, right: Matrix<'_>, sums: &mut [f32]) {
        assert_eq!(left.columns, right.rows, "the inner sides are the same");
        assert_eq!(sums.len(), left.rows * right.columns, "there is a sum for each row and column");
        let parts = left.columns.div_ceil(LONGEST_SUM).max(1);
        let part = left.columns.div_ceil(parts);
        for start in (0..left.columns).step_by(part) {
            let inner = start..left.columns.min(start + part);
            let linear = self.pack_right(right, inner.clone());
            let rows = self.rows_a_piece(left.rows);
            sums.par_chunks_mut(rows * right.columns).enumerate().for_each(|(piece, sums)| {
                self.add_piece(left, piece * rows, inner.start, &linear, sums);
            });
        }
    }

    fn rows_a_piece(&self, rows: usize) -> usize {
        let pieces = PIECES_A_THREAD * rayon::current_num_threads();
        rows.div_ceil(self.tile.rows).div_ceil(pieces).clamp(1, TILES_A_PIECE) * self.tile.rows
    }

    /// Adds the product for the rows from `first` on.
    fn add_piece(&self, left: Matrix<'_>, first: usize, inner: usize, linear: &Linear, sums: &mut [f32]) {
        let rows = sums.len() / linear.outputs();
        let blocks = self.pack_left(left, first..first + rows, inner..inner + linear.inputs);
        let mut output = vec![0.0; sums.len()];
        self.isa.run(Project {
            blocks: bytemuck::cast_slice(&blocks),
            linear,
            panels: linear.panels(),
            then: Then::Nothing,
            output: &mut output,
        });
        sums.iter_mut().zip(&output).for_each(|(sum, product)| *sum += product);
    }

    /// Blocks of rows, `[block][inner][rows of a tile]`.
    fn pack_left(
        &self,
        left: Matrix<'_>,
        rows: std::ops::Range<usize>,
        inner: std::ops::Range<usize>,
    ) -> Vec<f32> {
        let height = self.tile.rows;
        let mut blocks = vec![0.0; rows.len().div_ceil(height) * inner.len() * height];
        let starts = rows.clone().step_by(height);
        for (start, block) in starts.zip(blocks.chunks_exact_mut(inner.len() * height)) {
            let height_here = height.min(rows.end - start);
            if left.row_step == 1 {
                for (k, to) in inner.clone().zip(block.chunks_exact_mut(height)) {
                    let from = &left.numbers[k * left.column_step + start..][..height_here];
                    to[..height_here].copy_from_slice(from);
                }
            } else {
                for place in 0..height_here {
                    let column = block[place..].iter_mut().step_by(height);
                    column.zip(inner.clone()).for_each(|(to, k)| *to = left.at(start + place, k));
                }
            }
        }
        blocks
    }

    /// Panels of columns, `[panel][inner][columns of a tile]`.
    fn pack_right(&self, right: Matrix<'_>, inner: std::ops::Range<usize>) -> Linear {
        let width = self.tile.columns;
        let lanes = (inner.len() * width).div_ceil(LANES);
        let mut panels = vec![Lanes([0; LANES]); right.columns.div_ceil(width) * lanes];
        let at_once = PANEL_WORK.div_ceil(lanes * LANES);
        panels.par_chunks_exact_mut(lanes).with_min_len(at_once).enumerate().for_each(|(index, panel)| {
            let start = index * width;
            let width_here = width.min(right.columns - start);
            let numbers: &mut [f32] = bytemuck::cast_slice_mut(panel);
            if right.column_step == 1 {
                for (k, to) in inner.clone().zip(numbers.chunks_exact_mut(width)) {
                    let from = &right.numbers[k * right.row_step + start..][..width_here];
                    to[..width_here].copy_from_slice(from);
                }
            } else {
                for place in 0..width_here {
                    let column = numbers[place..].iter_mut().step_by(width);
                    column.zip(inner.clone()).for_each(|(to, k)| *to = right.at(k, start + place));
                }
            }
        });
        Linear::of_panels(panels, Kernel::F32(self.tile), inner.len(), right.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1009) as f32 / 1009.0 - 0.5).collect()
    }

    /// A product is what three plain loops make and add, on every instruction set.
    #[track_caller]
    fn check(left: Matrix<'_>, right: Matrix<'_>) {
        for isa in Isa::available() {
            let mut sums = vec![1.0; left.rows * right.columns];
            Products::of(isa).add(left, right, &mut sums);
            for (place, sum) in sums.iter().enumerate() {
                let (row, column) = (place / right.columns, place % right.columns);
                let product: f64 = (0..left.columns)
                    .map(|k| f64::from(left.at(row, k)) * f64::from(right.at(k, column)))
                    .sum();
                let off = (f64::from(*sum) - 1.0 - product).abs();
                assert!(off < 1e-3, "{} [{row}, {column}] is off by {off}", isa.name());
            }
        }
    }

    #[test]
    fn products_are_those_of_plain_loops() {
        let (left, right) = (numbers(37 * 50, 1), numbers(50 * 61, 2));
        check(Matrix::new(&left, 50), Matrix::new(&right, 61));
        check(Matrix::new(&left, 37).transposed(), Matrix::new(&right, 61));
        check(Matrix::new(&left, 50), Matrix::new(&right, 50).transposed());
        check(Matrix::new(&left, 37).transposed(), Matrix::new(&right, 50).transposed());
    }

    #[test]
    fn columns_of_a_wider_matrix_are_one() {
        let (left, right) = (numbers(9 * 20, 1), numbers(20 * 30, 2));
        check(Matrix::new(&left, 20).narrow(5, 8), Matrix::new(&right, 30).rows(8).narrow(10, 7));
        check(Matrix::new(&left, 20).narrow(5, 8), Matrix::new(&right, 20).narrow(3, 8).transposed());
    }

    #[test]
    fn long_sums_are_made_in_parts() {
        let (left, right) = (numbers(3 * 5000, 1), numbers(5000 * 2, 2));
        check(Matrix::new(&left, 5000), Matrix::new(&right, 2));
    }

    impl Matrix<'_> {
        /// Its first rows.
        fn rows(self, rows: usize) -> Self {
            Self { rows, ..self }
        }
    }
}
