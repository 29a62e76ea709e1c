//! The encoder on real weights, against reference embeddings from `PyTorch`.
//!
//! Needs the weights of all-mpnet-base-v2 (`PRIORART_TEST_MODEL_DIR`) and the reference
//! (`reference/embeddings.json` under `PRIORART_SHARED`, by default `../shared` beside the
//! workspace). Where either is absent, the tests say so and pass.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::env;
use std::path::{Path, PathBuf};

use priorart_encoder::{DeviceChoice, Encoder, EncoderError, GpuFloats, LoadOptions, Pooling, Precision};
use serde::Deserialize;

/// The model that the reference was made with.
const SHA256: &str = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658";

/// The greatest difference from the reference in any number of a vector, and the least cosine.
const TOLERANCE: f32 = 1e-4;
const COSINE: f64 = 0.99999;

/// The least cosine where a GPU computes with 16 bits.
const F16_COSINE: f64 = 0.9995;

/// The greatest difference between a text alone and in a batch.
const BATCH_TOLERANCE: f32 = 1e-5;

/// Longer texts are encoded only once on wgpu, which may be software and slow.
const SHORT: usize = 128;
/// Texts that a software adapter is given.
const FEW: usize = 8;

#[derive(Deserialize)]
struct Reference {
    text: String,
    ids: Vec<u32>,
    cls: Vec<f32>,
    mean_norm: Vec<f32>,
    mean_norm_384: Option<Vec<f32>>,
}

fn references() -> Option<Vec<Reference>> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = env::var_os("PRIORART_SHARED").map_or_else(|| workspace.join("../shared"), PathBuf::from);
    let path = shared.join("reference/embeddings.json");
    if !path.is_file() {
        eprintln!("SKIPPED: parity was not tested: {} is not there", path.display());
        return None;
    }
    Some(serde_json::from_slice(&fs_err::read(path).unwrap()).unwrap())
}

fn model() -> Option<PathBuf> {
    let dir = env::var_os("PRIORART_TEST_MODEL_DIR").map(PathBuf::from);
    if dir.is_none() {
        eprintln!("SKIPPED: parity was not tested: PRIORART_TEST_MODEL_DIR names no model");
    }
    dir
}

/// The encoder as the reference was made: 512 tokens, the pooled vector as it is.
fn load(device: DeviceChoice) -> Option<(Encoder, Vec<Reference>)> {
    load_with(LoadOptions { device, gpu_floats: GpuFloats::F32, ..LoadOptions::default() })
}

fn load_with(options: LoadOptions) -> Option<(Encoder, Vec<Reference>)> {
    let references = references()?;
    let device = options.device;
    let encoder = match Encoder::load_with(&model()?, options) {
        Err(error @ EncoderError::NoDevice { .. }) => {
            eprintln!("SKIPPED: parity was not tested on {device}: {error}");
            return None;
        }
        loaded => loaded.unwrap().with_max_tokens(512).unwrap(),
    };
    assert_eq!(encoder.info().sha256, SHA256, "this is another model than the reference's");
    Some((encoder, references))
}

fn difference(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    left.iter().zip(right).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn cosine(left: &[f32], right: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    dot(left, right) / (dot(left, left) * dot(right, right)).sqrt()
}

/// Encodes `texts` and compares with what is `expected`; gives the vectors.
#[track_caller]
fn check<'a>(
    what: &str,
    encoder: &Encoder,
    texts: &[&str],
    expected: impl Iterator<Item = &'a [f32]>,
) -> Vec<Vec<f32>> {
    let found = encoder.encode(texts).unwrap();
    let (mut worst, mut least) = (0.0_f32, 1.0_f64);
    for (found, expected) in found.iter().zip(expected) {
        worst = worst.max(difference(found, expected));
        least = least.min(cosine(found, expected));
    }
    let (device, count) = (encoder.device_name(), texts.len());
    eprintln!("{device}, {what}, {count} texts: difference {worst:.1e}, cosine {least:.8}");
    assert!(worst <= TOLERANCE && least >= COSINE, "{what}: difference {worst}, cosine {least}");
    found
}

fn texts<'a>(references: impl IntoIterator<Item = &'a Reference>) -> Vec<&'a str> {
    references.into_iter().map(|reference| reference.text.as_str()).collect()
}

/// Encodes each text alone and compares with what came of it in company.
#[track_caller]
fn check_alone(encoder: &Encoder, texts: &[&str], together: &[Vec<f32>]) {
    let alone = texts.iter().map(|text| encoder.encode(&[text]).unwrap().remove(0));
    let worst = together.iter().zip(alone).map(|(a, b)| difference(a, &b)).fold(0.0, f32::max);
    eprintln!("{}, alone and together: difference {worst:.1e}", encoder.device_name());
    assert!(worst <= BATCH_TOLERANCE, "alone and together: difference {worst}");
}

