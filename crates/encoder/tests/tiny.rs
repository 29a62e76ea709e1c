//! The encoder on the tiny model of random weights, against what `make_tiny.py` computed.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::path::{Path, PathBuf};

use priorart_encoder::{DeviceChoice, Encoder, EncoderError, GpuFloats, LoadOptions, Pooling};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    ids: Vec<u32>,
    cls: Vec<f32>,
    mean: Vec<f32>,
    max: Vec<f32>,
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tiny")
}

fn cases() -> Vec<Case> {
    serde_json::from_slice(&fs_err::read(directory().join("expected.json")).unwrap()).unwrap()
}

fn load(device: DeviceChoice) -> Encoder {
    Encoder::load(&directory(), device).unwrap()
}

/// A copy of the model that a test may damage.
fn copy() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs_err::create_dir(dir.path().join("1_Pooling")).unwrap();
    for file in [
        "config.json",
        "modules.json",
        "1_Pooling/config.json",
        "sentence_bert_config.json",
        "tokenizer.json",
        "model.safetensors",
        "pytorch_model.bin",
    ] {
        fs_err::copy(directory().join(file), dir.path().join(file)).unwrap();
    }
    dir
}

#[track_caller]
fn assert_close(found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len());
    let worst = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst <= tolerance, "off by {worst}");
}

fn check(mut encoder: Encoder, tolerance: f32) {
    let cases = cases();
    let ids: Vec<Vec<u32>> = cases.iter().map(|case| case.ids.clone()).collect();
    for pooling in [Pooling::Cls, Pooling::Mean, Pooling::Max] {
        encoder = encoder.with_pooling(pooling).with_normalize(false);
        for (found, case) in encoder.encode_tokens(&ids).unwrap().iter().zip(&cases) {
            let expected = match pooling {
                Pooling::Cls => &case.cls,
                Pooling::Mean => &case.mean,
                Pooling::Max => &case.max,
            };
            assert_close(found, expected, tolerance);
        }
    }
}

#[test]
fn the_cpu_computes_what_is_expected() {
    check(load(DeviceChoice::Cpu), 5e-6);
}

fn check_wgpu(gpu_floats: GpuFloats, tolerance: f32) {
    let options = LoadOptions { device: DeviceChoice::Wgpu(None), gpu_floats, ..LoadOptions::default() };
    match Encoder::load_with(&directory(), options) {
        Err(error @ EncoderError::NoDevice { .. }) => eprintln!("SKIPPED: wgpu was not tested: {error}"),
        loaded => check(loaded.unwrap(), tolerance),
    }
}

#[test]
fn wgpu_computes_what_is_expected() {
    check_wgpu(GpuFloats::F32, 5e-6);
}

#[test]
fn wgpu_with_16_bits_computes_nearly_that() {
    check_wgpu(GpuFloats::F16, 2e-2);
}

#[test]
fn half_precision_pytorch_weights_give_the_same_vectors() {
    let dir = copy();
    fs_err::remove_file(dir.path().join("model.safetensors")).unwrap();
    let pytorch = Encoder::load(dir.path(), DeviceChoice::Cpu).unwrap();
    let texts = ["lithium battery", "graphene"];
    assert_eq!(pytorch.encode(&texts).unwrap(), load(DeviceChoice::Cpu).encode(&texts).unwrap());
    assert_ne!(pytorch.info().sha256, load(DeviceChoice::Cpu).info().sha256);
}

#[test]
fn the_files_are_obeyed() {
    let encoder = load(DeviceChoice::Cpu);
    let info = encoder.info();
    assert_eq!(info.name, "tiny");
    assert_eq!(info.sha256.len(), 64);
    assert_eq!((info.dimension, info.max_tokens), (32, 48));
    assert_eq!((info.pooling, info.normalize), (Pooling::Mean, true));
    for vector in encoder.encode(&["", "silicon particles", &"anode ".repeat(100)]).unwrap() {
        let length: f32 = vector.iter().map(|x| x * x).sum();
        assert!((length - 1.0).abs() < 1e-6, "length {length}");
    }
}

#[test]
fn long_texts_are_cut_and_limits_are_checked() {
    let encoder = load(DeviceChoice::Cpu);
    let long = "lithium ".repeat(100);
    assert_eq!(encoder.tokenizer().count_tokens(&long).unwrap(), 102);
    assert_eq!(encoder.tokenize(&long).unwrap().len(), 48);
    let encoder = encoder.with_max_tokens(64).unwrap();
    assert_eq!(encoder.tokenize(&long).unwrap().len(), 64);
    assert!(matches!(encoder.with_max_tokens(65), Err(EncoderError::InvalidLength { most: 64, .. })));
    assert!(matches!(
        load(DeviceChoice::Cpu).with_max_tokens(2),
        Err(EncoderError::InvalidLength { least: 3, .. })
    ));
}

#[test]
fn order_is_kept_and_company_does_not_matter() {
    let encoder = load(DeviceChoice::Cpu);
    let texts = ["anode", "", "graphene silicon particles, lithium battery.", " \n", "anode", "batteries"];
    let together = encoder.encode(&texts).unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        assert_close(&encoder.encode(&[text]).unwrap()[0], vector, 1e-6);
    }
    assert_eq!(together[0], together[4]);
    assert_eq!(together[1], together[3]);
    assert_ne!(together[0], together[1]);
    assert!(encoder.encode(&[]).unwrap().is_empty());
}

#[track_caller]
fn check_tokens(ids: &[u32], expected: &str) {
    let error = load(DeviceChoice::Cpu).encode_tokens(&[vec![0, 2], ids.to_vec()]).unwrap_err();
    assert!(matches!(error, EncoderError::InvalidTokens { text: 1, .. }), "{error}");
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn ids_without_a_place_in_the_model_are_refused() {
    check_tokens(&[], "0 tokens");
    check_tokens(&[5; 65], "65 tokens");
    check_tokens(&[0, 4_000_000_000, 2], "token 4000000000");
}

#[track_caller]
fn check_damage(file: &str, content: Option<&str>, expected: &str) {
    let dir = copy();
    match content {
        Some(content) => fs_err::write(dir.path().join(file), content).unwrap(),
        None => fs_err::remove_file(dir.path().join(file)).unwrap(),
    }
    let error = Encoder::load(dir.path(), DeviceChoice::Cpu).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn a_damaged_directory_is_an_error_that_says_what_is_wrong() {
    check_damage("config.json", None, "config.json is missing");
    check_damage("config.json", Some("{}"), "missing field `model_type`");
    check_damage("tokenizer.json", None, "tokenizer.json is missing");
    check_damage("tokenizer.json", Some("[]"), "is no tokenizer");
    check_damage("modules.json", Some("{"), "modules.json");
    check_damage("1_Pooling/config.json", None, "config.json is missing");
    check_damage("model.safetensors", Some("not weights"), "cannot be read as weights");
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let error = Encoder::load(Path::new("no/such/model"), DeviceChoice::Cpu).unwrap_err();
    assert!(error.to_string().contains("no/such/model is no model directory"), "{error}");
}
