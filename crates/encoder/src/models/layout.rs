//! The files of a model, on the hub and on disk.

use std::path::{Path, PathBuf};

/// What a sentence-transformers model cannot do without.
pub(super) const REQUIRED: [&str; 4] =
    ["config.json", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json"];
/// Required as well, but its absence has an error of its own, because there is a remedy.
pub(super) const TOKENIZER: &str = "tokenizer.json";
/// Taken along where the model has them, for other programs: priorart reads `tokenizer.json` alone.
pub(super) const OPTIONAL: [&str; 3] = ["tokenizer_config.json", "special_tokens_map.json", "vocab.txt"];
/// The weights, the better form first: reading a pickle means interpreting a program.
pub(super) const WEIGHTS: [&str; 2] = ["model.safetensors", "pytorch_model.bin"];

/// Where the transformer's own files lie: older models keep them in a folder of their own.
pub(super) fn transformer(dir: &Path) -> PathBuf {
    let folder = dir.join("0_Transformer");
    if folder.join("config.json").is_file() { folder } else { dir.to_path_buf() }
}

/// The weights file that a model is loaded from.
pub(super) fn weights(dir: &Path) -> Option<PathBuf> {
    let transformer = transformer(dir);
    WEIGHTS.iter().map(|file| transformer.join(file)).find(|path| path.is_file())
}
