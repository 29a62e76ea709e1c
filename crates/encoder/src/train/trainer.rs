//! The run: batches, steps, evaluations, checkpoints, and the model in the end.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;

use priorart_pairs::{Correlation, ScoredPair};
use rayon::prelude::*;

use super::adamw::{AdamW, clip, learning_rate};
use super::checkpoint::{self, State};
use super::dropout::Dropout;
use super::error::TrainError;
use super::network::Network;
use super::objective::{Example, Objective};
use super::output;
use super::parameters::{Parameters, Spec, specs};
use super::progress::{self, Evaluation, Event, Report, Step};
use super::random::Random;
use super::settings::TrainSettings;
use crate::digest;
use crate::hash::Hashing;
use crate::recipe::Recipe;
use crate::tokens::Tokenizer;
use crate::weights;

/// What chance decides, each by numbers of its own.
const ORDER: u64 = 1;
const DROPOUT: u64 = 2;
const HEAD: u64 = 3;

/// The standard deviation of a new head's weights: `initializer_range` of Hugging Face.
const HEAD_DEVIATION: f32 = 0.02;

/// The files of the loss curve and of the evaluations.
const CURVE: &str = "loss.csv";
const EVALUATIONS: &str = "evaluations.csv";

/// A model in training.
#[derive(Debug)]
pub struct Trainer {
    settings: TrainSettings,
    base: Recipe,
    /// Of the base model's weights.
    base_digest: String,
    network: Network,
    objective: Objective,
    tokenizer: Tokenizer,
    specs: Vec<Spec>,
    parameters: Parameters,
    gradient: Parameters,
    optimizer: AdamW,
}

/// The pairs of a run, and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// What is learned from.
    pub pairs: &'a [ScoredPair],
    /// What is evaluated on; may be empty.
    pub held_out: &'a [ScoredPair],
    /// The directory of the trained model.
    pub output: &'a Path,
    /// Go on from the checkpoint in that directory, if there is one.
    pub resume: bool,
}

impl Trainer {
    /// Trains the model in the directory `base` to make embeddings whose cosine is the score.
    ///
    /// # Errors
    /// Names what is wrong in the directory or in the settings.
    pub fn bi_encoder(base: &Path, settings: TrainSettings) -> Result<Self, TrainError> {
        Self::new(base, settings, false)
    }

    /// Trains the model in the directory `base`, with a new head unless it has one, to score pairs of texts
    /// that it reads together.
    ///
    /// # Errors
    /// As [`Trainer::bi_encoder`].
    pub fn cross_encoder(base: &Path, settings: TrainSettings) -> Result<Self, TrainError> {
        Self::new(base, settings, true)
    }

    fn new(base: &Path, settings: TrainSettings, has_head: bool) -> Result<Self, TrainError> {
        settings.validate()?;
        let (base, config) = output::read_base(base)?;
        let mut tokenizer = Tokenizer::of(&base, &config)?;
        if let Some(tokens) = settings.max_tokens {
            let most = tokenizer.max_tokens();
            tokenizer = tokenizer.with_max_tokens(tokens.min(most));
        }
        let file = weights::weights_file(&base.transformer)?;
        let specs = specs(&config, has_head);
        let zeros = || Parameters::zeros(&config, has_head);
        let mut parameters = zeros();
        draw_head(&mut parameters, Random::new(settings.seed).branch(HEAD));
        parameters.fill(&file, &specs)?;
        let objective = if has_head { Objective::Score } else { Objective::Similarity(base.pooling) };
        Ok(Self {
            base_digest: digest::sha256(&file)?,
            gradient: zeros(),
            optimizer: AdamW { moments: [zeros(), zeros()] },
            network: Network::new(config),
            settings,
            base,
            objective,
            tokenizer,
            specs,
            parameters,
        })
    }

