//! Fine-tuning from pairs of texts with scores, on the CPU.
//!
//! ```no_run
//! use std::ops::ControlFlow;
//! use priorart_encoder::train::{Run, SCORES, TrainSettings, Trainer};
//!
//! let pairs = priorart_pairs::read_pairs("pairs.csv".as_ref(), SCORES)?;
//! let (held_out, pairs) = pairs.split_at(100);
//! let mut trainer = Trainer::bi_encoder("all-mpnet-base-v2".as_ref(), TrainSettings::default())?;
//! let run = Run { pairs, held_out, output: "tuned".as_ref(), resume: false };
//! let report = trainer.run(run, &mut |_| ControlFlow::Continue(()))?;
//! assert!(report.finished);
//! # Ok::<(), priorart_encoder::train::TrainError>(())
//! ```
//!
//! The way back through the network is written out, a function for each step of the way there, on the
//! products and vectors of `crate::cpu`. What is tested: that the way there is the burn module's, that
//! gradients are those of finite differences, and that losses are `PyTorch`'s.

mod adamw;
mod attention;
mod augment;
mod checkpoint;
mod dropout;
mod error;
mod file;
#[cfg(test)]
mod gradient_tests;
mod layer;
mod network;
mod norm;
mod objective;
mod output;
mod pairs;
mod parameters;
mod progress;
mod random;
mod settings;
mod trainer;

pub use self::augment::augment;
pub use self::error::TrainError;
pub use self::pairs::{SCORES, check_varied};
pub use self::progress::{Evaluation, Event, Report, Step};
pub use self::settings::TrainSettings;
pub use self::trainer::{Run, Trainer};
