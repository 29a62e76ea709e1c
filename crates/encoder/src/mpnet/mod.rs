//! `MPNet` as published, as one burn module.
//!
//! The architecture is that of "`MPNet`: Masked and Permuted Pre-training for Language Understanding"
//! (Song et al., 2020) as Hugging Face's `modeling_mpnet.py` runs it: BERT with one relative
//! position bias that all layers share. Dropout is left out: this is for inference.

mod attention;
mod batch;
mod buckets;
mod embeddings;
mod encoder;
mod layer;
mod pool;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

pub(crate) use self::batch::{Batch, position_ids};
pub(crate) use self::buckets::relative_position_bucket;
use self::embeddings::Embeddings;
use self::encoder::Encoder;
pub(crate) use self::layer::Layer;
pub(crate) use self::pool::pool;
use crate::config::MpnetConfig;
use crate::pooling::Tokens;

/// The network: token ids in, one vector a token out.
#[derive(Module, Debug)]
pub(crate) struct Mpnet {
    pub(crate) embeddings: Embeddings,
    pub(crate) encoder: Encoder,
}

impl Mpnet {
    /// A network of the shape of `config`, its parameters not yet loaded.
    pub(crate) fn init(config: &MpnetConfig, device: &Device) -> Self {
        Self { embeddings: Embeddings::init(config, device), encoder: Encoder::init(config, device) }
    }

    /// The last hidden states of the tokens that are `wanted`, `[batch, tokens, hidden]`.
    ///
    /// What stands at the places of padding means nothing.
    pub(crate) fn forward(&self, batch: Batch, wanted: Tokens) -> Tensor<3> {
        let Batch { ids, positions, padding } = batch;
        self.encoder.forward(self.embeddings.forward(ids, positions), padding, wanted)
    }
}
