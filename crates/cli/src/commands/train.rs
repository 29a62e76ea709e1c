//! `priorart train`.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};
use indicatif::ProgressBar;
use priorart_encoder::train::{self, Event, Report, Run, SCORES, TrainError, TrainSettings, Trainer};
use priorart_pairs::{Correlation, ScoredPair, TableError, read_pairs, write_pairs};
use serde_json::json;

use crate::args::{TrainArgs, Tuning};
use crate::interrupt::stop_flag;
use crate::outcome::{Outcome, WrongUse};
use crate::progress::steps_bar;
use crate::settings::Settings;
use crate::weights;

/// Where the cross-encoder of `--augment` goes, in the output directory, and the pairs that it scored.
const CROSS_ENCODER: &str = "cross-encoder";
const AUGMENTED: &str = "augmented.csv";

/// Trains a model and says how it went.
pub(crate) fn run(settings: &Settings, args: &TrainArgs) -> Result<Outcome> {
    let training = Training::new(settings, args)?;
    let done = if args.augment { training.augmented()? } else { training.plain()? };
    if !done {
        settings.note(format!(
            "stopped; the same command with --resume goes on from the checkpoint in {}",
            args.output.display()
        ));
        return Ok(Outcome::Incomplete);
    }
    settings.note(format!("the model is in {}", args.output.display()));
    Ok(Outcome::Done)
}

/// What a run needs.
struct Training<'a> {
    settings: &'a Settings,
    args: &'a TrainArgs,
    pairs: Vec<ScoredPair>,
    held_out: Vec<ScoredPair>,
    base: std::path::PathBuf,
    tuning: TrainSettings,
    stop: std::sync::Arc<AtomicBool>,
}

impl<'a> Training<'a> {
    fn new(settings: &'a Settings, args: &'a TrainArgs) -> Result<Self> {
        let tuning = args.settings();
        tuning.validate().map_err(|error| WrongUse(error.to_string()))?;
        let pairs = read(&args.pairs)?;
        train::check_varied(&pairs, &args.pairs)?;
        let held_out = args.held_out.as_deref().map(read).transpose()?.unwrap_or_default();
        let stop = stop_flag(settings)?;
        let base = weights::directory(settings, &weights::name(settings, None))?.path;
        Ok(Self { settings, args, pairs, held_out, base, tuning, stop })
    }

    /// Trains on the pairs as they are.
    fn plain(&self) -> Result<bool> {
        let output = &self.args.output;
        let (trainer, label) = if self.args.cross_encoder {
            (Trainer::cross_encoder(&self.base, self.tuning.clone())?, "cross-encoder")
        } else {
            (Trainer::bi_encoder(&self.base, self.tuning.clone())?, "bi-encoder")
        };
        self.train(trainer, label, &self.pairs, output)
    }

    /// Trains a cross-encoder, has it score more pairs, and trains on all.
    fn augmented(&self) -> Result<bool> {
        let output = &self.args.output;
        let judge = output.join(CROSS_ENCODER);
        let silver = output.join(AUGMENTED);
        // What an earlier run came to before it was stopped is kept.
        if !(self.args.resume && silver.is_file()) {
            let trainer = Trainer::cross_encoder(&self.base, self.tuning.clone())?;
            if !self.train(trainer, "cross-encoder", &self.pairs, &judge)? {
                return Ok(false);
            }
            let made =
                train::augment(&self.pairs, &self.base, &judge, self.settings.load, self.args.neighbours)?;
            write_pairs(&made, &silver)?;
        }
        let made = read(&silver).context("no pair was found beside those that have a score")?;
        self.settings.note(format!(
            "{} pairs scored by the cross-encoder, in {}",
            made.len(),
            silver.display()
        ));
        let all = [&self.pairs[..], &made].concat();
        let trainer = Trainer::bi_encoder(&self.base, self.tuning.clone())?;
        self.train(trainer, "bi-encoder", &all, output)
    }

    /// Whether it came to the end.
    fn train(&self, mut trainer: Trainer, label: &str, pairs: &[ScoredPair], output: &Path) -> Result<bool> {
        let bar = steps_bar(self.settings, label);
        let run = Run { pairs, held_out: &self.held_out, output, resume: self.args.resume };
        let report = trainer.run(run, &mut |event| {
            self.tell(label, &bar, event);
            if self.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        bar.finish_and_clear();
        let report = report.map_err(|error| match error {
            TrainError::Setting { .. } => WrongUse(error.to_string()).into(),
            error => anyhow::Error::from(error),
        })?;
        ensure!(!report.steps.is_empty() || !report.finished, "nothing was learned");
        self.conclude(label, &report);
        Ok(report.finished)
    }

    /// Each step as a line of JSON, or on the bar.
    fn tell(&self, label: &str, bar: &ProgressBar, event: Event) {
        match event {
            Event::Step(step, steps) => {
                bar.set_length(steps as u64);
                bar.set_position(step.step as u64);
                bar.set_message(format!("loss {:.4}", step.loss));
                if self.settings.json {
                    println!("{}", json!({ "model": label, "steps": steps, "done": step }));
                }
            }
            Event::Evaluation(evaluation) if self.settings.json => {
                println!("{}", json!({ "model": label, "evaluation": evaluation }));
            }
            Event::Evaluation(evaluation) => {
                let (step, told) = (evaluation.step, told(&evaluation.correlation));
                bar.suspend(|| self.settings.note(format!("{label}, step {step}: {told}")));
            }
            Event::Checkpoint(step) => {
                bar.suspend(|| self.settings.note(format!("{label}, step {step}: checkpoint")));
            }
        }
    }

    fn conclude(&self, label: &str, report: &Report) {
        if let Some(last) = report.steps.last().filter(|_| !self.settings.json) {
            println!("{label}: {} steps, last loss {:.4}", last.step, last.loss);
        }
    }
}

impl TrainArgs {
    fn settings(&self) -> TrainSettings {
        let Tuning {
            epochs,
            batch,
            learning_rate,
            warmup,
            weight_decay,
            max_norm,
            dropout,
            seed,
            max_tokens,
        } = self.tuning;
        TrainSettings {
            epochs,
            batch_size: batch,
            learning_rate,
            warmup_steps: warmup,
            weight_decay,
            max_norm,
            dropout,
            seed,
            max_tokens,
            evaluate_every: self.evaluate_every,
            checkpoint_every: self.checkpoint_every,
        }
    }
}

fn read(path: &Path) -> Result<Vec<ScoredPair>, TableError> {
    read_pairs(path, SCORES)
}

/// Correlations for people.
fn told(correlation: &Correlation) -> String {
    let told = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| format!("{value:.4}"));
    let Correlation { pearson, spearman, pairs } = correlation;
    format!("Pearson {}, Spearman {} on {pairs} held-out pairs", told(*pearson), told(*spearman))
}