    /// Learns from the pairs and writes the model.
    ///
    /// `observer` is told of every step and may stop the run, which then leaves a checkpoint.
    ///
    /// # Errors
    /// See [`TrainError`].
    pub fn run(
        &mut self,
        run: Run<'_>,
        observer: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<Report, TrainError> {
        fs_err::create_dir_all(run.output)?;
        let (examples, held_out) = (self.examples(run.pairs)?, self.examples(run.held_out)?);
        let mut state = self.begin(&run, &examples)?;
        let steps = self.settings.epochs * examples.len().div_ceil(self.settings.batch_size);
        if state.evaluations.is_empty() {
            self.evaluate(&held_out, &mut state, observer);
        }
        while state.steps.len() < steps {
            let step = self.step(&examples, state.steps.len(), steps)?;
            state.steps.push(step);
            let done = state.steps.len();
            let is_due = |every: Option<usize>| every.is_some_and(|every| done.is_multiple_of(every));
            if is_due(self.settings.evaluate_every) || done == steps {
                self.evaluate(&held_out, &mut state, observer);
            }
            let is_last = observer(Event::Step(step, steps)).is_break() && done < steps;
            if is_last || is_due(self.settings.checkpoint_every) {
                self.write_checkpoint(run.output, &state)?;
                let _ = observer(Event::Checkpoint(done));
            }
            if is_last {
                return Ok(report(state, false));
            }
        }
        self.finish(run.output, &state)?;
        Ok(report(state, true))
    }

    /// Reads the checkpoint that the run goes on from, if it does.
    fn begin(&mut self, run: &Run<'_>, examples: &[Example]) -> Result<State, TrainError> {
        let fresh = State {
            settings: serde_json::to_string(&self.settings).map_err(std::io::Error::from)?,
            digest: self.digest(examples)?,
            steps: Vec::new(),
            evaluations: Vec::new(),
        };
        if !run.resume {
            if checkpoint::is_there(run.output) {
                let message =
                    "there is a checkpoint in it: go on from it (--resume), or delete it".to_owned();
                return Err(TrainError::Checkpoint { path: run.output.to_path_buf(), message });
            }
            return Ok(fresh);
        }
        let (parameters, optimizer) = (&mut self.parameters, &mut self.optimizer);
        let found = checkpoint::read(run.output, &fresh, &self.specs, parameters, optimizer)?;
        Ok(found.unwrap_or(fresh))
    }

    /// Of what a run depends on besides its settings.
    fn digest(&self, examples: &[Example]) -> std::io::Result<String> {
        let mut sink = Hashing::new(std::io::sink());
        sink.write_all(self.base_digest.as_bytes())?;
        for example in examples {
            sink.write_all(&example.score.to_le_bytes())?;
            for ids in &example.texts {
                sink.write_all(&(ids.len() as u64).to_le_bytes())?;
                sink.write_all(&ids.iter().flat_map(|id| id.to_le_bytes()).collect::<Vec<u8>>())?;
            }
        }
        Ok(sink.finish())
    }

    fn examples(&self, pairs: &[ScoredPair]) -> Result<Vec<Example>, TrainError> {
        pairs.par_iter().map(|pair| self.example(pair)).collect()
    }

    fn example(&self, pair: &ScoredPair) -> Result<Example, TrainError> {
        let ScoredPair { first, second, score } = pair;
        let texts = match self.objective {
            Objective::Similarity(_) => {
                vec![self.tokenizer.tokenize(first)?, self.tokenizer.tokenize(second)?]
            }
            Objective::Score => vec![self.tokenizer.tokenize_pair(first, second)?],
        };
        Ok(Example { texts, score: *score as f32 })
    }

    /// Does the step behind `done` others.
    fn step(&mut self, examples: &[Example], done: usize, steps: usize) -> Result<Step, TrainError> {
        let random = Random::new(self.settings.seed);
        let a_epoch = examples.len().div_ceil(self.settings.batch_size);
        let order = random.branch(ORDER).branch((done / a_epoch) as u64).order(examples.len());
        let start = done % a_epoch * self.settings.batch_size;
        let places = order[start..].iter().take(self.settings.batch_size);
        let batch: Vec<&Example> = places.map(|&place| &examples[place]).collect();
        let dropout = Dropout::new(self.settings.dropout, random.branch(DROPOUT).branch(done as u64));
        for tensor in self.gradient.tensors() {
            tensor.par_iter_mut().for_each(|x| *x = 0.0);
        }
        let loss = self.objective.learn(&self.network, &self.parameters, &batch, dropout, &mut self.gradient);
        let norm = clip(&mut self.gradient, self.settings.max_norm) as f32;
        if !(loss.is_finite() && norm.is_finite()) {
            return Err(TrainError::Diverged { step: done + 1, loss });
        }
        let learning_rate = learning_rate(&self.settings, done, steps);
        let decays: Vec<bool> = self.specs.iter().map(Spec::decays).collect();
        let at = (done + 1, learning_rate);
        self.optimizer.update(&mut self.parameters, &mut self.gradient, &decays, &self.settings, at);
        Ok(Step { step: done + 1, loss, learning_rate: learning_rate as f32, norm })
    }

    fn evaluate(
        &self,
        held_out: &[Example],
        state: &mut State,
        observer: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) {
        if held_out.is_empty() {
            return;
        }
        let predictions: Vec<f64> = self.predict(held_out).into_iter().map(f64::from).collect();
        let scores: Vec<f64> = held_out.iter().map(|example| f64::from(example.score)).collect();
        let Correlation { pearson, spearman, pairs } = Correlation::of(&predictions, &scores);
        // Six decimals come back out of a checkpoint's JSON as they were; all of them may not.
        let short = |value: Option<f64>| value.map(|value| (value * 1e6).round() / 1e6);
        let correlation = Correlation { pearson: short(pearson), spearman: short(spearman), pairs };
        let evaluation = Evaluation { step: state.steps.len(), correlation };
        state.evaluations.push(evaluation);
        let _ = observer(Event::Evaluation(evaluation));
    }

    fn predict(&self, examples: &[Example]) -> Vec<f32> {
        let keep_all = Dropout::new(0.0, Random::new(0));
        let examples: Vec<&Example> = examples.iter().collect();
        let batches = examples.chunks(self.settings.batch_size);
        let predict =
            |batch: &[&Example]| self.objective.predict(&self.network, &self.parameters, batch, keep_all);
        batches.flat_map(predict).collect()
    }

    fn write_checkpoint(&mut self, output: &Path, state: &State) -> Result<(), TrainError> {
        write_curves(output, state)?;
        checkpoint::write(output, state, &self.specs, &mut self.parameters, &mut self.optimizer)
    }

    /// Writes the model, which makes a checkpoint superfluous.
    fn finish(&mut self, output: &Path, state: &State) -> Result<(), TrainError> {
        let Self { base, network, specs, parameters, .. } = self;
        match self.objective {
            Objective::Similarity(_) => {
                output::write_bi_encoder(output, base, &network.config, specs, parameters)?;
            }
            Objective::Score => output::write_cross_encoder(output, base, specs, parameters)?,
        }
        write_curves(output, state)?;
        checkpoint::remove(output)
    }
}

/// Draws the weights of a head, its biases being 0.
fn draw_head(parameters: &mut Parameters, random: Random) {
    let Some(head) = &mut parameters.head else { return };
    let weights = head.dense.weight.iter_mut().chain(&mut head.output.weight);
    for (place, weight) in (0..).zip(weights) {
        *weight = HEAD_DEVIATION * random.normal(place);
    }
}

fn report(state: State, finished: bool) -> Report {
    Report { finished, steps: state.steps, evaluations: state.evaluations }
}

fn write_curves(output: &Path, state: &State) -> Result<(), TrainError> {
    fs_err::write(output.join(CURVE), progress::curve(&state.steps))?;
    if !state.evaluations.is_empty() {
        fs_err::write(output.join(EVALUATIONS), progress::evaluations(&state.evaluations))?;
    }
    Ok(())
}
