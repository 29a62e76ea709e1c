//! `config.json`: the shape of the network, with the checkpoint's own field names.

use std::path::Path;

use serde::Deserialize;

use crate::error::{EncoderError, Result};
use crate::files::read_json;

/// The file that holds a [`MpnetConfig`].
pub(crate) const CONFIG_FILE: &str = "config.json";

/// The token id of `<pad>`, which is also the position id of padding.
///
/// Hugging Face's `MPNetEmbeddings` sets it to 1 whatever `config.json` says.
pub(crate) const PADDING_INDEX: u32 = 1;

/// The part of Hugging Face's `MPNetConfig` that inference needs.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct MpnetConfig {
    #[serde(default)]
    pub(crate) architectures: Vec<String>,
    pub(crate) model_type: String,
    pub(crate) hidden_act: String,
    pub(crate) hidden_size: usize,
    pub(crate) intermediate_size: usize,
    pub(crate) layer_norm_eps: f64,
    pub(crate) max_position_embeddings: usize,
    pub(crate) num_attention_heads: usize,
    pub(crate) num_hidden_layers: usize,
    pub(crate) relative_attention_num_buckets: usize,
    pub(crate) vocab_size: usize,
}

impl MpnetConfig {
    /// Reads and checks `config.json` in `dir`.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let config: Self = read_json(dir, CONFIG_FILE)?;
        match config.fault() {
            None => Ok(config),
            Some(message) => Err(EncoderError::Config { path: dir.join(CONFIG_FILE), message }),
        }
    }

    /// Whether there is a head behind the network that makes a score.
    pub(crate) fn is_cross_encoder(&self) -> bool {
        self.architectures.iter().any(|name| name == "MPNetForSequenceClassification")
    }

    /// The longest text, special tokens included: position ids start behind the padding index.
    pub(crate) fn max_tokens(&self) -> usize {
        self.max_position_embeddings - PADDING_INDEX as usize - 1
    }

    fn fault(&self) -> Option<String> {
        let Self { model_type, hidden_act, hidden_size, num_attention_heads, .. } = self;
        if model_type != "mpnet" {
            return Some(format!("model_type is {model_type:?}; only \"mpnet\" can be run"));
        }
        if hidden_act != "gelu" {
            return Some(format!("hidden_act is {hidden_act:?}; only \"gelu\" can be run"));
        }
        if *num_attention_heads == 0 || hidden_size % num_attention_heads != 0 {
            return Some(format!(
                "hidden_size {hidden_size} is not a multiple of {num_attention_heads} heads"
            ));
        }
        self.size_fault()
    }

    fn size_fault(&self) -> Option<String> {
        let least = PADDING_INDEX as usize + 1;
        [
            ("hidden_size", self.hidden_size, 1),
            ("intermediate_size", self.intermediate_size, 1),
            ("num_hidden_layers", self.num_hidden_layers, 1),
            ("relative_attention_num_buckets", self.relative_attention_num_buckets, 4),
            ("vocab_size", self.vocab_size, least + 1),
            ("max_position_embeddings", self.max_position_embeddings, least + 2),
        ]
        .into_iter()
        .find(|(_, value, least)| value < least)
        .map(|(name, value, least)| format!("{name} is {value}; it must be at least {least}"))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The published shape of all-mpnet-base-v2 and `PatentSBERTa`.
    pub(crate) fn base() -> MpnetConfig {
        MpnetConfig {
            architectures: vec!["MPNetModel".into()],
            model_type: "mpnet".into(),
            hidden_act: "gelu".into(),
            hidden_size: 768,
            intermediate_size: 3072,
            layer_norm_eps: 1e-5,
            max_position_embeddings: 514,
            num_attention_heads: 12,
            num_hidden_layers: 12,
            relative_attention_num_buckets: 32,
            vocab_size: 30527,
        }
    }

    #[track_caller]
    fn check(change: impl Fn(&mut MpnetConfig), expected: &str) {
        let mut config = base();
        change(&mut config);
        let fault = config.fault().expect("the config is refused");
        assert!(fault.contains(expected), "{fault:?} does not say {expected:?}");
    }

    #[test]
    fn the_published_config_is_accepted() {
        assert_eq!(base().fault(), None);
        assert_eq!(base().max_tokens(), 512);
    }

    #[test]
    fn what_cannot_be_run_is_refused_by_name() {
        check(|c| c.model_type = "bert".into(), "model_type is \"bert\"");
        check(|c| c.hidden_act = "relu".into(), "hidden_act is \"relu\"");
        check(|c| c.num_attention_heads = 5, "not a multiple of 5");
        check(|c| c.num_attention_heads = 0, "not a multiple of 0");
        check(|c| c.num_hidden_layers = 0, "num_hidden_layers is 0");
        check(|c| c.max_position_embeddings = 2, "max_position_embeddings is 2");
    }
}
