//! Principal components.

use ndarray::{Array1, Array2, Axis, s};
use rayon::prelude::*;

use super::{Embeddings, Random, blocks};

/// Axes beyond those wanted that are followed as well, and rounds: what a randomised decomposition takes to
/// come within a few per cent of the true axes (Halko, Martinsson and Tropp 2011).
const SPARE: usize = 8;
const ROUNDS: usize = 12;

/// The rows about their mean, in the coordinates of their `axes` principal axes, the widest first; there are
/// fewer axes where the rows have a smaller dimension.
///
/// Orthogonal iteration on the covariance from a seeded start: no decomposition of a matrix of 768 is needed
/// for a hundred axes of it.
pub(crate) fn principal(embeddings: &Embeddings, axes: usize, seed: u64) -> Array2<f32> {
    let dimension = embeddings.dimension();
    let axes = axes.min(dimension);
    let mean = embeddings.matrix().mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(dimension));
    let centred = |range| &embeddings.rows(range) - &mean;
    let blocks = blocks(embeddings.len());
    // A few at a time, so that there are never more than a few partial sums.
    let mut covariance = Array2::<f32>::zeros((dimension, dimension));
    for some in blocks.chunks(8) {
        let partial = some.par_iter().map(|range| {
            let rows = centred(range.clone());
            rows.t().dot(&rows)
        });
        for sum in partial.collect::<Vec<_>>() {
            covariance += &sum;
        }
    }
    let mut random = Random::new(seed);
    let followed = (axes + SPARE).min(dimension);
    let mut basis = Array2::from_shape_simple_fn((dimension, followed), || random.unit() as f32 - 0.5);
    orthonormalise(&mut basis);
    for _ in 0..ROUNDS {
        basis = covariance.dot(&basis);
        orthonormalise(&mut basis);
    }
    let basis = basis.slice(s![.., ..axes]);
    let mut reduced = Array2::zeros((embeddings.len(), axes));
    let projected: Vec<_> = blocks.par_iter().map(|range| centred(range.clone()).dot(&basis)).collect();
    for (range, rows) in blocks.into_iter().zip(projected) {
        reduced.slice_mut(s![range, ..]).assign(&rows);
    }
    reduced
}

/// Makes the columns orthonormal, each to those before it (Gram–Schmidt, modified). A column that depends on
/// those before becomes zero.
fn orthonormalise(columns: &mut Array2<f32>) {
    for at in 0..columns.ncols() {
        let (before, mut from) = columns.view_mut().split_at(Axis(1), at);
        let mut column = from.column_mut(0);
        let whole = column.dot(&column).sqrt();
        for other in before.columns() {
            let share = other.dot(&column);
            column.scaled_add(-share, &other);
        }
        let length = column.dot(&column).sqrt();
        // What is left of a column that depends on others is rounding.
        let scale = if length > whole * 1e-5 { length.recip() } else { 0.0 };
        column *= scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points on an ellipse about the third axis: the first two axes are those of the ellipse.
    #[test]
    fn axes_come_widest_first() {
        let numbers: Vec<f32> = (0..200)
            .flat_map(|at| {
                let angle = at as f32 * std::f32::consts::TAU / 200.0;
                [0.5 * angle.cos(), 0.2 * angle.sin(), 5.0]
            })
            .collect();
        let reduced = principal(&Embeddings::new(numbers, 3).unwrap(), 2, 1);
        let wide: Vec<f32> = reduced.columns().into_iter().map(|x| x.dot(&x)).collect();
        assert!((wide[0] / wide[1] - 6.25).abs() < 0.1, "(0.5 / 0.2)²: {wide:?}");
        assert!(
            (reduced[[0, 0]].abs() - 0.0995).abs() < 1e-3,
            "0.5 of 5 from the centre: {}",
            reduced[[0, 0]]
        );
        assert!(reduced[[0, 1]].abs() < 1e-3, "{}", reduced[[0, 1]]);
    }

    #[test]
    fn equal_rows_have_no_extent() {
        let reduced = principal(&Embeddings::new([0.6, 0.8].repeat(5), 2).unwrap(), 5, 1);
        assert_eq!(reduced.dim(), (5, 2));
        assert!(reduced.iter().all(|x| x.abs() < 1e-6), "{reduced}");
    }
}
