//! How a network is trained.

use serde::{Deserialize, Serialize};

use super::error::TrainError;

/// How a network is trained; the defaults are those of the published model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainSettings {
    /// How often every pair is learned from. Usual: 1.
    pub epochs: usize,
    /// Pairs of a step. Usual: 16.
    pub batch_size: usize,
    /// The greatest learning rate. Usual: 2e-5.
    pub learning_rate: f64,
    /// The steps over which the learning rate rises from 0. Usual: 100.
    pub warmup_steps: usize,
    /// The pull towards 0 at all but biases and normalisations. Usual: 0.01.
    pub weight_decay: f64,
    /// The greatest norm of a gradient. Usual: 1.
    pub max_norm: f64,
    /// The share of numbers that dropout sets to 0. Usual: 0.1.
    pub dropout: f64,
    /// Decides the order of the pairs, what is dropped, and a new head's first weights.
    pub seed: u64,
    /// Evaluate after so many steps, and in the end. `None`: in the end only.
    pub evaluate_every: Option<usize>,
    /// Write a checkpoint after so many steps. `None`: only where training is stopped.
    pub checkpoint_every: Option<usize>,
    /// The longest text in tokens. `None`: as long as the model takes.
    pub max_tokens: Option<usize>,
}

impl Default for TrainSettings {
    fn default() -> Self {
        Self {
            epochs: 1,
            batch_size: 16,
            learning_rate: 2e-5,
            warmup_steps: 100,
            weight_decay: 0.01,
            max_norm: 1.0,
            dropout: 0.1,
            seed: 0,
            evaluate_every: None,
            checkpoint_every: None,
            max_tokens: None,
        }
    }
}

impl TrainSettings {
    /// Refuses values with which nothing can be learned.
    ///
    /// # Errors
    /// [`TrainError::Setting`] names the setting and what it may be.
    pub fn validate(&self) -> Result<(), TrainError> {
        let positive = |number: f64| number.is_finite() && number > 0.0;
        let rules = [
            ("epochs", self.epochs > 0, "1 or more"),
            ("batch size", self.batch_size > 0, "1 or more"),
            ("learning rate", positive(self.learning_rate), "more than 0"),
            ("weight decay", positive(self.weight_decay) || self.weight_decay == 0.0, "0 or more"),
            ("norm", positive(self.max_norm), "more than 0"),
            ("dropout", (0.0..1.0).contains(&self.dropout), "from 0 to less than 1"),
            ("steps between evaluations", self.evaluate_every != Some(0), "1 or more"),
            ("steps between checkpoints", self.checkpoint_every != Some(0), "1 or more"),
        ];
        match rules.into_iter().find(|(_, holds, _)| !holds) {
            Some((setting, _, allowed)) => Err(TrainError::Setting { setting, allowed }),
            None => Ok(()),
        }
    }
}
