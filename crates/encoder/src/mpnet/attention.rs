//! Self-attention with a position bias on the scores.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::module::attention;
use burn::tensor::ops::AttentionModuleOptions;
use burn::tensor::{Bool, Device, Tensor};

use crate::config::MpnetConfig;

/// Multi-head attention of every token to every token of its text.
///
/// burn's own `MultiHeadAttention` takes masks only, no bias, hence this module.
#[derive(Module, Debug)]
pub(crate) struct SelfAttention {
    pub(crate) query: Linear,
    pub(crate) key: Linear,
    pub(crate) value: Linear,
    pub(crate) output: Linear,
    heads: usize,
}

impl SelfAttention {
    pub(super) fn init(config: &MpnetConfig, device: &Device) -> Self {
        let linear = || LinearConfig::new(config.hidden_size, config.hidden_size).init(device);
        Self {
            query: linear(),
            key: linear(),
            value: linear(),
            output: linear(),
            heads: config.num_attention_heads,
        }
    }

    /// `[batch, tokens, hidden]` to `[batch, wanted, hidden]`: what the first tokens attend to.
    ///
    /// `bias` is `[1, heads, tokens, tokens]`, query by key; `padding` is
    /// `[batch, heads, tokens, tokens]`, true where the key is padding.
    pub(super) fn forward(
        &self,
        hidden: Tensor<3>,
        bias: Tensor<4>,
        padding: Option<Tensor<4, Bool>>,
        wanted: usize,
    ) -> Tensor<3> {
        let query = self.split(self.query.forward(hidden.clone().narrow(1, 0, wanted)));
        let key = self.split(self.key.forward(hidden.clone()));
        let value = self.split(self.value.forward(hidden));
        let options = AttentionModuleOptions::default();
        let (padding, bias) = (padding.map(|all| all.narrow(2, 0, wanted)), bias.narrow(2, 0, wanted));
        let context = attention(query, key, value, padding, Some(bias), options);
        self.output.forward(context.swap_dims(1, 2).flatten(2, 3))
    }

    /// `[batch, tokens, hidden]` to `[batch, heads, tokens, head]`.
    fn split(&self, projected: Tensor<3>) -> Tensor<4> {
        let [batch, tokens, hidden] = projected.dims();
        projected.reshape([batch, tokens, self.heads, hidden / self.heads]).swap_dims(1, 2)
    }
}
