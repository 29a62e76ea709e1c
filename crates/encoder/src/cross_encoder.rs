//! The cross-encoder: two texts in, one score out.

use std::path::Path;

use serde_json::{Map, Value};

use crate::config::{CONFIG_FILE, MpnetConfig};
use crate::engine::Engine;
use crate::error::{EncoderError, Result};
use crate::files::{read_json, read_json_if_present};
use crate::options::LoadOptions;
use crate::pooling::Pooling;
use crate::recipe::Recipe;
use crate::tokens::Tokenizer;
use crate::weights;

/// A model that reads two texts together and says how well they fit: slower than comparing embeddings, and
/// better.
///
/// It is what sentence-transformers' `CrossEncoder` makes of Hugging Face's
/// `MPNetForSequenceClassification` with one label.
#[derive(Debug)]
pub struct CrossEncoder {
    tokenizer: Tokenizer,
    engine: Engine,
    head: Head,
}

/// `classifier` of the checkpoint.
#[derive(Debug)]
struct Head {
    /// `[hidden, hidden]`, a row an output, and its bias.
    dense: (Vec<f32>, Vec<f32>),
    /// `[hidden]`, and its bias.
    output: (Vec<f32>, Vec<f32>),
    /// Whether the score is between 0 and 1, or the logit.
    has_sigmoid: bool,
}

impl CrossEncoder {
    /// Loads the model in the directory `dir`.
    ///
    /// # Errors
    ///
    /// As [`Encoder::load_with`](crate::Encoder::load_with); [`EncoderError::MissingWeights`] for a model
    /// that has no head, [`EncoderError::WrongShape`] for one that tells more than one class.
    pub fn load(dir: &Path, options: LoadOptions) -> Result<Self> {
        let config = MpnetConfig::read(dir)?;
        let recipe = Recipe {
            transformer: dir.to_path_buf(),
            pooling: Pooling::Cls,
            normalize: false,
            max_tokens: max_tokens(dir)?,
        };
        let tokenizer = Tokenizer::of(&recipe, &config)?;
        let file = weights::weights_file(dir)?;
        let head = Head::read(&file, &config, has_sigmoid(dir)?)?;
        let (engine, _) = Engine::load(&file, &config, options)?;
        Ok(Self { tokenizer, engine, head })
    }

    /// How well the texts of each pair fit: between 0 and 1, unless the model's own configuration asks for
    /// the bare logit.
    pub fn score(&self, pairs: &[(&str, &str)]) -> Result<Vec<f32>> {
        let ids = pairs.iter().map(|(left, right)| self.tokenizer.tokenize_pair(left, right));
        let vectors = self.engine.run(&ids.collect::<Result<Vec<_>>>()?, Pooling::Cls)?;
        Ok(vectors.iter().map(|vector| self.head.score(vector)).collect())
    }
}

impl Head {
    fn read(file: &Path, config: &MpnetConfig, has_sigmoid: bool) -> Result<Self> {
        let hidden = config.hidden_size;
        let tensors = weights::open(file)?;
        let missing =
            |key: &str| EncoderError::MissingWeights { path: file.to_path_buf(), keys: vec![key.to_owned()] };
        let read = |name: &str, shape: &[usize]| {
            let tensor = tensors.iter().find(|tensor| tensor.name.as_str() == name);
            weights::read(tensor.ok_or_else(|| missing(name))?, shape, file)
        };
        let [weight, bias, output, output_bias] = weights::HEAD;
        Ok(Self {
            dense: (read(weight, &[hidden, hidden])?, read(bias, &[hidden])?),
            output: (read(output, &[1, hidden])?, read(output_bias, &[1])?),
            has_sigmoid,
        })
    }

    fn score(&self, vector: &[f32]) -> f32 {
        let dot = |row: &[f32], with: &[f32]| row.iter().zip(with).map(|(a, b)| a * b).sum::<f32>();
        let (weight, bias) = &self.dense;
        let rows = weight.chunks_exact(vector.len()).zip(bias);
        let activated: Vec<f32> = rows.map(|(row, bias)| (dot(row, vector) + bias).tanh()).collect();
        let logit = dot(&self.output.0, &activated) + self.output.1[0];
        if self.has_sigmoid { 1.0 / (1.0 + (-logit).exp()) } else { logit }
    }
}

/// The limit that the tokenizer's configuration gives, if the number is one: some files have 1e30.
fn max_tokens(dir: &Path) -> Result<Option<usize>> {
    let config: Option<Map<String, Value>> = read_json_if_present(&dir.join("tokenizer_config.json"))?;
    let limit = config.and_then(|config| config.get("model_max_length")?.as_u64());
    Ok(limit.and_then(|limit| usize::try_from(limit).ok()))
}

/// With one label, sentence-transformers puts a sigmoid behind it unless the configuration says otherwise.
fn has_sigmoid(dir: &Path) -> Result<bool> {
    let config: Map<String, Value> = read_json(dir, CONFIG_FILE)?;
    let own = config.get("sentence_transformers").and_then(|own| own.get("activation_fn"));
    let activation = own.or_else(|| config.get("sbert_ce_default_activation_function"));
    Ok(!activation.and_then(Value::as_str).is_some_and(|name| name.ends_with("Identity")))
}
