//! The trained model in the layout of sentence-transformers, with Hugging Face's names.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::error::TrainError;
use super::file;
use super::parameters::{Parameters, Spec};
use crate::config::{CONFIG_FILE, MpnetConfig};
use crate::error::{EncoderError, Result};
use crate::files::read_json;
use crate::pooling::Pooling;
use crate::recipe::Recipe;

/// What is copied beside the weights, where it is there.
const TOKENIZER_FILES: [&str; 5] =
    ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt"];

/// Writes a model that makes embeddings.
pub(super) fn write_bi_encoder(
    dir: &Path,
    base: &Recipe,
    config: &MpnetConfig,
    specs: &[Spec],
    parameters: &mut Parameters,
) -> Result<(), TrainError> {
    write_transformer(dir, base, &json!({ "architectures": ["MPNetModel"] }))?;
    let mut modules = vec![module(0, "", "Transformer"), module(1, "1_Pooling", "Pooling")];
    if base.normalize {
        modules.push(module(2, "2_Normalize", "Normalize"));
        fs_err::create_dir_all(dir.join("2_Normalize"))?;
    }
    write_json(&dir.join("modules.json"), &modules.into())?;
    fs_err::create_dir_all(dir.join("1_Pooling"))?;
    write_json(&dir.join("1_Pooling").join(CONFIG_FILE), &pooling(base.pooling, config.hidden_size))?;
    let length = base.max_tokens.unwrap_or(config.max_tokens());
    write_json(
        &dir.join("sentence_bert_config.json"),
        &json!({ "max_seq_length": length, "do_lower_case": false }),
    )?;
    let library = json!({
        "model_type": "SentenceTransformer",
        "__version__": {},
        "prompts": {},
        "default_prompt_name": null,
        "similarity_fn_name": "cosine",
    });
    write_json(&dir.join("config_sentence_transformers.json"), &library)?;
    Ok(file::write(&dir.join("model.safetensors"), specs, &parameters.tensors())?)
}

/// Writes a model that scores pairs.
pub(super) fn write_cross_encoder(
    dir: &Path,
    base: &Recipe,
    specs: &[Spec],
    parameters: &mut Parameters,
) -> Result<(), TrainError> {
    let changes = json!({
        "architectures": ["MPNetForSequenceClassification"],
        "id2label": { "0": "LABEL_0" },
        "label2id": { "LABEL_0": 0 },
        "sentence_transformers": { "activation_fn": "torch.nn.modules.activation.Sigmoid" },
    });
    write_transformer(dir, base, &changes)?;
    Ok(file::write(&dir.join("model.safetensors"), specs, &parameters.tensors())?)
}

/// Writes what does not change with training: `config.json` but for `changes`, and the tokenizer.
fn write_transformer(dir: &Path, base: &Recipe, changes: &Value) -> Result<(), TrainError> {
    let mut config: Map<String, Value> = read_json(&base.transformer, CONFIG_FILE)?;
    config.extend(changes.as_object().cloned().unwrap_or_default());
    config.insert("dtype".into(), "float32".into());
    config.remove("torch_dtype");
    write_json(&dir.join(CONFIG_FILE), &config.into())?;
    for name in TOKENIZER_FILES {
        let from = base.transformer.join(name);
        if from.is_file() {
            fs_err::copy(from, dir.join(name))?;
        }
    }
    Ok(())
}

fn module(index: usize, path: &str, class: &str) -> Value {
    let kind = format!("sentence_transformers.models.{class}");
    json!({ "idx": index, "name": index.to_string(), "path": path, "type": kind })
}

fn pooling(pooling: Pooling, dimension: usize) -> Value {
    json!({
        "word_embedding_dimension": dimension,
        "pooling_mode_cls_token": pooling == Pooling::Cls,
        "pooling_mode_mean_tokens": pooling == Pooling::Mean,
        "pooling_mode_max_tokens": pooling == Pooling::Max,
        "pooling_mode_mean_sqrt_len_tokens": false,
    })
}

fn write_json(path: &Path, value: &Value) -> Result<(), TrainError> {
    let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from)?;
    Ok(fs_err::write(path, text + "\n")?)
}

/// Reads the directory of a base model.
pub(super) fn read_base(dir: &Path) -> Result<(Recipe, MpnetConfig), EncoderError> {
    let recipe = Recipe::read(dir)?;
    let config = MpnetConfig::read(&recipe.transformer)?;
    Ok((recipe, config))
}
