//! Self-attention within each text, there and back, a head at a time.
//!
//! Only queries, keys and values are kept for the way back: the weights are made again.

use std::ops::Range;

use rayon::prelude::*;

use super::dropout::Dropout;
use super::norm::add;
use crate::config::MpnetConfig;
use crate::cpu::{Matrix, Products};
use crate::mpnet::relative_position_bucket;

/// The texts of a batch, one after the other, and how far apart their tokens are.
#[derive(Debug)]
pub(super) struct Texts {
    /// The rows of each text.
    pub(super) rows: Vec<Range<usize>>,
    heads: usize,
    hidden: usize,
    /// The bucket of the key's place less the query's, from `-reach` on.
    buckets: Vec<usize>,
    reach: usize,
}

/// What the attention of a batch takes.
#[derive(Debug)]
pub(super) struct Attention<'a> {
    pub(super) products: Products,
    pub(super) texts: &'a Texts,
    /// `[buckets, heads]`.
    pub(super) relative_bias: &'a [f32],
    pub(super) dropout: Dropout,
    /// Queries, keys and values, `[tokens, hidden]` each.
    pub(super) inputs: [&'a [f32]; 3],
}

/// What attention hands back.
#[derive(Debug)]
pub(super) struct Slopes {
    /// Of queries, keys and values, `[tokens, hidden]` each.
    pub(super) inputs: [Vec<f32>; 3],
    /// `[buckets, heads]`.
    pub(super) relative_bias: Vec<f32>,
}

impl Texts {
    pub(super) fn new(lengths: &[usize], config: &MpnetConfig) -> Self {
        let mut end = 0;
        let rows = lengths.iter().map(|length| {
            end += length;
            end - length..end
        });
        let reach = lengths.iter().max().map_or(0, |longest| longest - 1);
        let number = config.relative_attention_num_buckets;
        let bucket = |place: usize| {
            relative_position_bucket(reach.saturating_sub(place), place.saturating_sub(reach), number)
        };
        Self {
            rows: rows.collect(),
            heads: config.num_attention_heads,
            hidden: config.hidden_size,
            buckets: (0..=2 * reach).map(bucket).collect(),
            reach,
        }
    }

    /// The number of all tokens.
    pub(super) fn tokens(&self) -> usize {
        self.rows.last().map_or(0, |rows| rows.end)
    }

    /// The buckets of all keys of a text of so many tokens, for one query.
    fn buckets(&self, query: usize, tokens: usize) -> &[usize] {
        &self.buckets[self.reach - query..][..tokens]
    }

    fn head_size(&self) -> usize {
        self.hidden / self.heads
    }

    /// Every head of every text.
    fn tasks(&self) -> Vec<(usize, usize)> {
        (0..self.rows.len()).flat_map(|text| (0..self.heads).map(move |head| (text, head))).collect()
    }

    /// Puts what was made of each task, `[tokens of the text, head size]`, into its place.
    fn gather<'m>(&self, made: impl Iterator<Item = &'m [f32]>) -> Vec<f32> {
        let size = self.head_size();
        let mut rows = vec![0.0; self.tokens() * self.hidden];
        for ((text, head), made) in self.tasks().into_iter().zip(made) {
            let start = self.rows[text].start;
            for (token, made) in made.chunks_exact(size).enumerate() {
                rows[(start + token) * self.hidden + head * size..][..size].copy_from_slice(made);
            }
        }
        rows
    }
}

