//! One layer of the encoder, there and back.

use rayon::prelude::*;

use super::attention::{Attention, Texts};
use super::dropout::Dropout;
use super::norm::{self, NormTape, add, add_rows};
use super::parameters::{Layer, Linear};
use crate::cpu::{Matrix, Products};

/// What all layers of one run share.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) products: Products,
    pub(super) texts: &'a Texts,
    /// `[buckets, heads]`.
    pub(super) relative_bias: &'a [f32],
    pub(super) epsilon: f32,
}

/// What a layer keeps for the way back.
#[derive(Debug)]
pub(super) struct LayerTape {
    input: Vec<f32>,
    queries: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    context: Vec<f32>,
    attention_norm: NormTape,
    attended: Vec<f32>,
    /// Before the GELU.
    inner: Vec<f32>,
    output_norm: NormTape,
}

/// The places of dropout in a layer.
const ATTENTION: u64 = 0;
const ATTENDED: u64 = 1;
const OUTPUT: u64 = 2;

impl Run<'_> {
    /// `[tokens, hidden]` to the same.
    pub(super) fn forward(&self, layer: &Layer, input: Vec<f32>, dropout: Dropout) -> (Vec<f32>, LayerTape) {
        let [queries, keys, values] =
            [&layer.query, &layer.key, &layer.value].map(|linear| self.linear(linear, &input));
        let context = self.attention(dropout, [&queries, &keys, &values]).forward();
        let mut attended = self.linear(&layer.output, &context);
        dropout.at(ATTENDED).apply(&mut attended);
        add_all(&mut attended, &input);
        let attention_norm = norm::forward(&mut attended, &layer.attention_norm, self.epsilon);
        let inner = self.linear(&layer.inner, &attended);
        let mut output = self.linear(&layer.outer, &self.products.gelu(&inner));
        dropout.at(OUTPUT).apply(&mut output);
        add_all(&mut output, &attended);
        let output_norm = norm::forward(&mut output, &layer.output_norm, self.epsilon);
        let tape =
            LayerTape { input, queries, keys, values, context, attention_norm, attended, inner, output_norm };
        (output, tape)
    }

    /// From the gradient of the output to that of the input; those of the parameters are added to
    /// `gradient`, that of the position bias to `relative_bias`.
    pub(super) fn backward(
        &self,
        layer: &Layer,
        tape: &LayerTape,
        mut slopes: Vec<f32>,
        dropout: Dropout,
        (gradient, relative_bias): (&mut Layer, &mut [f32]),
    ) -> Vec<f32> {
        norm::backward(&mut slopes, &tape.output_norm, &layer.output_norm, &mut gradient.output_norm);
        let mut to_output = slopes.clone();
        dropout.at(OUTPUT).apply(&mut to_output);
        let activated = self.products.gelu(&tape.inner);
        let mut to_inner = vec![0.0; tape.inner.len()];
        self.linear_backward(&layer.outer, &activated, &to_output, &mut gradient.outer, &mut to_inner);
        self.products.gelu_backward(&tape.inner, &mut to_inner);
        self.linear_backward(&layer.inner, &tape.attended, &to_inner, &mut gradient.inner, &mut slopes);

        norm::backward(
            &mut slopes,
            &tape.attention_norm,
            &layer.attention_norm,
            &mut gradient.attention_norm,
        );
        let mut to_attended = slopes.clone();
        dropout.at(ATTENDED).apply(&mut to_attended);
        let mut to_context = vec![0.0; tape.context.len()];
        self.linear_backward(
            &layer.output,
            &tape.context,
            &to_attended,
            &mut gradient.output,
            &mut to_context,
        );
        let inputs = [&*tape.queries, &tape.keys, &tape.values];
        let made = self.attention(dropout, inputs).backward(&to_context);
        made.add_bias(relative_bias);
        let linears = [&layer.query, &layer.key, &layer.value];
        let gradients = [&mut gradient.query, &mut gradient.key, &mut gradient.value];
        for ((linear, made), gradient) in linears.into_iter().zip(&made.inputs).zip(gradients) {
            self.linear_backward(linear, &tape.input, made, gradient, &mut slopes);
        }
        slopes
    }

    fn attention<'r>(&'r self, dropout: Dropout, inputs: [&'r [f32]; 3]) -> Attention<'r> {
        Attention {
            products: self.products,
            texts: self.texts,
            relative_bias: self.relative_bias,
            dropout: dropout.at(ATTENTION),
            inputs,
        }
    }

    /// `[rows, inputs]` to `[rows, outputs]`.
    fn linear(&self, linear: &Linear, rows: &[f32]) -> Vec<f32> {
        linear_forward(self.products, linear, rows)
    }

    /// From the gradient of the outputs to that of the inputs, which is added to `to_inputs`.
    fn linear_backward(
        &self,
        linear: &Linear,
        inputs: &[f32],
        slopes: &[f32],
        gradient: &mut Linear,
        to_inputs: &mut [f32],
    ) {
        linear_backward(self.products, linear, inputs, slopes, gradient, to_inputs);
    }
}

/// `[rows, inputs]` to `[rows, outputs]`.
pub(super) fn linear_forward(products: Products, linear: &Linear, rows: &[f32]) -> Vec<f32> {
    let inputs = linear.weight.len() / linear.bias.len();
    let mut output = linear.bias.repeat(rows.len() / inputs);
    products.add(Matrix::new(rows, inputs), Matrix::new(&linear.weight, inputs).transposed(), &mut output);
    output
}

/// From the gradient of the outputs, `[rows, outputs]`, to that of the inputs, which is added to
/// `to_inputs`; those of the parameters are added to `gradient`.
pub(super) fn linear_backward(
    products: Products,
    linear: &Linear,
    inputs: &[f32],
    slopes: &[f32],
    gradient: &mut Linear,
    to_inputs: &mut [f32],
) {
    let outputs = linear.bias.len();
    let width = linear.weight.len() / outputs;
    add_rows(slopes, &mut gradient.bias);
    let slopes = Matrix::new(slopes, outputs);
    products.add(slopes.transposed(), Matrix::new(inputs, width), &mut gradient.weight);
    products.add(slopes, Matrix::new(&linear.weight, width), to_inputs);
}

/// Adds many numbers to others in their places, all threads at once.
fn add_all(to: &mut [f32], from: &[f32]) {
    const NUMBERS_A_PIECE: usize = 1 << 16;
    let pieces = to.par_chunks_mut(NUMBERS_A_PIECE).zip(from.par_chunks(NUMBERS_A_PIECE));
    pieces.for_each(|(to, from)| add(to, from));
}
