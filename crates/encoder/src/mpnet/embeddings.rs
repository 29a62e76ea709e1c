//! The first step: a vector for each token, from what it is and where it stands.

use burn::module::Module;
use burn::nn::{Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig};
use burn::tensor::{Device, Int, Tensor};

use crate::config::MpnetConfig;

/// The sum of the word's and the position's vector, normalised.
#[derive(Module, Debug)]
pub(crate) struct Embeddings {
    pub(crate) words: Embedding,
    pub(crate) positions: Embedding,
    pub(crate) norm: LayerNorm,
}

impl Embeddings {
    pub(super) fn init(config: &MpnetConfig, device: &Device) -> Self {
        let table = |rows| EmbeddingConfig::new(rows, config.hidden_size).init(device);
        Self {
            words: table(config.vocab_size),
            positions: table(config.max_position_embeddings),
            norm: LayerNormConfig::new(config.hidden_size).with_epsilon(config.layer_norm_eps).init(device),
        }
    }

    /// `[batch, tokens]` ids and positions to `[batch, tokens, hidden]`.
    pub(super) fn forward(&self, ids: Tensor<2, Int>, positions: Tensor<2, Int>) -> Tensor<3> {
        self.norm.forward(self.words.forward(ids) + self.positions.forward(positions))
    }
}
