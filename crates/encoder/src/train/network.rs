//! The whole network, there and back.

use super::attention::Texts;
use super::dropout::Dropout;
use super::layer::{LayerTape, Run};
use super::norm::{self, NormTape};
use super::parameters::Parameters;
use crate::config::{MpnetConfig, PADDING_INDEX};
use crate::cpu::Products;
use crate::mpnet::position_ids;

/// The shape of the network, and what it computes with.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) config: MpnetConfig,
    pub(super) products: Products,
}

/// What a run keeps for the way back.
#[derive(Debug)]
pub(super) struct Tape {
    pub(super) texts: Texts,
    ids: Vec<u32>,
    positions: Vec<u32>,
    norm: NormTape,
    layers: Vec<LayerTape>,
}

/// The places of dropout: the embeddings, then the layers.
const EMBEDDINGS: u64 = 0;
const FIRST_LAYER: u64 = 1;

impl Network {
    pub(super) fn new(config: MpnetConfig) -> Self {
        Self { config, products: Products::detect() }
    }

    /// The last hidden states of `texts`, one after the other, `[all tokens, hidden]`.
    pub(super) fn forward(
        &self,
        parameters: &Parameters,
        texts: &[&[u32]],
        dropout: Dropout,
    ) -> (Vec<f32>, Tape) {
        let lengths: Vec<usize> = texts.iter().map(|ids| ids.len()).collect();
        let ids = texts.concat();
        let positions: Vec<u32> = texts.iter().flat_map(|ids| position_ids(ids)).collect();
        let texts = Texts::new(&lengths, &self.config);
        let mut hidden = self.embed(parameters, &ids, &positions);
        let norm = norm::forward(&mut hidden, &parameters.norm, self.epsilon());
        dropout.at(EMBEDDINGS).apply(&mut hidden);
        let run = self.run(parameters, &texts);
        let mut layers = Vec::with_capacity(parameters.layers.len());
        for (place, layer) in (FIRST_LAYER..).zip(&parameters.layers) {
            let (output, tape) = run.forward(layer, hidden, dropout.at(place));
            hidden = output;
            layers.push(tape);
        }
        (hidden, Tape { texts, ids, positions, norm, layers })
    }

    /// From the gradient of the hidden states to those of all parameters, which are added to `gradient`.
    pub(super) fn backward(
        &self,
        parameters: &Parameters,
        mut tape: Tape,
        mut slopes: Vec<f32>,
        dropout: Dropout,
        gradient: &mut Parameters,
    ) {
        let run = self.run(parameters, &tape.texts);
        let layers = parameters.layers.iter().zip(&mut gradient.layers).enumerate().rev();
        for (index, (layer, layer_gradient)) in layers {
            // Dropped when it is done with: what is kept of a batch is much larger than the network.
            let Some(layer_tape) = tape.layers.pop() else { break };
            let dropout = dropout.at(FIRST_LAYER + index as u64);
            let to = (layer_gradient, &mut *gradient.relative_bias);
            slopes = run.backward(layer, &layer_tape, slopes, dropout, to);
        }
        dropout.at(EMBEDDINGS).apply(&mut slopes);
        norm::backward(&mut slopes, &tape.norm, &parameters.norm, &mut gradient.norm);
        self.scatter(&tape.ids, &slopes, &mut gradient.words);
        self.scatter(&tape.positions, &slopes, &mut gradient.positions);
    }

    fn epsilon(&self) -> f32 {
        self.config.layer_norm_eps as f32
    }

    fn run<'a>(&self, parameters: &'a Parameters, texts: &'a Texts) -> Run<'a> {
        let (products, epsilon) = (self.products, self.epsilon());
        Run { products, texts, relative_bias: &parameters.relative_bias, epsilon }
    }

    /// The sum of each token's and each position's vector.
    fn embed(&self, parameters: &Parameters, ids: &[u32], positions: &[u32]) -> Vec<f32> {
        let hidden = self.config.hidden_size;
        let mut rows = Vec::with_capacity(ids.len() * hidden);
        for (&id, &position) in ids.iter().zip(positions) {
            let word = &parameters.words[id as usize * hidden..][..hidden];
            let position = &parameters.positions[position as usize * hidden..][..hidden];
            rows.extend(word.iter().zip(position).map(|(word, position)| word + position));
        }
        rows
    }

    /// Adds each row to that of the table that it came of. As in `PyTorch`, the row of padding never moves.
    fn scatter(&self, ids: &[u32], rows: &[f32], table: &mut [f32]) {
        let hidden = self.config.hidden_size;
        for (&id, row) in ids.iter().zip(rows.chunks_exact(hidden)) {
            if id != PADDING_INDEX {
                norm::add(&mut table[id as usize * hidden..][..hidden], row);
            }
        }
    }
}
