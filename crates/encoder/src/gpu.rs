//! The network on a GPU.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use burn::tensor::{DType, Device, FloatDType};
use serde::{Deserialize, Serialize};

use crate::adapter::{Adapter, OpenDevice};
use crate::config::MpnetConfig;
use crate::error::{EncoderError, Result};
use crate::mpnet::{Batch, Mpnet, pool};
use crate::pooling::Pooling;
use crate::shrink::{self, Worker};
use crate::weights;

/// The most tokens of a batch, padding included: enough to keep a GPU busy.
const MOST_TOKENS: usize = 8192;

/// What a GPU computes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GpuFloats {
    /// 16 bits where the hardware has them, else 32.
    ///
    /// Software adapters gain nothing from 16 bits and get 32.
    #[default]
    Auto,
    /// 32 bits.
    F32,
    /// 16 bits; the norms are computed, and vectors given out, with 32.
    F16,
}

impl GpuFloats {
    fn choose(self, adapter: &Adapter) -> Result<DType> {
        match self {
            Self::F16 if !adapter.has_f16() => Err(EncoderError::NoDevice {
                asked: "with 16-bit floats".to_owned(),
                message: format!("{} has none", adapter.name()),
            }),
            Self::F16 => Ok(DType::F16),
            Self::Auto if adapter.has_f16() && !adapter.is_software() => Ok(DType::F16),
            Self::Auto | Self::F32 => Ok(DType::F32),
        }
    }
}

/// The network on a GPU, which takes one batch after the other.
#[derive(Debug)]
pub(crate) struct Gpu {
    name: String,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    adapter: &'static Adapter,
    name: String,
    weights: PathBuf,
    config: MpnetConfig,
    floats: DType,
    /// The most tokens of a batch; less after a failure.
    budget: usize,
    /// The network and the device it is on; nothing where it could not be loaded anew.
    loaded: Option<(Mpnet, OpenDevice)>,
}

impl Gpu {
    /// Loads the file `weights` onto `adapter`.
    pub(crate) fn load(
        weights: &Path,
        config: &MpnetConfig,
        adapter: &'static Adapter,
        floats: GpuFloats,
    ) -> Result<Self> {
        let floats = floats.choose(adapter)?;
        let name = format!("{}, {}-bit floats", adapter.name(), 8 * floats.size());
        let mut state = State {
            name: name.clone(),
            weights: weights.to_owned(),
            config: config.clone(),
            floats,
            budget: token_budget(adapter.largest_tensor(), config, floats.size()),
            adapter,
            loaded: None,
        };
        state.check_word_table()?;
        state.load()?;
        Ok(Self { name, state: Mutex::new(state) })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The pooled hidden states of each text, in the order of the texts.
    pub(crate) fn run(&self, texts: &[Vec<u32>], pooling: Pooling) -> Result<Vec<Vec<f32>>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut budget = state.budget;
        let vectors = shrink::run(&mut Run { state: &mut state, pooling }, texts, &mut budget);
        state.budget = budget;
        vectors
    }
}

impl State {
    /// The largest tensor that cannot be made smaller.
    fn check_word_table(&self) -> Result<()> {
        let table = self.config.vocab_size * self.config.hidden_size * self.floats.size();
        let largest = self.adapter.largest_tensor();
        if table as u64 > largest {
            let message = format!("it takes tensors of {largest} bytes, and the model has one of {table}");
            return Err(self.fault(message));
        }
        Ok(())
    }

    /// Opens a device and puts the network on it. The one before is given up first, for its memory.
    fn load(&mut self) -> Result<()> {
        self.loaded = None;
        let device = self.adapter.open().map_err(|message| self.fault(message))?;
        let mpnet = guard(|| weights::load(&self.weights, &self.config, &device.device, self.floats))
            .map_err(|message| self.fault(message))??;
        let synced = device.device.sync().map_err(|error| cause(&error));
        let sound = device.fault().map_or(synced, Err);
        sound.map_err(|message| self.fault(message))?;
        self.loaded = Some((mpnet, device));
        Ok(())
    }

    fn compute(&self, texts: &[&[u32]], pooling: Pooling) -> Result<Vec<Vec<f32>>, String> {
        let Some((mpnet, device)) = &self.loaded else {
            return Err("it could not be opened again".to_owned());
        };
        let vectors = guard(|| forward(mpnet, &device.device, texts, pooling)).flatten();
        device.fault().map_or(vectors, Err)
    }

    fn fault(&self, message: String) -> EncoderError {
        EncoderError::Device { device: self.name.clone(), message }
    }
}

/// The state while it computes for one call.
struct Run<'a> {
    state: &'a mut State,
    pooling: Pooling,
}

impl Worker for Run<'_> {
    type Error = EncoderError;

    fn compute(&mut self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        self.state.compute(texts, self.pooling).map_err(|message| self.state.fault(message))
    }

    fn renew(&mut self) -> Result<()> {
        self.state.load()
    }
}

/// All of the work is done on the device: token ids go in, pooled vectors come out.
fn forward(
    mpnet: &Mpnet,
    device: &Device,
    texts: &[&[u32]],
    pooling: Pooling,
) -> Result<Vec<Vec<f32>>, String> {
    let batch = Batch::new(texts, device);
    let padding = batch.padding.clone();
    let pooled = pool(&mpnet.forward(batch, pooling.reads()).cast(FloatDType::F32), padding, pooling);
    let [_, dimension] = pooled.dims();
    let numbers: Vec<f32> = pooled.try_into_vec_as().map_err(|error| cause(&error))?;
    Ok(numbers.chunks_exact(dimension).map(<[f32]>::to_vec).collect())
}

