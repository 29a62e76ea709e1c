//! Layer normalisation, and what it hands back.

use rayon::prelude::*;

use super::parameters::Norm;

/// Rows whose gradients are summed up together: fixed, so that sums do not depend on the threads.
pub(super) const ROWS_A_PIECE: usize = 128;

/// What a normalisation keeps for the way back.
#[derive(Debug)]
pub(super) struct NormTape {
    /// The rows at mean 0 and variance 1.
    normal: Vec<f32>,
    /// One over the standard deviation of each row.
    scales: Vec<f32>,
}

/// Normalises rows in place.
pub(super) fn forward(rows: &mut [f32], norm: &Norm, epsilon: f32) -> NormTape {
    let width = norm.gamma.len();
    let mut tape = NormTape { normal: vec![0.0; rows.len()], scales: vec![0.0; rows.len() / width] };
    rows.par_chunks_mut(width).zip(tape.normal.par_chunks_mut(width)).zip(&mut tape.scales).for_each(
        |((row, normal), scale)| {
            let mean = sum(row.iter().copied()) / width as f32;
            let variance = sum(row.iter().map(|x| (x - mean) * (x - mean))) / width as f32;
            *scale = (variance + epsilon).sqrt().recip();
            for (((x, normal), gamma), beta) in row.iter_mut().zip(normal).zip(&norm.gamma).zip(&norm.beta) {
                *normal = (*x - mean) * *scale;
                *x = *normal * gamma + beta;
            }
        },
    );
    tape
}

/// Turns the gradient of the result into that of the input, in place, and adds those of the parameters.
pub(super) fn backward(slopes: &mut [f32], tape: &NormTape, norm: &Norm, gradient: &mut Norm) {
    let width = norm.gamma.len();
    let parts: Vec<[Vec<f32>; 2]> = slopes
        .par_chunks_mut(width * ROWS_A_PIECE)
        .zip(tape.normal.par_chunks(width * ROWS_A_PIECE))
        .zip(tape.scales.par_chunks(ROWS_A_PIECE))
        .map(|((slopes, normal), scales)| {
            let mut sums = [vec![0.0; width], vec![0.0; width]];
            let rows = slopes.chunks_exact_mut(width).zip(normal.chunks_exact(width));
            for ((slopes, normal), scale) in rows.zip(scales) {
                backward_row(slopes, normal, *scale, &norm.gamma, &mut sums);
            }
            sums
        })
        .collect();
    for [gamma, beta] in parts {
        add(&mut gradient.gamma, &gamma);
        add(&mut gradient.beta, &beta);
    }
}

fn backward_row(slopes: &mut [f32], normal: &[f32], scale: f32, gamma: &[f32], sums: &mut [Vec<f32>; 2]) {
    let [to_gamma, to_beta] = sums;
    let all = slopes.iter_mut().zip(normal).zip(gamma).zip(to_gamma.iter_mut().zip(to_beta));
    for (((slope, normal), gamma), (to_gamma, to_beta)) in all {
        *to_gamma += *slope * normal;
        *to_beta += *slope;
        *slope *= gamma;
    }
    let width = slopes.len() as f32;
    let mean = sum(slopes.iter().copied()) / width;
    let along = sum(slopes.iter().zip(normal).map(|(slope, normal)| slope * normal)) / width;
    for (slope, normal) in slopes.iter_mut().zip(normal) {
        *slope = scale * (*slope - mean - normal * along);
    }
}

/// Adds numbers to others in their places.
pub(super) fn add(to: &mut [f32], from: &[f32]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
}

/// The sum, made in double precision, as thousands of squares are too many for one float.
fn sum(numbers: impl Iterator<Item = f32>) -> f32 {
    numbers.map(f64::from).sum::<f64>() as f32
}

/// Adds the sum of all rows to `sums`.
pub(super) fn add_rows(rows: &[f32], sums: &mut [f32]) {
    let width = sums.len();
    let parts: Vec<Vec<f32>> = rows
        .par_chunks(width * ROWS_A_PIECE)
        .map(|rows| {
            let mut sums = vec![0.0; width];
            rows.chunks_exact(width).for_each(|row| add(&mut sums, row));
            sums
        })
        .collect();
    for part in parts {
        add(sums, &part);
    }
}
