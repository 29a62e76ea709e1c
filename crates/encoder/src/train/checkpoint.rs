//! Where training stands, on the disk: from there it goes on to the same weights.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::adamw::AdamW;
use super::error::TrainError;
use super::file;
use super::parameters::{Parameters, Spec};
use super::progress::{Evaluation, Step};

/// The checkpoint's directory, in that of the model to be.
const DIRECTORY: &str = "checkpoint";
/// Where the next one is written, until it is whole.
const UNFINISHED: &str = "checkpoint.new";

const STATE: &str = "state.json";
const PARAMETERS: &str = "parameters.safetensors";
const MOMENTS: [&str; 2] = ["means.safetensors", "squares.safetensors"];

/// Everything of a checkpoint but the numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// What was asked for, as JSON; only a run of the same goes on from here.
    pub(super) settings: String,
    /// The digest of the pairs and of the base model's weights.
    pub(super) digest: String,
    /// All steps so far.
    pub(super) steps: Vec<Step>,
    pub(super) evaluations: Vec<Evaluation>,
}

/// Writes a checkpoint in `output` in place of the one before, which stays until this one is whole.
pub(super) fn write(
    output: &Path,
    state: &State,
    specs: &[Spec],
    parameters: &mut Parameters,
    optimizer: &mut AdamW,
) -> Result<(), TrainError> {
    let new = output.join(UNFINISHED);
    remove_if_there(&new)?;
    fs_err::create_dir_all(&new)?;
    file::write(&new.join(PARAMETERS), specs, &parameters.tensors())?;
    for (name, moments) in MOMENTS.iter().zip(&mut optimizer.moments) {
        file::write(&new.join(name), specs, &moments.tensors())?;
    }
    let state = serde_json::to_vec(state).map_err(std::io::Error::from)?;
    fs_err::write(new.join(STATE), state)?;
    fs_err::File::open(new.join(STATE))?.sync_all()?;
    remove(output)?;
    fs_err::rename(&new, output.join(DIRECTORY))?;
    Ok(())
}

/// Reads the checkpoint in `output`; `None` where there is none.
///
/// # Errors
/// [`TrainError::Checkpoint`] where it is of another training than that of `wanted`.
pub(super) fn read(
    output: &Path,
    wanted: &State,
    specs: &[Spec],
    parameters: &mut Parameters,
    optimizer: &mut AdamW,
) -> Result<Option<State>, TrainError> {
    let Some(path) = find(output) else { return Ok(None) };
    let fault = |message: String| TrainError::Checkpoint { path: path.clone(), message };
    let state: State = serde_json::from_slice(&fs_err::read(path.join(STATE))?)
        .map_err(|error| fault(format!("it is damaged ({error}); delete it to begin anew")))?;
    let differences = [
        ("settings", state.settings != wanted.settings),
        ("pairs or another base model", state.digest != wanted.digest),
    ];
    if let Some((what, _)) = differences.into_iter().find(|(_, differs)| *differs) {
        let message = format!("it was made with other {what}; use the same, or delete it to begin anew");
        return Err(fault(message));
    }
    parameters.fill(&path.join(PARAMETERS), specs)?;
    for (name, moments) in MOMENTS.iter().zip(&mut optimizer.moments) {
        moments.fill(&path.join(name), specs)?;
    }
    Ok(Some(state))
}

/// The whole checkpoint: where a crash came between the two renames, the new one.
fn find(output: &Path) -> Option<PathBuf> {
    let is_whole = |path: &PathBuf| path.join(STATE).is_file();
    [DIRECTORY, UNFINISHED].map(|name| output.join(name)).into_iter().find(is_whole)
}

/// Whether there is one.
pub(super) fn is_there(output: &Path) -> bool {
    find(output).is_some()
}

/// Removes the checkpoint in `output`, if there is one.
pub(super) fn remove(output: &Path) -> Result<(), TrainError> {
    Ok(remove_if_there(&output.join(DIRECTORY))?)
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    if path.exists() { fs_err::remove_dir_all(path) } else { Ok(()) }
}
