//! One layer of the encoder.

use burn::module::Module;
use burn::nn::transformer::{PositionWiseFeedForward, PositionWiseFeedForwardConfig};
use burn::nn::{LayerNorm, LayerNormConfig};
use burn::tensor::{Bool, Device, Tensor};

use super::attention::SelfAttention;
use crate::config::MpnetConfig;

/// Attention and feed-forward, each with its input added to its output and normalised after.
#[derive(Module, Debug)]
pub(crate) struct Layer {
    pub(crate) attention: SelfAttention,
    pub(crate) attention_norm: LayerNorm,
    /// With the exact GELU, by the error function, between its two linear maps.
    pub(crate) feed_forward: PositionWiseFeedForward,
    pub(crate) output_norm: LayerNorm,
}

impl Layer {
    pub(super) fn init(config: &MpnetConfig, device: &Device) -> Self {
        let norm = LayerNormConfig::new(config.hidden_size).with_epsilon(config.layer_norm_eps);
        Self {
            attention: SelfAttention::init(config, device),
            attention_norm: norm.init(device),
            feed_forward: PositionWiseFeedForwardConfig::new(config.hidden_size, config.intermediate_size)
                .with_dropout(0.0)
                .init(device),
            output_norm: norm.init(device),
        }
    }

    /// `[batch, tokens, hidden]` to `[batch, wanted, hidden]`, the first tokens; the others as in
    /// [`SelfAttention::forward`].
    pub(super) fn forward(
        &self,
        hidden: Tensor<3>,
        bias: Tensor<4>,
        padding: Option<Tensor<4, Bool>>,
        wanted: usize,
    ) -> Tensor<3> {
        let attended = self.attention.forward(hidden.clone(), bias, padding, wanted);
        let hidden = self.attention_norm.forward(attended + hidden.narrow(1, 0, wanted));
        self.output_norm.forward(self.feed_forward.forward(hidden.clone()) + hidden)
    }
}
