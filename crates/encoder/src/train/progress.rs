//! What training says of itself, step by step.

use std::fmt::Write as _;

use priorart_pairs::Correlation;
use serde::{Deserialize, Serialize};

/// A step that was done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its number, from 1.
    pub step: usize,
    /// The loss over its pairs, before the weights were moved.
    pub loss: f32,
    /// How far the weights were moved.
    pub learning_rate: f32,
    /// The norm of the gradient, before it was clipped.
    pub norm: f32,
}

/// An evaluation on the pairs that were held out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// After this step; 0 is the model as it was.
    pub step: usize,
    /// How well the model's cosines, or its scores, follow those of the pairs.
    #[serde(flatten)]
    pub correlation: Correlation,
}

/// What a caller is told of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// A step was done, of so many.
    Step(Step, usize),
    /// The model was evaluated.
    Evaluation(Evaluation),
    /// A checkpoint was written after this step.
    Checkpoint(usize),
}

/// How training ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Whether all steps were done, and the model written. Otherwise there is a checkpoint to go on from.
    pub finished: bool,
    /// All steps, those before a restart among them.
    pub steps: Vec<Step>,
    /// All evaluations.
    pub evaluations: Vec<Evaluation>,
}

/// The loss curve as CSV.
pub(super) fn curve(steps: &[Step]) -> String {
    let mut csv = "step,loss,learning_rate,norm\n".to_owned();
    for Step { step, loss, learning_rate, norm } in steps {
        // Writing to a string cannot fail.
        let _ = writeln!(csv, "{step},{loss},{learning_rate},{norm}");
    }
    csv
}

/// The evaluations as CSV; a correlation that is none is empty.
pub(super) fn evaluations(evaluations: &[Evaluation]) -> String {
    let mut csv = "step,pairs,pearson,spearman\n".to_owned();
    for Evaluation { step, correlation } in evaluations {
        let [pearson, spearman] = [correlation.pearson, correlation.spearman]
            .map(|value| value.map_or_else(String::new, |value| value.to_string()));
        let _ = writeln!(csv, "{step},{},{pearson},{spearman}", correlation.pairs);
    }
    csv
}
