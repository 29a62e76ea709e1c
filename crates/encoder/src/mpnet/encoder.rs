//! The stack of layers and the bias that they share.

use burn::module::Module;
use burn::nn::{Embedding, EmbeddingConfig};
use burn::tensor::{Bool, Device, Int, Tensor, TensorData};

use super::buckets::relative_position_bucket;
use super::layer::Layer;
use crate::config::MpnetConfig;
use crate::pooling::Tokens;

/// All layers, one after the other.
#[derive(Module, Debug)]
pub(crate) struct Encoder {
    pub(crate) layers: Vec<Layer>,
    /// `[buckets, heads]`.
    pub(crate) relative_attention_bias: Embedding,
}

impl Encoder {
    pub(super) fn init(config: &MpnetConfig, device: &Device) -> Self {
        let (buckets, heads) = (config.relative_attention_num_buckets, config.num_attention_heads);
        Self {
            layers: (0..config.num_hidden_layers).map(|_| Layer::init(config, device)).collect(),
            relative_attention_bias: EmbeddingConfig::new(buckets, heads).init(device),
        }
    }

    /// `[batch, tokens, hidden]` to `[batch, wanted, hidden]`; `padding` is `[batch, tokens]`, true at
    /// padding.
    pub(super) fn forward(
        &self,
        hidden: Tensor<3>,
        padding: Option<Tensor<2, Bool>>,
        wanted: Tokens,
    ) -> Tensor<3> {
        let [batch, tokens, _] = hidden.dims();
        let bias = self.position_bias(tokens);
        let [_, heads, _, _] = bias.dims();
        let padding = padding
            .map(|padding| padding.reshape([batch, 1, 1, tokens]).expand([batch, heads, tokens, tokens]));
        let last = self.layers.len().saturating_sub(1);
        self.layers.iter().enumerate().fold(hidden, |hidden, (place, layer)| {
            let wanted = if place == last { wanted.of(tokens) } else { tokens };
            layer.forward(hidden, bias.clone(), padding.clone(), wanted)
        })
    }

    /// What is added to the scores, `[1, heads, tokens, tokens]`, query by key.
    fn position_bias(&self, tokens: usize) -> Tensor<4> {
        let [buckets, _] = self.relative_attention_bias.weight.dims();
        let indices: Vec<u32> = (0..tokens)
            .flat_map(|query| (0..tokens).map(move |key| (query, key)))
            .map(|(query, key)| relative_position_bucket(query, key, buckets) as u32)
            .collect();
        let device = self.relative_attention_bias.weight.device();
        let indices: Tensor<2, Int> = Tensor::from_data(TensorData::new(indices, [tokens, tokens]), &device);
        self.relative_attention_bias.forward(indices).permute([2, 0, 1]).unsqueeze()
    }
}