impl Attention<'_> {
    /// The contexts, `[tokens, hidden]`.
    pub(super) fn forward(&self) -> Vec<f32> {
        let contexts: Vec<Vec<f32>> =
            self.texts.tasks().into_par_iter().map(|(text, head)| self.context(text, head)).collect();
        self.texts.gather(contexts.iter().map(Vec::as_slice))
    }

    /// From the gradient of the contexts to those of what they were made of.
    pub(super) fn backward(&self, slopes: &[f32]) -> Slopes {
        let tasks = self.texts.tasks();
        let made: Vec<HeadSlopes> =
            tasks.par_iter().map(|&(text, head)| self.slopes(text, head, slopes)).collect();
        let mut relative_bias = vec![0.0; self.relative_bias.len()];
        for ((_, head), made) in tasks.iter().zip(&made) {
            let column = relative_bias[*head..].iter_mut().step_by(self.texts.heads);
            column.zip(&made.buckets).for_each(|(to, from)| *to += from);
        }
        let inputs = [0, 1, 2].map(|input| self.texts.gather(made.iter().map(|made| &*made.inputs[input])));
        Slopes { inputs, relative_bias }
    }

    /// The rows of a text and the columns of a head.
    fn part<'m>(&self, all: &'m [f32], text: usize, head: usize) -> Matrix<'m> {
        let Texts { rows, hidden, .. } = self.texts;
        let size = self.texts.head_size();
        let rows = &all[rows[text].start * hidden..rows[text].end * hidden];
        Matrix::new(rows, *hidden).narrow(head * size, size)
    }

    fn scale(&self) -> f32 {
        (self.texts.head_size() as f32).sqrt().recip()
    }

    fn dropout_of(&self, text: usize, head: usize) -> Dropout {
        self.dropout.at((text * self.texts.heads + head) as u64)
    }

    /// How much each query attends to each key, `[tokens, tokens]`, nothing dropped.
    fn weights(&self, text: usize, head: usize) -> Vec<f32> {
        let tokens = self.texts.rows[text].len();
        let [queries, keys, _] = self.inputs.map(|all| self.part(all, text, head));
        let mut weights = vec![0.0; tokens * tokens];
        self.products.add(queries, keys.transposed(), &mut weights);
        for (query, row) in weights.chunks_exact_mut(tokens).enumerate() {
            for (score, bucket) in row.iter_mut().zip(self.texts.buckets(query, tokens)) {
                *score = *score * self.scale() + self.relative_bias[bucket * self.texts.heads + head];
            }
            self.products.softmax(row);
        }
        weights
    }

    fn context(&self, text: usize, head: usize) -> Vec<f32> {
        let tokens = self.texts.rows[text].len();
        let mut weights = self.weights(text, head);
        self.dropout_of(text, head).apply(&mut weights);
        let mut context = vec![0.0; tokens * self.texts.head_size()];
        let values = self.part(self.inputs[2], text, head);
        self.products.add(Matrix::new(&weights, tokens), values, &mut context);
        context
    }

    fn slopes(&self, text: usize, head: usize, slopes: &[f32]) -> HeadSlopes {
        let tokens = self.texts.rows[text].len();
        let [queries, keys, values] = self.inputs.map(|all| self.part(all, text, head));
        let slopes = self.part(slopes, text, head);
        let product = |left: Matrix<'_>, right: Matrix<'_>, columns: usize| {
            let mut sums = vec![0.0; tokens * columns];
            self.products.add(left, right, &mut sums);
            sums
        };
        let size = self.texts.head_size();
        let weights = self.weights(text, head);
        let dropout = self.dropout_of(text, head);
        let mut dropped = weights.clone();
        dropout.apply(&mut dropped);
        let to_values = product(Matrix::new(&dropped, tokens).transposed(), slopes, size);
        let mut scores = product(slopes, values.transposed(), tokens);
        dropout.apply(&mut scores);
        let buckets = self.to_scores(&weights, &mut scores);
        let scores = Matrix::new(&scores, tokens);
        let to_queries = product(scores, keys, size);
        let to_keys = product(scores.transposed(), queries, size);
        HeadSlopes { inputs: [to_queries, to_keys, to_values], buckets }
    }

    /// Turns the gradient of the weights into that of the products of queries and keys, in place; gives
    /// that of the position bias by bucket.
    fn to_scores(&self, weights: &[f32], slopes: &mut [f32]) -> Vec<f32> {
        let tokens = weights.len().isqrt();
        let mut buckets = vec![0.0; self.relative_bias.len() / self.texts.heads];
        let rows = slopes.chunks_exact_mut(tokens).zip(weights.chunks_exact(tokens));
        for (query, (slopes, weights)) in rows.enumerate() {
            let mean: f32 = slopes.iter().zip(weights).map(|(slope, weight)| slope * weight).sum();
            let keys = slopes.iter_mut().zip(weights).zip(self.texts.buckets(query, tokens));
            for ((slope, weight), bucket) in keys {
                *slope = weight * (*slope - mean);
                buckets[*bucket] += *slope;
                *slope *= self.scale();
            }
        }
        buckets
    }
}

/// What one head of one text hands back.
struct HeadSlopes {
    /// Of queries, keys and values, `[tokens, head size]` each.
    inputs: [Vec<f32>; 3],
    buckets: Vec<f32>,
}

impl Slopes {
    /// Adds the gradient of the position bias to that of others.
    pub(super) fn add_bias(&self, to: &mut [f32]) {
        add(to, &self.relative_bias);
    }
}
