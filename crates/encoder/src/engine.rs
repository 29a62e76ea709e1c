//! What computes: the network on its device, and how texts are handed to it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use burn::tensor::Device;
use rayon::prelude::*;

use crate::config::MpnetConfig;
use crate::cpu::{CpuMpnet, Kernels};
use crate::device::{self, DeviceChoice};
use crate::error::{EncoderError, Result};
use crate::mpnet::{Batch, Mpnet};
use crate::plan::{batches, groups};
use crate::precision::Precision;
use crate::weights;

/// The tokens of a batch on a GPU, padding included.
///
/// Enough to keep a GPU busy, and little enough that the scores of one layer, the largest tensor
/// (batch × heads × tokens²), stay near 100 MB at 512 tokens.
const TOKENS_A_BATCH: usize = 4096;

/// The most tokens of texts that one thread takes at a time on the CPU.
///
/// Several short texts share the cost of bringing the weights into the cache; more texts than that
/// would only make the threads end at different times.
const TOKENS_A_JOB: usize = 256;

/// A loaded network.
#[derive(Debug)]
pub(crate) enum Engine {
    /// Some texts a thread, without padding.
    Cpu(Box<Cpu>),
    /// Padded batches, one after the other.
    Gpu(Box<Gpu>),
}

/// The network on the CPU.
#[derive(Debug)]
pub(crate) struct Cpu {
    mpnet: CpuMpnet,
    precision: Precision,
    /// In 32-bit floats, for texts that [are plain](is_plain); loaded when the first one comes.
    exact: OnceLock<CpuMpnet>,
    weights: PathBuf,
    config: MpnetConfig,
    name: String,
}

/// The network on a GPU.
#[derive(Debug)]
pub(crate) struct Gpu {
    mpnet: Mpnet,
    dimension: usize,
    device: Device,
    name: String,
}

impl Engine {
    /// Loads the file `weights` onto the device that `choice` names.
    pub(crate) fn load(
        weights: &Path,
        config: &MpnetConfig,
        choice: DeviceChoice,
        precision: Precision,
    ) -> Result<Self> {
        match device::open(choice)? {
            None => Ok(Self::Cpu(Box::new(Cpu::load(weights, config, precision)?))),
            Some(adapter) => Ok(Self::Gpu(Box::new(Gpu::load(weights, config, adapter)?))),
        }
    }

    /// The device's name for people.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Cpu(cpu) => &cpu.name,
            Self::Gpu(gpu) => &gpu.name,
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
            Self::Cpu(cpu) => cpu.run(texts, finish)?,
            Self::Gpu(gpu) => gpu.run(texts, finish)?,
        };
        done.sort_unstable_by_key(|(text, _)| *text);
        Ok(done.into_iter().map(|(_, result)| result).collect())
    }
}

impl Cpu {
    fn load(weights: &Path, config: &MpnetConfig, precision: Precision) -> Result<Self> {
        let kernels = Kernels::detect(precision).ok_or(EncoderError::NoInstructions { precision })?;
        let threads = rayon::current_num_threads();
        let name = format!("cpu ({}, {precision}, {threads} threads)", kernels.name());
        let mpnet = CpuMpnet::new(weights::load(weights, config, &Device::flex())?, config, &kernels);
        let (weights, config) = (weights.to_owned(), config.clone());
        Ok(Self { mpnet, precision, exact: OnceLock::new(), weights, config, name })
    }

    fn exact(&self) -> Result<&CpuMpnet> {
        if self.precision == Precision::F32 {
            return Ok(&self.mpnet);
        }
        if let Some(mpnet) = self.exact.get() {
            return Ok(mpnet);
        }
        let loaded = Self::load(&self.weights, &self.config, Precision::F32)?.mpnet;
        Ok(self.exact.get_or_init(|| loaded))
    }

    fn run<T: Send>(
        &self,
        texts: &[Vec<u32>],
        finish: impl Fn(&[f32]) -> T + Sync,
    ) -> Result<Vec<(usize, T)>> {
        let (plain, others): (Vec<_>, Vec<_>) =
            (0..texts.len()).partition(|&text| self.precision != Precision::F32 && is_plain(&texts[text]));
        let mut done = self.run_texts(&self.mpnet, texts, &others, &finish);
        if !plain.is_empty() {
            done.extend(self.run_texts(self.exact()?, texts, &plain, &finish));
        }
        Ok(done)
    }

