//! What computes: the network on its device, and how texts are handed to it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use burn::tensor::{DType, Device};
use rayon::prelude::*;

use crate::config::MpnetConfig;
use crate::cpu::{CpuMpnet, Kernels};
use crate::device::{self, DeviceChoice};
use crate::error::{EncoderError, Result};
use crate::gpu::Gpu;
use crate::options::LoadOptions;
use crate::plan::groups;
use crate::pooling::{Pooling, pool};
use crate::precision::Precision;
use crate::weights;

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

impl Engine {
    /// Loads the file `weights` onto the device that `options` name. Where that is `auto`, and there is
    /// a GPU, it also gives what became of it, for people.
    pub(crate) fn load(
        weights: &Path,
        config: &MpnetConfig,
        options: LoadOptions,
    ) -> Result<(Self, Option<String>)> {
        let cpu = || Cpu::load(weights, config, options.precision).map(|cpu| Self::Cpu(Box::new(cpu)));
        let Some(adapter) = device::find(options.device)? else { return Ok((cpu()?, None)) };
        let auto = options.device == DeviceChoice::Auto;
        match Gpu::load(weights, config, adapter, options.gpu_floats) {
            // A GPU that nobody asked for and that does not work is none.
            Err(error @ (EncoderError::Device { .. } | EncoderError::NoDevice { .. })) if auto => {
                Ok((cpu()?, Some(format!("encoding on the CPU: {error}"))))
            }
            gpu => {
                let gpu = gpu?;
                let notice = auto.then(|| format!("encoding on {}", gpu.name()));
                Ok((Self::Gpu(Box::new(gpu)), notice))
            }
        }
    }

    /// The device's name for people.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Cpu(cpu) => &cpu.name,
            Self::Gpu(gpu) => gpu.name(),
        }
    }

    /// The pooled hidden states of each text, in the order of the texts.
    pub(crate) fn run(&self, texts: &[Vec<u32>], pooling: Pooling) -> Result<Vec<Vec<f32>>> {
        match self {
            Self::Cpu(cpu) => cpu.run(texts, pooling),
            Self::Gpu(gpu) => gpu.run(texts, pooling),
        }
    }
}

impl Cpu {
    fn load(weights: &Path, config: &MpnetConfig, precision: Precision) -> Result<Self> {
        let kernels = Kernels::detect(precision).ok_or(EncoderError::NoInstructions { precision })?;
        let threads = rayon::current_num_threads();
        let name = format!("cpu ({}, {precision}, {threads} threads)", kernels.name());
        let mpnet =
            CpuMpnet::new(weights::load(weights, config, &Device::flex(), DType::F32)?, config, &kernels);
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

    fn run(&self, texts: &[Vec<u32>], pooling: Pooling) -> Result<Vec<Vec<f32>>> {
        let (plain, others): (Vec<_>, Vec<_>) =
            (0..texts.len()).partition(|&text| self.precision != Precision::F32 && is_plain(&texts[text]));
        let mut done = run_texts(&self.mpnet, texts, &others, pooling);
        if !plain.is_empty() {
            done.extend(run_texts(self.exact()?, texts, &plain, pooling));
        }
        done.sort_unstable_by_key(|(text, _)| *text);
        Ok(done.into_iter().map(|(_, vector)| vector).collect())
    }
}

/// Runs `mpnet` on those of the texts that are `chosen`.
fn run_texts(
    mpnet: &CpuMpnet,
    texts: &[Vec<u32>],
    chosen: &[usize],
    pooling: Pooling,
) -> Vec<(usize, Vec<f32>)> {
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
            run_job(mpnet, &job, &ids, pieces, pooling)
        })
        .collect()
}

/// Runs some texts together.
fn run_job(
    mpnet: &CpuMpnet,
    job: &[usize],
    ids: &[&[u32]],
    pieces: usize,
    pooling: Pooling,
) -> Vec<(usize, Vec<f32>)> {
    let wanted = pooling.reads();
    let hidden = mpnet.forward(ids, pieces, wanted);
    let tokens: Vec<usize> = ids.iter().map(|ids| wanted.of(ids.len())).collect();
    let dimension = hidden.len() / tokens.iter().sum::<usize>();
    let mut rest = hidden.as_slice();
    let mut done = Vec::with_capacity(job.len());
    for (&text, tokens) in job.iter().zip(tokens) {
        let (rows, others) = rest.split_at(tokens * dimension);
        done.push((text, pool(rows, dimension, pooling)));
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
