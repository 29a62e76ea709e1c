//! What is trained for: from examples to a loss and its gradient.

use super::attention::Texts;
use super::dropout::Dropout;
use super::layer::{linear_backward, linear_forward};
use super::network::Network;
use super::parameters::{Head, Parameters};
use crate::pooling::{Pooling, pool};

/// A pair of texts as the network takes it, and how alike they are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Example {
    /// The token ids of two texts, or of one that holds both.
    pub(super) texts: Vec<Vec<u32>>,
    pub(super) score: f32,
}

/// What a network learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Objective {
    /// The cosine of the two texts' vectors is the score: the mean of the squared differences.
    Similarity(Pooling),
    /// The head's number for both texts in one is the score's logit: the mean cross entropy.
    Score,
}

/// The places of dropout in the head, beyond those of any layer.
const BEFORE_DENSE: u64 = 1 << 32;
const BEFORE_OUTPUT: u64 = BEFORE_DENSE + 1;

impl Objective {
    /// The loss over a batch; its gradient is added to `gradient`.
    pub(super) fn learn(
        self,
        network: &Network,
        parameters: &Parameters,
        batch: &[&Example],
        dropout: Dropout,
        gradient: &mut Parameters,
    ) -> f32 {
        let texts = texts(batch);
        let (hidden, tape) = network.forward(parameters, &texts, dropout);
        let vectors = pooled(&hidden, &tape.texts, network.config.hidden_size, self.pooling());
        let scores: Vec<f32> = batch.iter().map(|example| example.score).collect();
        let (loss, slopes) = match (self, &parameters.head, &mut gradient.head) {
            (Self::Score, Some(head), Some(to)) => {
                head_loss(network, head, vectors.concat(), &scores, dropout, to)
            }
            _ => cosine_loss(&vectors, &scores),
        };
        let slopes = unpooled(&hidden, &tape.texts, &slopes, self.pooling());
        network.backward(parameters, tape, slopes, dropout, gradient);
        loss
    }

    /// What the network makes of each example: the cosine, or the score.
    pub(super) fn predict(
        self,
        network: &Network,
        parameters: &Parameters,
        batch: &[&Example],
        keep_all: Dropout,
    ) -> Vec<f32> {
        let (hidden, tape) = network.forward(parameters, &texts(batch), keep_all);
        let vectors = pooled(&hidden, &tape.texts, network.config.hidden_size, self.pooling());
        match &parameters.head {
            Some(head) if self == Self::Score => {
                let activated = head_dense(network, head, &vectors.concat());
                let logits = linear_forward(network.products, &head.output, &activated);
                logits.into_iter().map(sigmoid).collect()
            }
            _ => {
                let (left, right) = vectors.split_at(vectors.len() / 2);
                left.iter().zip(right).map(|(left, right)| Angle::between(left, right).cosine).collect()
            }
        }
    }

    fn pooling(self) -> Pooling {
        match self {
            Self::Similarity(pooling) => pooling,
            Self::Score => Pooling::Cls,
        }
    }
}

/// The first texts of all examples, then the second.
fn texts<'a>(batch: &[&'a Example]) -> Vec<&'a [u32]> {
    let number = batch.first().map_or(0, |example| example.texts.len());
    (0..number).flat_map(|place| batch.iter().map(move |example| &*example.texts[place])).collect()
}

fn pooled(hidden: &[f32], texts: &Texts, width: usize, pooling: Pooling) -> Vec<Vec<f32>> {
    let rows = texts.rows.iter().map(|rows| &hidden[rows.start * width..rows.end * width]);
    rows.map(|rows| pool(rows, width, pooling)).collect()
}

/// From the gradient of the pooled vectors to that of the hidden states.
fn unpooled(hidden: &[f32], texts: &Texts, slopes: &[Vec<f32>], pooling: Pooling) -> Vec<f32> {
    let width = slopes.first().map_or(0, Vec::len);
    let mut all = vec![0.0; hidden.len()];
    for (rows, slopes) in texts.rows.iter().zip(slopes) {
        let place = rows.start * width..rows.end * width;
        let (hidden, to) = (&hidden[place.clone()], &mut all[place]);
        match pooling {
            Pooling::Cls => to[..width].copy_from_slice(slopes),
            Pooling::Mean => {
                let share = 1.0 / rows.len() as f32;
                let rows = to.chunks_exact_mut(width);
                rows.for_each(|row| row.iter_mut().zip(slopes).for_each(|(to, slope)| *to = slope * share));
            }
            Pooling::Max => {
                for (column, slope) in slopes.iter().enumerate() {
                    let rows = hidden[column..].iter().step_by(width).enumerate();
                    // The first of equals, as in `PyTorch`.
                    let greatest = rows.rev().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(row, _)| row);
                    to[greatest * width + column] = *slope;
                }
            }
        }
    }
    all
}

