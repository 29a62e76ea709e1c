//! Training of the tiny model: `PyTorch`'s losses, restarts, and the model that comes of it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use priorart_encoder::train::{Event, Report, Run, SCORES, TrainError, TrainSettings, Trainer};
use priorart_encoder::{CrossEncoder, DeviceChoice, Encoder, EncoderError, LoadOptions};
use priorart_pairs::{ScoredPair, read_pairs};
use serde_json::Value;

fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn pairs() -> Vec<ScoredPair> {
    read_pairs(&fixtures("train/pairs.csv"), SCORES).unwrap()
}

/// Those with which `PyTorch` made the reference losses.
fn settings() -> TrainSettings {
    TrainSettings {
        epochs: 4,
        batch_size: 4,
        learning_rate: 1e-3,
        warmup_steps: 5,
        dropout: 0.0,
        seed: 7,
        ..TrainSettings::default()
    }
}

/// Trains up to a step, or to the end.
fn run(trainer: &mut Trainer, output: &Path, resume: bool, stop_at: usize) -> Report {
    let pairs = pairs();
    let run = Run { pairs: &pairs, held_out: &pairs[..8], output, resume };
    let mut observer = |event| match event {
        Event::Step(step, _) if step.step == stop_at => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    trainer.run(run, &mut observer).unwrap()
}

fn bi_encoder(settings: TrainSettings) -> Trainer {
    Trainer::bi_encoder(&fixtures("tiny"), settings).unwrap()
}

fn weights(dir: &Path) -> Vec<u8> {
    fs_err::read(dir.join("model.safetensors")).unwrap()
}

#[test]
fn losses_are_those_of_pytorch() {
    let reference: Value =
        serde_json::from_slice(&fs_err::read(fixtures("train/losses.json")).unwrap()).unwrap();
    let expected: Vec<f64> =
        reference["losses"].as_array().unwrap().iter().map(|loss| loss.as_f64().unwrap()).collect();
    let dir = tempfile::tempdir().unwrap();
    let report = run(&mut bi_encoder(settings()), dir.path(), false, usize::MAX);
    assert_eq!((report.steps.len(), expected.len()), (20, 20));
    for (step, expected) in report.steps.iter().zip(&expected) {
        assert!(
            (f64::from(step.loss) - expected).abs() < 1e-4,
            "step {}: {} {expected}",
            step.step,
            step.loss
        );
    }
}

#[test]
fn stopped_and_resumed_comes_to_the_weights_of_straight_through() {
    let settings = TrainSettings { dropout: 0.1, evaluate_every: Some(6), ..settings() };
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [straight, resumed] = [dirs[0].path(), dirs[1].path()];
    let whole = run(&mut bi_encoder(settings.clone()), straight, false, usize::MAX);
    assert!(whole.finished);
    for stop_at in [7, 8, usize::MAX] {
        let report = run(&mut bi_encoder(settings.clone()), resumed, true, stop_at);
        assert_eq!(report.finished, stop_at == usize::MAX);
        if report.finished {
            assert_eq!(report, whole);
        }
    }
    assert!(weights(straight) == weights(resumed), "the weights differ");
    let curve = |dir: &Path| fs_err::read_to_string(dir.join("loss.csv")).unwrap();
    assert_eq!(curve(straight), curve(resumed));
    assert_eq!(curve(straight).lines().count(), 21);
    assert!(!resumed.join("checkpoint").exists());
}

#[test]
fn a_checkpoint_is_not_lost_nor_mixed_up() {
    let dir = tempfile::tempdir().unwrap();
    run(&mut bi_encoder(settings()), dir.path(), false, 2);
    let pairs = pairs();
    let fault = |settings, pairs: &[ScoredPair], resume| {
        let run = Run { pairs, held_out: &[], output: dir.path(), resume };
        let error = bi_encoder(settings).run(run, &mut |_| ControlFlow::Continue(())).unwrap_err();
        assert!(matches!(error, TrainError::Checkpoint { .. }), "{error}");
        error.to_string()
    };
    assert!(fault(settings(), &pairs, false).contains("--resume"));
    assert!(fault(TrainSettings { seed: 8, ..settings() }, &pairs, true).contains("other settings"));
    assert!(fault(settings(), &pairs[1..], true).contains("other pairs"));
}

#[test]
fn the_model_is_written_as_sentence_transformers_lays_it_out() {
    let dir = tempfile::tempdir().unwrap();
    let report = run(&mut bi_encoder(settings()), dir.path(), false, usize::MAX);
    for file in [
        "modules.json",
        "1_Pooling/config.json",
        "sentence_bert_config.json",
        "config_sentence_transformers.json",
        "config.json",
        "tokenizer.json",
    ] {
        let text = fs_err::read(dir.path().join(file)).unwrap();
        serde_json::from_slice::<Value>(&text).unwrap();
    }
    let load = |dir: &Path| Encoder::load(dir, DeviceChoice::Cpu).unwrap();
    let (before, after) = (load(&fixtures("tiny")), load(dir.path()));
    assert_eq!(before.info().max_tokens, after.info().max_tokens);
    assert_eq!(
        (before.info().pooling, before.info().normalize),
        (after.info().pooling, after.info().normalize)
    );
    // What was learned is what the evaluation says, in the encoder as well.
    let error = |encoder: &Encoder| {
        let off = pairs().into_iter().map(|pair| {
            let vectors = encoder.encode(&[&pair.first, &pair.second]).unwrap();
            let cosine: f32 = vectors[0].iter().zip(&vectors[1]).map(|(a, b)| a * b).sum();
            (cosine - pair.score as f32).powi(2)
        });
        off.sum::<f32>()
    };
    assert!(error(&after) < 0.5 * error(&before), "{} {}", error(&after), error(&before));
    let pearson = |at: usize| report.evaluations[at].correlation.pearson.unwrap();
    assert_eq!(report.evaluations.len(), 2);
    assert!(pearson(1) > pearson(0) + 0.1, "{} {}", pearson(1), pearson(0));
}

#[test]
fn a_cross_encoder_learns_and_scores() {
    let dir = tempfile::tempdir().unwrap();
    let settings = TrainSettings { epochs: 12, dropout: 0.05, learning_rate: 3e-3, ..settings() };
    let mut trainer = Trainer::cross_encoder(&fixtures("tiny"), settings).unwrap();
    let report = run(&mut trainer, dir.path(), false, usize::MAX);
    let last = report.evaluations.last().unwrap().correlation;
    assert!(last.pearson.unwrap() > 0.8, "{last:?}");

    let options = LoadOptions { device: DeviceChoice::Cpu, ..LoadOptions::default() };
    let encoder = CrossEncoder::load(dir.path(), options).unwrap();
    let scores = encoder.score(&[("lithium battery", "battery of lithium"), ("wheel", "anode")]).unwrap();
    assert!(
        scores[0] > scores[1] + 0.3 && scores.iter().all(|score| (0.0..=1.0).contains(score)),
        "{scores:?}"
    );

    let error = Encoder::load(dir.path(), DeviceChoice::Cpu).unwrap_err();
    assert!(error.to_string().contains("scores pairs"), "{error}");
    let error = CrossEncoder::load(&fixtures("tiny"), options).unwrap_err();
    assert!(matches!(error, EncoderError::MissingWeights { .. }), "{error}");
}

#[test]
fn nonsensical_settings_are_refused_by_name() {
    for (settings, expected) in [
        (TrainSettings { epochs: 0, ..settings() }, "the epochs must be 1 or more"),
        (TrainSettings { learning_rate: f64::NAN, ..settings() }, "the learning rate must be more than 0"),
        (TrainSettings { dropout: 1.0, ..settings() }, "the dropout must be from 0 to less than 1"),
    ] {
        assert_eq!(Trainer::bi_encoder(&fixtures("tiny"), settings).unwrap_err().to_string(), expected);
    }
    let settings = TrainSettings { learning_rate: 1e30, ..settings() };
    let (pairs, dir) = (pairs(), tempfile::tempdir().unwrap());
    let run = Run { pairs: &pairs, held_out: &[], output: dir.path(), resume: false };
    let error = bi_encoder(settings).run(run, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(error, TrainError::Diverged { .. }), "{error}");
}
