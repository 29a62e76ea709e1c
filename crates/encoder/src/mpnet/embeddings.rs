//! The first step: a vector for each token, from what it is and where it stands.

use burn::module::Module;
use burn::nn::{Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig};
use burn::tensor::{Device, Int, Tensor};

use crate::config::MpnetConfig;

/// The sum of the word's and the position's vector, normalised.
#[derive(Module, Debug)]
pub(crate) struct Embeddings {
    pub(crate) word_embeddings: Embedding,
    pub(crate) position_embeddings: Embedding,
    pub(crate) layer_norm: LayerNorm,
}

impl Embeddings {
    pub(super) fn init(config: &MpnetConfig, device: &Device) -> Self {
        let table = |rows| EmbeddingConfig::new(rows, config.hidden_size).init(device);
        Self {
            word_embeddings: table(config.vocab_size),
            position_embeddings: table(config.max_position_embeddings),
            layer_norm: LayerNormConfig::new(config.hidden_size)
                .with_epsilon(config.layer_norm_eps)
                .init(device),
        }
    }

    /// `[batch, tokens]` ids and positions to `[batch, tokens, hidden]`.
    pub(super) fn forward(&self, ids: Tensor<2, Int>, positions: Tensor<2, Int>) -> Tensor<3> {
        let words = self.word_embeddings.forward(ids);
        self.layer_norm
            .forward(words + self.position_embeddings.forward(positions))
    }
}