    /// Runs `mpnet` on those of the texts that are `chosen`.
    fn run_texts<T: Send>(
        &self,
        mpnet: &CpuMpnet,
        texts: &[Vec<u32>],
        chosen: &[usize],
        finish: impl Fn(&[f32]) -> T + Sync,
    ) -> Vec<(usize, T)> {
        let threads = rayon::current_num_threads();
        let lengths: Vec<usize> = chosen.iter().map(|&text| texts[text].len()).collect();
        let tokens: usize = lengths.iter().sum();
        let jobs = groups(&lengths, tokens.div_ceil(threads).min(TOKENS_A_JOB));
        let pieces = threads.div_ceil(jobs.len().max(1));
        jobs.into_par_iter()
            .with_max_len(1)
            .flat_map_iter(|job| {
                let job: Vec<usize> = job.into_iter().map(|place| chosen[place]).collect();
                let ids: Vec<&[u32]> = job.iter().map(|&text| texts[text].as_slice()).collect();
                run_job(mpnet, &job, &ids, pieces, &finish)
            })
            .collect()
    }
}

/// Runs some texts together.
fn run_job<T>(
    mpnet: &CpuMpnet,
    job: &[usize],
    ids: &[&[u32]],
    pieces: usize,
    finish: impl Fn(&[f32]) -> T,
) -> Vec<(usize, T)> {
    let hidden = mpnet.forward(ids, pieces);
    let dimension = hidden.len() / ids.iter().map(|ids| ids.len()).sum::<usize>();
    let mut rest = hidden.as_slice();
    let mut done = Vec::with_capacity(job.len());
    for (&text, ids) in job.iter().zip(ids) {
        let (rows, others) = rest.split_at(ids.len() * dimension);
        done.push((text, finish(rows)));
        rest = others;
    }
    done
}

/// Whether a text is at most one token, over and over, between the special ones.
///
/// What is lost in rounding adds up there instead of cancelling out: among the reference texts, the
/// only vector that bytes moved by more than 0.001 was that of one word 510 times.
fn is_plain(ids: &[u32]) -> bool {
    const FEW: usize = 3;
    let mut different = Vec::with_capacity(FEW + 1);
    for id in ids {
        if !different.contains(id) {
            different.push(*id);
        }
        if different.len() > FEW {
            return false;
        }
    }
    true
}

impl Gpu {
    fn load(weights: &Path, config: &MpnetConfig, adapter: device::Gpu) -> Result<Self> {
        let device::Gpu { device, name, .. } = adapter;
        let mpnet = weights::load(weights, config, &device)?;
        Ok(Self { mpnet, dimension: config.hidden_size, device, name })
    }

    fn run<T>(&self, texts: &[Vec<u32>], finish: impl Fn(&[f32]) -> T) -> Result<Vec<(usize, T)>> {
        let mut done = Vec::with_capacity(texts.len());
        for batch in batches(&lengths(texts), TOKENS_A_BATCH) {
            let ids: Vec<&[u32]> = batch.iter().map(|&text| texts[text].as_slice()).collect();
            let hidden = self.forward(&ids)?;
            let rows = hidden.chunks_exact(hidden.len() / batch.len());
            for (&text, rows) in batch.iter().zip(rows) {
                done.push((text, finish(&rows[..texts[text].len() * self.dimension])));
            }
        }
        Ok(done)
    }

    /// The hidden states of a batch, `[batch, longest, dimension]` row by row.
    fn forward(&self, texts: &[&[u32]]) -> Result<Vec<f32>> {
        let fault = |message| EncoderError::Device { device: self.name.clone(), message };
        let hidden = self.mpnet.forward(Batch::new(texts, &self.device));
        let data = hidden.try_into_data().map_err(|error| fault(error.to_string()))?;
        data.try_into_vec().map_err(|error| fault(error.to_string()))
    }
}

fn lengths(texts: &[Vec<u32>]) -> Vec<usize> {
    texts.iter().map(Vec::len).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_over_and_over_is_a_plain_text() {
        for (ids, plain) in [
            (vec![0, 2], true),
            (vec![0, 9, 9, 9, 2], true),
            (vec![0, 9, 8, 2], false),
            ((0..800).map(|i| i / 100).collect(), false),
        ] {
            assert_eq!(is_plain(&ids), plain, "{ids:?}");
        }
    }
}
