//! The arguments of `priorart train`.

use std::path::PathBuf;

use clap::Args;

/// `priorart train`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart train pairs.csv --output tuned
  priorart train pairs.csv --output tuned --held-out test.csv --evaluate-every 100
  priorart train pairs.csv --output tuned --resume
  priorart train pairs.csv --output judge --cross-encoder
  priorart train pairs.csv --output tuned --augment --neighbours 5

PAIRS is a CSV file with a header: anchor, target and score, or sentence1, sentence2 and score, among other
columns; scores are from 0 to 1. The result is a directory that priorart (--model tuned) and
sentence-transformers load. loss.csv and evaluations.csv in it tell how training went.

Ctrl-C leaves a checkpoint, from which the same command with --resume goes on to the same weights.
Training runs on the CPU.")]
pub(crate) struct TrainArgs {
    /// Pairs of texts with scores
    #[arg(value_name = "PAIRS.csv")]
    pub(crate) pairs: PathBuf,
    /// The directory of the trained model
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Pairs to evaluate on
    #[arg(long, value_name = "PAIRS.csv")]
    pub(crate) held_out: Option<PathBuf>,
    /// Evaluate after so many steps, not in the beginning and the end only
    #[arg(long, value_name = "STEPS")]
    pub(crate) evaluate_every: Option<usize>,
    /// Write a checkpoint after so many steps, not only where training is stopped
    #[arg(long, value_name = "STEPS")]
    pub(crate) checkpoint_every: Option<usize>,
    /// Go on from the checkpoint in the output directory
    #[arg(long)]
    pub(crate) resume: bool,
    /// Train a model that scores pairs, for `search --rerank`, instead of one that makes embeddings
    #[arg(long, conflicts_with = "augment")]
    pub(crate) cross_encoder: bool,
    /// Train such a model first, have it score more pairs of the same texts, and learn from these, too
    /// (Augmented SBERT)
    #[arg(long)]
    pub(crate) augment: bool,
    /// The words' and the meaning's nearest texts of each text that are paired with it
    #[arg(long, value_name = "COUNT", default_value_t = 3, requires = "augment")]
    pub(crate) neighbours: usize,
    #[command(flatten)]
    pub(crate) tuning: Tuning,
}

/// What the published model's authors set, and the usual values.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tuning")]
pub(crate) struct Tuning {
    /// How often every pair is learned from
    #[arg(long, default_value_t = 1)]
    pub(crate) epochs: usize,
    /// Pairs of a step
    #[arg(long, value_name = "PAIRS", default_value_t = 16)]
    pub(crate) batch: usize,
    /// The greatest learning rate
    #[arg(long, value_name = "RATE", default_value_t = 2e-5)]
    pub(crate) learning_rate: f64,
    /// Steps over which the learning rate rises from 0
    #[arg(long, value_name = "STEPS", default_value_t = 100)]
    pub(crate) warmup: usize,
    /// The pull towards 0 at all weights but biases and normalisations
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    pub(crate) weight_decay: f64,
    /// The greatest norm of a gradient
    #[arg(long, value_name = "NORM", default_value_t = 1.0)]
    pub(crate) max_norm: f64,
    /// The share of numbers that dropout sets to 0
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    pub(crate) dropout: f64,
    /// Decides the order of the pairs and what is dropped
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Cut texts after so many tokens
    #[arg(long, value_name = "TOKENS")]
    pub(crate) max_tokens: Option<usize>,
}
