//! What sentence-transformers' files say about a model: where the transformer lies, how its output
//! is pooled, whether vectors are normalised, how long a text may be.
//!
//! The files are `modules.json`, the pooling module's `config.json` (usually in `1_Pooling/`) and
//! `sentence_bert_config.json`. A directory without `modules.json` is a bare transformer; as in
//! sentence-transformers, it is pooled by the mean and not normalised.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::config::CONFIG_FILE;
use crate::error::{EncoderError, Result};
use crate::files::{read_json, read_json_if_present};
use crate::pooling::Pooling;

const MODULES_FILE: &str = "modules.json";
const LENGTH_FILE: &str = "sentence_bert_config.json";

/// The chain of modules that makes a text's vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipe {
    /// The directory with `config.json`, `tokenizer.json` and the weights.
    pub(crate) transformer: PathBuf,
    pub(crate) pooling: Pooling,
    pub(crate) normalize: bool,
    /// `max_seq_length`, special tokens included, where it is given.
    pub(crate) max_tokens: Option<usize>,
}

#[derive(Deserialize)]
struct Module {
    #[serde(rename = "type")]
    kind: String,
    path: String,
}

#[derive(Deserialize)]
struct Length {
    max_seq_length: Option<usize>,
}

impl Recipe {
    /// Reads the recipe of the model in `dir`.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let mut recipe = Self {
            transformer: dir.to_path_buf(),
            pooling: Pooling::Mean,
            normalize: false,
            max_tokens: None,
        };
        let modules: Option<Vec<Module>> = read_json_if_present(&dir.join(MODULES_FILE))?;
        for module in modules.iter().flatten() {
            recipe.add(dir, module)?;
        }
        let length: Option<Length> = read_json_if_present(&recipe.transformer.join(LENGTH_FILE))?;
        recipe.max_tokens = length.and_then(|length| length.max_seq_length);
        Ok(recipe)
    }

    fn add(&mut self, dir: &Path, module: &Module) -> Result<()> {
        let path = dir.join(&module.path);
        // The package in front of the class name changed between versions of the library.
        match module.kind.rsplit('.').next() {
            Some("Transformer") => self.transformer = path,
            Some("Pooling") => self.pooling = read_pooling(&path)?,
            Some("Normalize") => self.normalize = true,
            _ => {
                return Err(EncoderError::Config {
                    path: dir.join(MODULES_FILE),
                    message: format!("module {:?} is not supported", module.kind),
                });
            }
        }
        Ok(())
    }
}

/// Reads the flags `pooling_mode_*`, or the one string `pooling_mode` of newer files.
fn read_pooling(dir: &Path) -> Result<Pooling> {
    let config: Map<String, Value> = read_json(dir, CONFIG_FILE)?;
    let modes: Vec<&str> = match config.get("pooling_mode") {
        Some(Value::String(mode)) => vec![mode],
        _ => config
            .iter()
            .filter(|(_, value)| **value == Value::Bool(true))
            .filter_map(|(key, _)| key.strip_prefix("pooling_mode_"))
            .collect(),
    };
    pooling_of(&modes).ok_or_else(|| EncoderError::Config {
        path: dir.join(CONFIG_FILE),
        message: format!("pooling {modes:?} is not supported: one of cls, mean, max is"),
    })
}

fn pooling_of(modes: &[&str]) -> Option<Pooling> {
    match modes {
        ["cls_token" | "cls"] => Some(Pooling::Cls),
        ["mean_tokens" | "mean"] => Some(Pooling::Mean),
        ["max_tokens" | "max"] => Some(Pooling::Max),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAIN: &str = r#"[
        {"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
        {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
        {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]"#;

    fn model(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        }
        dir
    }

    #[track_caller]
    fn check_pooling(config: &str, expected: Result<Pooling, &str>) {
        let dir = model(&[("modules.json", CHAIN), ("1_Pooling/config.json", config)]);
        let read = Recipe::read(dir.path()).map(|recipe| recipe.pooling);
        match (read, expected) {
            (Ok(pooling), Ok(expected)) => assert_eq!(pooling, expected),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (read, expected) => panic!("{read:?} where {expected:?} was expected"),
        }
    }

    #[test]
    fn reads_the_whole_chain() {
        let dir = model(&[
            ("modules.json", CHAIN),
            ("1_Pooling/config.json", r#"{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false}"#),
            ("sentence_bert_config.json", r#"{"max_seq_length":384,"do_lower_case":false}"#),
        ]);
        let expected = Recipe {
            transformer: dir.path().join(""),
            pooling: Pooling::Cls,
            normalize: true,
            max_tokens: Some(384),
        };
        assert_eq!(Recipe::read(dir.path()).unwrap(), expected);
    }

    #[test]
    fn reads_every_spelling_of_the_pooling() {
        check_pooling(r#"{"pooling_mode_cls_token":true}"#, Ok(Pooling::Cls));
        check_pooling(r#"{"word_embedding_dimension":8,"pooling_mode_mean_tokens":true}"#, Ok(Pooling::Mean));
        check_pooling(r#"{"pooling_mode_max_tokens":true}"#, Ok(Pooling::Max));
        check_pooling(r#"{"pooling_mode":"cls","include_prompt":true}"#, Ok(Pooling::Cls));
        check_pooling(r#"{"pooling_mode_lasttoken":true}"#, Err(r#"["lasttoken"] is not supported"#));
        check_pooling(
            r#"{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":true}"#,
            Err("not supported"),
        );
        check_pooling("{}", Err("pooling [] is not supported"));
        check_pooling("{", Err("EOF while parsing"));
    }

    #[test]
    fn a_bare_transformer_is_pooled_by_the_mean() {
        let recipe = Recipe::read(model(&[]).path()).unwrap();
        assert_eq!((recipe.pooling, recipe.normalize, recipe.max_tokens), (Pooling::Mean, false, None));
    }

    #[test]
    fn the_transformer_may_lie_in_a_folder() {
        let chain = r#"[{"path":"0_Transformer","type":"sentence_transformers.models.Transformer"}]"#;
        let dir = model(&[
            ("modules.json", chain),
            ("0_Transformer/sentence_bert_config.json", r#"{"max_seq_length":null}"#),
        ]);
        let recipe = Recipe::read(dir.path()).unwrap();
        assert_eq!(recipe.transformer, dir.path().join("0_Transformer"));
        assert_eq!(recipe.max_tokens, None);
    }

    #[test]
    fn a_module_that_cannot_be_run_is_named() {
        let chain = r#"[{"path":"2_Dense","type":"sentence_transformers.models.Dense"}]"#;
        let error = Recipe::read(model(&[("modules.json", chain)]).path()).unwrap_err();
        assert!(error.to_string().contains("sentence_transformers.models.Dense"), "{error}");
    }
}