#[test]
fn token_ids_are_those_of_the_reference() {
    let Some((encoder, references)) = load(DeviceChoice::Cpu) else { return };
    for reference in references {
        assert_eq!(encoder.tokenize(&reference.text).unwrap(), reference.ids, "{:?}", reference.text);
    }
}

#[test]
fn the_cpu_gives_the_reference_vectors() {
    let Some((encoder, references)) = load(DeviceChoice::Cpu) else { return };
    let texts = texts(&references);
    let together = check("mean", &encoder, &texts, references.iter().map(|r| r.mean_norm.as_slice()));
    check_alone(&encoder, &texts, &together);
    let encoder = encoder.with_pooling(Pooling::Cls).with_normalize(false);
    let together = check("cls", &encoder, &texts, references.iter().map(|r| r.cls.as_slice()));
    check_alone(&encoder, &texts, &together);
}

#[test]
fn the_models_own_limit_gives_what_sentence_transformers_gives() {
    let Some((encoder, references)) = load(DeviceChoice::Cpu) else { return };
    let encoder = encoder.with_max_tokens(384).unwrap();
    let expected = references.iter().map(|r| r.mean_norm_384.as_ref().unwrap_or(&r.mean_norm).as_slice());
    check("mean of 384", &encoder, &texts(&references), expected);
}

#[test]
fn wgpu_gives_the_reference_vectors() {
    let Some((encoder, references)) = load(DeviceChoice::Wgpu(None)) else { return };
    // A few: software takes its time. The tiny model is given all kinds of texts.
    let mut few: Vec<&Reference> = references.iter().filter(|r| r.ids.len() <= SHORT).take(FEW).collect();
    let short = texts(few.iter().copied());
    let longest = references.iter().max_by_key(|r| r.ids.len());
    few.extend(longest);
    let expected = few.iter().map(|r| r.mean_norm.as_slice());
    let together = check("mean", &encoder, &texts(few.iter().copied()), expected);
    check_alone(&encoder, &short, &together[..short.len()]);
    let encoder = encoder.with_pooling(Pooling::Cls).with_normalize(false);
    check("cls", &encoder, &short, few.iter().map(|r| r.cls.as_slice()));
}

/// Reduced precision comes as near to the reference as is promised, whatever the pooling.
#[track_caller]
fn check_precision(precision: Precision, least: f64) {
    let (Some(references), Some(model)) = (references(), model()) else { return };
    let options = LoadOptions { device: DeviceChoice::Cpu, precision, ..LoadOptions::default() };
    let encoder = match Encoder::load_with(&model, options) {
        Err(error @ EncoderError::NoInstructions { .. }) => {
            eprintln!("SKIPPED: {precision} was not tested: {error}");
            return;
        }
        loaded => loaded.unwrap().with_max_tokens(512).unwrap(),
    };
    let texts = texts(&references);
    let mean = encoder.encode(&texts).unwrap();
    let encoder = encoder.with_pooling(Pooling::Cls).with_normalize(false);
    let cls = encoder.encode(&texts).unwrap();
    let cosines: Vec<[f64; 2]> = references
        .iter()
        .zip(mean.iter().zip(&cls))
        .map(|(r, (mean, cls))| [cosine(&r.mean_norm, mean), cosine(&r.cls, cls)])
        .collect();
    let worst = cosines.iter().flatten().copied().fold(1.0, f64::min);
    eprintln!("{}: cosine {worst:.5} at least", encoder.device_name());
    assert!(worst >= least, "{precision}: {cosines:.5?}");
}

#[test]
fn bf16_is_near_the_reference() {
    check_precision(Precision::Bf16, 0.9995);
}

#[test]
fn int8_is_near_the_reference() {
    check_precision(Precision::Int8, 0.999);
}

#[test]
fn wgpu_with_16_bits_is_near_the_reference() {
    let options = LoadOptions {
        device: DeviceChoice::Wgpu(None),
        gpu_floats: GpuFloats::F16,
        ..LoadOptions::default()
    };
    let Some((encoder, references)) = load_with(options) else { return };
    let short: Vec<&Reference> = references.iter().filter(|r| r.ids.len() <= SHORT).take(FEW).collect();
    let found = encoder.encode(&texts(short.iter().copied())).unwrap();
    let least = found.iter().zip(&short).map(|(a, r)| cosine(a, &r.mean_norm)).fold(1.0, f64::min);
    eprintln!("{}, {} texts: cosine {least:.8}", encoder.device_name(), short.len());
    assert!(least >= F16_COSINE, "cosine {least}");
}
