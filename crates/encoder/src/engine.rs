//! What computes: the network on its device, and how texts are handed to it.

use std::path::Path;

use burn::tensor::Device;
use rayon::prelude::*;

use crate::config::MpnetConfig;
use crate::device::{self, DeviceChoice};
use crate::error::{EncoderError, Result};
use crate::mpnet::{Batch, Mpnet};
use crate::plan::{batches, longest_first};
use crate::weights;

/// The tokens of a batch on a GPU, padding included.
///
/// Enough to keep a GPU busy, and little enough that the scores of one layer, the largest tensor
/// (batch × heads × tokens²), stay near 100 MB at 512 tokens.
const TOKENS_A_BATCH: usize = 4096;

/// A loaded network.
#[derive(Debug)]
pub(crate) enum Engine {
    /// A text a thread, without padding.
    Cpu(Network),
    /// Padded batches.
    Gpu(Network),
}

/// The burn module and where it lies.
#[derive(Debug)]
pub(crate) struct Network {
    mpnet: Mpnet,
    dimension: usize,
    device: Device,
    name: String,
}

impl Engine {
    /// Loads the file `weights` onto the device that `choice` names.
    pub(crate) fn load(weights: &Path, config: &MpnetConfig, choice: DeviceChoice) -> Result<Self> {
        let gpu = device::open(choice)?;
        let on = |device, name| {
            let mpnet = weights::load(weights, config, &device)?;
            Ok(Network {
                mpnet,
                dimension: config.hidden_size,
                device,
                name,
            })
        };
        match gpu {
            None => on(Device::flex(), "cpu".to_owned()).map(Self::Cpu),
            Some(gpu) => on(gpu.device, gpu.name).map(Self::Gpu),
        }
    }

    /// The device's name for people.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Cpu(network) | Self::Gpu(network) => &network.name,
        }
    }

    /// What `finish` makes of each text's hidden states, `[tokens, dimension]` row by row, in the
    /// order of the texts.
    pub(crate) fn run<T: Send>(
        &self,
        texts: &[Vec<u32>],
        finish: impl Fn(&[f32]) -> T + Sync,
    ) -> Result<Vec<T>> {
        let mut done = match self {
            Self::Cpu(network) => network.run_alone(texts, finish)?,
            Self::Gpu(network) => network.run_batched(texts, finish)?,
        };
        done.sort_unstable_by_key(|(text, _)| *text);
        Ok(done.into_iter().map(|(_, vector)| vector).collect())
    }
}

impl Network {
    fn run_alone<T: Send>(
        &self,
        texts: &[Vec<u32>],
        finish: impl Fn(&[f32]) -> T + Sync,
    ) -> Result<Vec<(usize, T)>> {
        // The longest first, so that no long text is left to one thread at the end.
        let order = longest_first(&lengths(texts));
        order
            .into_par_iter()
            .with_max_len(1)
            .map(|text| Ok((text, finish(&self.forward(&[&texts[text]])?))))
            .collect()
    }

    fn run_batched<T>(&self, texts: &[Vec<u32>], finish: impl Fn(&[f32]) -> T) -> Result<Vec<(usize, T)>> {
        let mut done = Vec::with_capacity(texts.len());
        for batch in batches(&lengths(texts), TOKENS_A_BATCH) {
            let ids: Vec<&[u32]> = batch.iter().map(|&text| texts[text].as_slice()).collect();
            let hidden = self.forward(&ids)?;
            let rows = hidden.chunks_exact(hidden.len() / batch.len());
            for (&text, row) in batch.iter().zip(rows) {
                let padding = row.len() - texts[text].len() * self.dimension;
                done.push((text, finish(&row[..row.len() - padding])));
            }
        }
        Ok(done)
    }

    /// The hidden states of a batch, `[batch, longest, dimension]` row by row.
    fn forward(&self, texts: &[&[u32]]) -> Result<Vec<f32>> {
        let fault = |message| EncoderError::Device {
            device: self.name.clone(),
            message,
        };
        let hidden = self.mpnet.forward(Batch::new(texts, &self.device));
        let data = hidden.try_into_data().map_err(|error| fault(error.to_string()))?;
        data.try_into_vec().map_err(|error| fault(error.to_string()))
    }
}

fn lengths(texts: &[Vec<u32>]) -> Vec<usize> {
    texts.iter().map(Vec::len).collect()
}
