//! `AdamW`, with a learning rate that warms up, on gradients that are clipped.

use rayon::prelude::*;

use super::parameters::Parameters;
use super::settings::TrainSettings;

/// How fast the moments forget, and what keeps the quotient finite: `PyTorch`'s defaults.
const BETAS: [f64; 2] = [0.9, 0.999];
const EPSILON: f64 = 1e-8;

/// Numbers that are one thread's at a time, and whose squares are summed up together.
const NUMBERS_A_PIECE: usize = 1 << 16;

/// Moments of the gradients (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019).
#[derive(Debug)]
pub(super) struct AdamW {
    /// The means of the gradients, and of their squares.
    pub(super) moments: [Parameters; 2],
}

/// The learning rate of a step, counted from 0: it rises from 0 over the warm-up, then falls to 0 at the
/// end (`WarmupLinear` of sentence-transformers).
pub(super) fn learning_rate(settings: &TrainSettings, step: usize, steps: usize) -> f64 {
    let warmup = settings.warmup_steps;
    let share = if step < warmup {
        step as f64 / warmup as f64
    } else {
        steps.saturating_sub(step) as f64 / steps.saturating_sub(warmup).max(1) as f64
    };
    settings.learning_rate * share
}

/// Scales the gradient down to a norm of at most `most`; gives the norm that it had.
pub(super) fn clip(gradient: &mut Parameters, most: f64) -> f64 {
    let squares = |tensor: &Vec<f32>| -> f64 {
        let parts: Vec<f64> = tensor
            .par_chunks(NUMBERS_A_PIECE)
            .map(|part| part.iter().map(|x| f64::from(*x) * f64::from(*x)).sum())
            .collect();
        parts.iter().sum()
    };
    let norm = gradient.tensors().into_iter().map(|tensor| squares(tensor)).sum::<f64>().sqrt();
    // As in `PyTorch`'s `clip_grad_norm_`.
    let factor = (most / (norm + 1e-6)) as f32;
    if factor < 1.0 {
        for tensor in gradient.tensors() {
            tensor.par_chunks_mut(NUMBERS_A_PIECE).flatten().for_each(|x| *x *= factor);
        }
    }
    norm
}

impl AdamW {
    /// Moves the parameters against the gradient, for the `step`-th time, counted from 1.
    ///
    /// `decays` says of each tensor whether weight decay pulls at it.
    pub(super) fn update(
        &mut self,
        parameters: &mut Parameters,
        gradient: &mut Parameters,
        decays: &[bool],
        settings: &TrainSettings,
        (step, rate): (usize, f64),
    ) {
        let corrections = BETAS.map(|beta| 1.0 - beta.powi(i32::try_from(step).unwrap_or(i32::MAX)));
        let [means, squares] = &mut self.moments;
        let moments = means.tensors().into_iter().zip(squares.tensors());
        let tensors = parameters.tensors().into_iter().zip(gradient.tensors()).zip(moments);
        for (((values, slopes), (means, squares)), decays) in tensors.zip(decays) {
            let decay = if *decays { settings.weight_decay } else { 0.0 };
            let rule = Rule {
                keep: (1.0 - rate * decay) as f32,
                rate: (rate / corrections[0]) as f32,
                root: corrections[1].sqrt().recip() as f32,
            };
            values
                .par_chunks_mut(NUMBERS_A_PIECE)
                .zip(slopes.par_chunks(NUMBERS_A_PIECE))
                .zip(means.par_chunks_mut(NUMBERS_A_PIECE).zip(squares.par_chunks_mut(NUMBERS_A_PIECE)))
                .for_each(|((values, slopes), (means, squares))| rule.apply(values, slopes, means, squares));
        }
    }
}

/// The update of one tensor in one step.
struct Rule {
    /// What weight decay leaves.
    keep: f32,
    rate: f32,
    /// One over the root of the correction of the second moment.
    root: f32,
}

impl Rule {
    fn apply(&self, values: &mut [f32], slopes: &[f32], means: &mut [f32], squares: &mut [f32]) {
        let [first, second] = BETAS.map(|beta| beta as f32);
        let moments = means.iter_mut().zip(squares);
        for ((value, slope), (mean, square)) in values.iter_mut().zip(slopes).zip(moments) {
            *mean = first * *mean + (1.0 - first) * slope;
            *square = second * *square + (1.0 - second) * slope * slope;
            let root = square.sqrt() * self.root + EPSILON as f32;
            *value = *value * self.keep - self.rate * *mean / root;
        }
    }
}
