//! What is the same for all shards of a plan.

use priorart_corpus::Format;
use priorart_encoder::{DeviceChoice, GpuFloats, LoadOptions, Precision};
use priorart_index::ModelStamp;
use priorart_indexer::PassageOptions;
use serde::{Deserialize, Serialize};

use crate::PartsError;

/// How shards become parts: the model, and what is embedded by it.
///
/// The device is left out: a plan may run on processors and GPUs. Vectors of two kinds of devices differ by
/// rounding, those of one kind do not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// The model that embeds.
    pub model: ModelStamp,
    /// How exactly it computes on a processor.
    pub precision: Precision,
    /// What it computes with on a GPU.
    pub gpu_floats: GpuFloats,
    /// What becomes a passage.
    pub passages: PassageOptions,
    /// The name of the format that all dumps are taken for; `None` to look at each.
    pub format: Option<String>,
}

impl Recipe {
    /// A recipe for dumps that show their format.
    pub fn new(model: ModelStamp, load: LoadOptions, passages: PassageOptions) -> Self {
        let LoadOptions { precision, gpu_floats, .. } = load;
        Self { model, precision, gpu_floats, passages, format: None }
    }

    /// How the model is to be loaded onto `device`.
    pub fn load_options(&self, device: DeviceChoice) -> LoadOptions {
        LoadOptions { device, precision: self.precision, gpu_floats: self.gpu_floats }
    }

    /// What all dumps are taken for.
    pub(crate) fn format(&self) -> Result<Option<Format>, PartsError> {
        let parse = |name: &String| name.parse().map_err(|_| name.clone());
        self.format.as_ref().map(parse).transpose().map_err(|name| PartsError::NoManifest {
            path: "the manifest".to_owned(),
            reason: format!("there is no format {name:?}"),
        })
    }

    /// Makes sure that vectors of `given` are those that the recipe asks for, and its texts cut in the same places.
    pub(crate) fn check(&self, given: &ModelStamp) -> Result<(), PartsError> {
        let planned = &self.model;
        if planned.is_comparable(given) && planned.max_tokens == given.max_tokens {
            return Ok(());
        }
        let (planned, given) = (Box::new(planned.clone()), Box::new(given.clone()));
        Err(PartsError::OtherModel { planned, given })
    }

    /// The same without the model's name, which is another on every machine that has it in another directory.
    pub(crate) fn nameless(&self) -> Self {
        let model = ModelStamp { name: String::new(), ..self.model.clone() };
        Self { model, ..self.clone() }
    }
}