/// Two vectors and the angle between them.
struct Angle {
    lengths: [f32; 2],
    cosine: f32,
}

impl Angle {
    fn between(left: &[f32], right: &[f32]) -> Self {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
        let lengths = [left, right].map(|vector| dot(vector, vector).sqrt().max(1e-8));
        let cosine = dot(left, right) / (lengths[0] * lengths[1]);
        Self { lengths: lengths.map(|length| length as f32), cosine: cosine as f32 }
    }

    /// The gradient of the cosine by the vector of the length `own`.
    fn slopes(&self, vector: &[f32], own: f32, other: &[f32], weight: f32) -> Vec<f32> {
        let [left, right] = self.lengths;
        let both = weight / (left * right);
        let along = weight * self.cosine / (own * own);
        vector.iter().zip(other).map(|(own, other)| other * both - own * along).collect()
    }
}

/// The mean of the squared differences of cosines and scores, with its gradient by the vectors.
fn cosine_loss(vectors: &[Vec<f32>], scores: &[f32]) -> (f32, Vec<Vec<f32>>) {
    let (left, right) = vectors.split_at(vectors.len() / 2);
    let mut loss = 0.0_f64;
    let (mut to_left, mut to_right) = (Vec::new(), Vec::new());
    for ((left, right), score) in left.iter().zip(right).zip(scores) {
        let angle = Angle::between(left, right);
        let off = angle.cosine - score;
        loss += f64::from(off * off);
        let weight = 2.0 * off / scores.len() as f32;
        to_left.push(angle.slopes(left, angle.lengths[0], right, weight));
        to_right.push(angle.slopes(right, angle.lengths[1], left, weight));
    }
    to_left.append(&mut to_right);
    ((loss / scores.len() as f64) as f32, to_left)
}

/// The first linear map of the head and the hyperbolic tangent.
fn head_dense(network: &Network, head: &Head, vectors: &[f32]) -> Vec<f32> {
    let mut activated = linear_forward(network.products, &head.dense, vectors);
    for x in &mut activated {
        *x = x.tanh();
    }
    activated
}

/// The mean cross entropy of the head's logits and the scores, with its gradient by the vectors; those
/// of the head are added to `gradient`.
fn head_loss(
    network: &Network,
    head: &Head,
    mut vectors: Vec<f32>,
    scores: &[f32],
    dropout: Dropout,
    gradient: &mut Head,
) -> (f32, Vec<Vec<f32>>) {
    let products = network.products;
    dropout.at(BEFORE_DENSE).apply(&mut vectors);
    let activated = head_dense(network, head, &vectors);
    let mut dropped = activated.clone();
    dropout.at(BEFORE_OUTPUT).apply(&mut dropped);
    let logits = linear_forward(products, &head.output, &dropped);
    let count = scores.len() as f32;
    let loss: f32 = logits.iter().zip(scores).map(|(logit, score)| cross_entropy(*logit, *score)).sum();
    let slopes: Vec<f32> =
        logits.iter().zip(scores).map(|(logit, score)| (sigmoid(*logit) - score) / count).collect();
    let mut to_dense = vec![0.0; activated.len()];
    linear_backward(products, &head.output, &dropped, &slopes, &mut gradient.output, &mut to_dense);
    dropout.at(BEFORE_OUTPUT).apply(&mut to_dense);
    to_dense.iter_mut().zip(&activated).for_each(|(slope, x)| *slope *= 1.0 - x * x);
    let mut to_vectors = vec![0.0; vectors.len()];
    linear_backward(products, &head.dense, &vectors, &to_dense, &mut gradient.dense, &mut to_vectors);
    dropout.at(BEFORE_DENSE).apply(&mut to_vectors);
    let width = to_vectors.len() / scores.len();
    (loss / count, to_vectors.chunks_exact(width).map(<[f32]>::to_vec).collect())
}

/// Of a logit and the probability that it should stand for, without overflow.
fn cross_entropy(logit: f32, score: f32) -> f32 {
    logit.max(0.0) - logit * score + (-logit.abs()).exp().ln_1p()
}

pub(super) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}
