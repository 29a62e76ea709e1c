//! The encoder: text in, vectors out.

use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use crate::config::{CONFIG_FILE, MpnetConfig};
use crate::device::DeviceChoice;
use crate::digest;
use crate::engine::Engine;
use crate::error::{EncoderError, Result};
use crate::options::LoadOptions;
use crate::pooling::{Pooling, normalize};
use crate::recipe::Recipe;
use crate::tokens::Tokenizer;
use crate::weights;

/// What a model is and does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelInfo {
    /// The name of the model's directory, unless [`Encoder::with_name`] gave another.
    pub name: String,
    /// SHA-256 of the weights file, in lower-case hex: two models are the same if it is.
    pub sha256: String,
    /// The length of a vector.
    pub dimension: usize,
    /// The longest text in tokens, special tokens included; what is beyond is cut off.
    pub max_tokens: usize,
    /// How the tokens' vectors become one.
    pub pooling: Pooling,
    /// Whether vectors are scaled to length 1.
    pub normalize: bool,
}

/// A loaded model on a device.
///
/// Encoding takes `&self`, so threads may share an encoder.
#[derive(Debug)]
pub struct Encoder {
    info: ModelInfo,
    vocabulary: usize,
    positions: usize,
    tokenizer: Tokenizer,
    engine: Engine,
    notice: Option<String>,
}

impl Encoder {
    /// Loads the model in the directory `dir` onto a device.
    ///
    /// # Errors
    ///
    /// Names what is missing or wrong in the directory, or why the device is not to be had.
    pub fn load(dir: &Path, device: DeviceChoice) -> Result<Self> {
        Self::load_with(dir, LoadOptions { device, ..LoadOptions::default() })
    }

    /// As [`Encoder::load`], with more to choose.
    ///
    /// # Errors
    ///
    /// [`EncoderError::NoInstructions`] where the processor has no instructions for the precision.
    pub fn load_with(dir: &Path, options: LoadOptions) -> Result<Self> {
        let recipe = Recipe::read(dir)?;
        let config = MpnetConfig::read(&recipe.transformer)?;
        if config.is_cross_encoder() {
            let message =
                "this model scores pairs of texts and makes no embeddings: use it to re-rank".to_owned();
            return Err(EncoderError::Config { path: recipe.transformer.join(CONFIG_FILE), message });
        }
        let tokenizer = Tokenizer::of(&recipe, &config)?;
        let weights = weights::weights_file(&recipe.transformer)?;
        let info = ModelInfo {
            name: name_of(dir),
            sha256: digest::sha256(&weights)?,
            dimension: config.hidden_size,
            max_tokens: tokenizer.max_tokens(),
            pooling: recipe.pooling,
            normalize: recipe.normalize,
        };
        let (engine, notice) = Engine::load(&weights, &config, options)?;
        let (vocabulary, positions) = (config.vocab_size, config.max_tokens());
        Ok(Self { info, vocabulary, positions, tokenizer, engine, notice })
    }

    /// The same encoder under the name by which its model was asked for.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.info.name);
        self
    }

    /// The same encoder with another pooling than the model's files say.
    #[must_use]
    pub fn with_pooling(mut self, pooling: Pooling) -> Self {
        self.info.pooling = pooling;
        self
    }

    /// The same encoder with vectors scaled to length 1, or as the pooling leaves them.
    #[must_use]
    pub fn with_normalize(mut self, normalize: bool) -> Self {
        self.info.normalize = normalize;
        self
    }

    /// The same encoder with another limit, special tokens included.
    ///
    /// # Errors
    ///
    /// [`EncoderError::InvalidLength`] if the model has fewer positions, or if no token of text fits.
    pub fn with_max_tokens(mut self, max_tokens: usize) -> Result<Self> {
        let (least, most) = (self.tokenizer.specials() + 1, self.positions);
        if !(least..=most).contains(&max_tokens) {
            return Err(EncoderError::InvalidLength { asked: max_tokens, least, most });
        }
        self.info.max_tokens = max_tokens;
        self.tokenizer = self.tokenizer.with_max_tokens(max_tokens);
        Ok(self)
    }

    /// What the model is.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The device's name for people, such as "cpu" or a GPU's name.
    pub fn device_name(&self) -> &str {
        self.engine.name()
    }

    /// What a user who left the device to [`DeviceChoice::Auto`] must be told: which GPU was taken, or
    /// why one that is there was not. Nothing where there is none.
    pub fn device_notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// The model's tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// As [`Tokenizer::tokenize`].
    pub fn tokenize(&self, text: &str) -> Result<Vec<u32>> {
        self.tokenizer.tokenize(text)
    }

    /// A vector of [`ModelInfo::dimension`] numbers for each text, in the order of the texts.
    ///
    /// A text's vector does not depend on the texts beside it (to within rounding).
    pub fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let ids = texts.par_iter().map(|text| self.tokenize(text)).collect::<Result<Vec<_>>>()?;
        self.encode_tokens(&ids)
    }

    /// As [`Encoder::encode`], for texts that are token ids already, special tokens included.
    ///
    /// # Errors
    ///
    /// [`EncoderError::InvalidTokens`] for a text without tokens, with more than the model has
    /// positions, or with an id beyond its vocabulary.
    pub fn encode_tokens(&self, ids: &[Vec<u32>]) -> Result<Vec<Vec<f32>>> {
        for (text, ids) in ids.iter().enumerate() {
            self.check(ids).map_err(|message| EncoderError::InvalidTokens { text, message })?;
        }
        let mut vectors = self.engine.run(ids, self.info.pooling)?;
        if self.info.normalize {
            for vector in &mut vectors {
                normalize(vector);
            }
        }
        Ok(vectors)
    }

    fn check(&self, ids: &[u32]) -> Result<(), String> {
        if ids.is_empty() || ids.len() > self.positions {
            return Err(format!("it has {} tokens; the model takes 1 to {}", ids.len(), self.positions));
        }
        match ids.iter().find(|&&id| id as usize >= self.vocabulary) {
            Some(id) => Err(format!("token {id} is beyond the vocabulary of {}", self.vocabulary)),
            None => Ok(()),
        }
    }
}

fn name_of(dir: &Path) -> String {
    let whole = dir.canonicalize().unwrap_or_else(|_| dir.to_path_buf());
    whole.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
