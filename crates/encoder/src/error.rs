//! What can go wrong in this crate.

use std::path::PathBuf;

use crate::precision::Precision;

/// Why a model could not be loaded or a text not be encoded.
///
/// Errors of loading name the file at fault. None of them leaves anything half done: an
/// [`Encoder`](crate::Encoder) exists whole or not at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncoderError {
    /// A file is there but cannot be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The directory lacks a file that every model directory has.
    #[error("{dir} is no model directory: {file} is missing; fetch the model again or name another directory", dir = dir.display())]
    MissingFile {
        /// The directory that was given.
        dir: PathBuf,
        /// The file or files that were looked for.
        file: &'static str,
    },
    /// A configuration file does not parse, or asks for something that this crate does not do.
    #[error("{path}: {message}", path = path.display())]
    Config {
        /// The configuration file.
        path: PathBuf,
        /// What is wrong in it.
        message: String,
    },
    /// `tokenizer.json` does not parse.
    #[error("{path} is no tokenizer: {message}", path = path.display())]
    Tokenizer {
        /// The tokenizer's file.
        path: PathBuf,
        /// The tokenizer library's reason.
        message: String,
    },
    /// The text could not be cut into tokens.
    #[error("cannot tokenize the text: {message}")]
    Tokenize {
        /// The tokenizer library's reason.
        message: String,
    },
    /// The processor lacks the instructions of a precision.
    #[error("this processor has no instructions for {precision}; use --precision f32")]
    NoInstructions {
        /// What was asked for.
        precision: Precision,
    },
    /// The weights file is damaged or of another format.
    #[error("{path} cannot be read as weights: {message}; fetch the model again", path = path.display())]
    Weights {
        /// The weights file.
        path: PathBuf,
        /// What the reader said.
        message: String,
    },
    /// The model has parameters for which the file has no tensor.
    #[error("{path} lacks {count} tensors of the model, among them {first}", path = path.display(), count = keys.len(), first = keys[0])]
    MissingWeights {
        /// The weights file.
        path: PathBuf,
        /// The parameters without a tensor, by their names in the module; never empty.
        keys: Vec<String>,
    },
    /// The file has tensors that are no part of the model: it is another model's file.
    #[error("{path} has {count} tensors that are no part of MPNet, among them {first}", path = path.display(), count = keys.len(), first = keys[0])]
    UnknownWeights {
        /// The weights file.
        path: PathBuf,
        /// The tensors that were left over; never empty.
        keys: Vec<String>,
    },
    /// A tensor has another shape than `config.json` says.
    #[error("{path}: {key} has shape {found:?} where config.json makes it {expected:?}", path = path.display())]
    WrongShape {
        /// The weights file.
        path: PathBuf,
        /// The parameter, by its name in the module.
        key: String,
        /// The shape that follows from `config.json`.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// A device name that is none of `auto`, `cpu`, `wgpu`, `wgpu:N`.
    #[error("unknown device {given:?}: use auto, cpu, wgpu or wgpu:N")]
    UnknownDevice {
        /// What was given.
        given: String,
    },
    /// The device that was asked for is not to be had.
    #[error("no device {asked}: {message}; use --device cpu")]
    NoDevice {
        /// The choice as it was given.
        asked: String,
        /// Why it cannot be opened.
        message: String,
    },
    /// The device failed, also after it was opened anew and with a single text.
    #[error("{device} failed: {message}; --device cpu does without it")]
    Device {
        /// The device's name.
        device: String,
        /// What it reported.
        message: String,
    },
    /// Token ids that the model has no place for.
    #[error("text {text} cannot be encoded: {message}")]
    InvalidTokens {
        /// The text's place in the call.
        text: usize,
        /// What is wrong with its ids.
        message: String,
    },
    /// A maximum length that the model cannot keep.
    #[error("a maximum of {asked} tokens is not possible: the model takes {least} to {most}")]
    InvalidLength {
        /// What was asked for.
        asked: usize,
        /// The special tokens alone and one token of text.
        least: usize,
        /// The number of the model's positions.
        most: usize,
    },
}

/// The result of this crate's operations.
pub type Result<T, E = EncoderError> = std::result::Result<T, E>;