/// What began it: burn tells the whole chain of causes, from the last to the first, a line each.
fn cause(error: &impl ToString) -> String {
    let text = error.to_string();
    let says = |line: &&str| !line.is_empty() && !line.contains("acktrace") && *line != "Asked at:";
    text.lines().map(str::trim).rfind(says).unwrap_or("it does not say why").to_owned()
}

/// Runs `work`; where burn panics instead of giving an error, the panic's message is the error.
fn guard<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        text.unwrap_or_else(|| "a panic without a message".to_owned())
    })
}

/// The greatest number of tokens of a batch whose tensors have at most `largest` bytes each, where a
/// number takes `bytes`.
///
/// The largest tensors have, for each token, either the feed-forward layer's numbers, or the scores of
/// all heads against a text of full length.
fn token_budget(largest: u64, config: &MpnetConfig, bytes: usize) -> usize {
    let scores = config.num_attention_heads * config.max_tokens();
    let a_token = scores.max(config.intermediate_size) * bytes;
    usize::try_from(largest).unwrap_or(usize::MAX).div_euclid(a_token).min(MOST_TOKENS)
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "a test says what it skips")]
mod tests {
    use super::*;
    use crate::adapter::adapters;
    use crate::config::tests::base;
    use crate::fixture;

    #[track_caller]
    fn check_budget(largest: u64, bytes: usize, expected: usize) {
        assert_eq!(token_budget(largest, &base(), bytes), expected);
    }

    #[test]
    fn batches_are_as_large_as_the_adapter_allows() {
        // 12 heads × 512 tokens × 4 bytes are 24,576 bytes a token.
        check_budget(128 << 20, 4, 5461);
        check_budget(128 << 20, 2, MOST_TOKENS);
        check_budget(64 << 20, 2, 5461);
        check_budget(24_576, 4, 1);
        check_budget(24_575, 4, 0);
        check_budget(u64::MAX, 4, MOST_TOKENS);
    }

    #[test]
    fn the_feed_forward_layer_counts_where_it_is_wider_than_the_scores() {
        let config = MpnetConfig { num_attention_heads: 1, ..base() };
        assert_eq!(token_budget(12_288 * 7, &config, 4), 7);
    }

    /// The tiny model on the best adapter; nothing where there is none.
    fn tiny(change: impl Fn(&Adapter) -> Adapter) -> Option<Gpu> {
        try_tiny(change).map(Result::unwrap)
    }

    fn try_tiny(change: impl Fn(&Adapter) -> Adapter) -> Option<Result<Gpu>> {
        let config = MpnetConfig::read(&fixture::directory()).unwrap();
        let file = weights::weights_file(&fixture::directory()).unwrap();
        let Some(adapter) = adapters().first() else {
            eprintln!("SKIPPED: no adapter, so nothing was tested on one");
            return None;
        };
        let adapter = Box::leak(Box::new(change(adapter)));
        Some(Gpu::load(&file, &config, adapter, GpuFloats::F32))
    }

    fn texts() -> Vec<Vec<u32>> {
        [3, 60, 7, 7, 64].map(|length| (0..length).map(|id| id % 60).collect()).to_vec()
    }

    #[test]
    fn the_first_cause_is_told() {
        let chain = "An error happened\nCaused by:\n  can't allocate 5 bytes\nNo backtrace available\nAsked at:\nNo backtrace";
        assert_eq!(cause(&chain), "can't allocate 5 bytes");
        assert_eq!(cause(&""), "it does not say why");
    }

    /// Other batches are added up in another order.
    #[track_caller]
    fn assert_close(found: &[Vec<f32>], expected: &[Vec<f32>]) {
        assert_eq!(found.len(), expected.len());
        let pairs = found.iter().flatten().zip(expected.iter().flatten());
        let off = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 1e-5, "off by {off}");
    }

    #[test]
    fn a_lost_device_is_opened_again() {
        let Some(gpu) = tiny(Adapter::clone) else { return };
        let before = gpu.run(&texts(), Pooling::Mean).unwrap();
        gpu.state.lock().unwrap().loaded.as_ref().unwrap().1.lose();
        assert_close(&gpu.run(&texts(), Pooling::Mean).unwrap(), &before);
    }

    #[test]
    fn an_adapter_that_cannot_hold_the_words_is_refused() {
        let Some(gpu) = try_tiny(|adapter| adapter.with_largest_tensor(8_831)) else { return };
        let error = gpu.unwrap_err().to_string();
        assert!(error.contains("tensors of 8831 bytes, and the model has one of 8832"), "{error}");
    }

    #[test]
    fn what_does_not_fit_is_divided() {
        let Some(gpu) = tiny(|adapter| adapter.with_largest_tensor(1 << 20)) else { return };
        let before = gpu.run(&texts(), Pooling::Mean).unwrap();
        let allowed = gpu.state.lock().unwrap().budget;
        gpu.state.lock().unwrap().budget = 4 * allowed;
        let many: Vec<Vec<u32>> = (0..40).flat_map(|_| texts()).collect();
        let after = gpu.run(&many, Pooling::Mean).unwrap();
        assert!(gpu.state.lock().unwrap().budget < 4 * allowed, "nothing was divided");
        assert_eq!(after.len(), many.len());
        assert_close(&after[..before.len()], &before);
        assert_close(&after[many.len() - before.len()..], &before);
    }
}
