//! The network and its gradients, held to the burn module and to finite differences.

use burn::tensor::{DType, Device};

use super::dropout::Dropout;
use super::network::Network;
use super::objective::{Example, Objective};
use super::parameters::{Parameters, specs};
use super::random::Random;
use crate::config::MpnetConfig;
use crate::fixture;
use crate::mpnet::Batch;
use crate::pooling::{Pooling, Tokens};
use crate::weights;

fn model(has_head: bool) -> (Network, Parameters) {
    let config = MpnetConfig::read(&fixture::directory()).unwrap();
    let mut parameters = Parameters::zeros(&config, has_head);
    let file = weights::weights_file(&fixture::directory()).unwrap();
    if let Some(head) = &mut parameters.head {
        let weights = head.dense.weight.iter_mut().chain(&mut head.output.weight);
        (0..).zip(weights).for_each(|(place, weight)| *weight = 0.3 * Random::new(9).normal(place));
    }
    parameters.fill(&file, &specs(&config, has_head)).unwrap();
    (Network::new(config), parameters)
}

/// Texts of 1 to 40 tokens, `<pad>` among them.
fn texts(number: usize) -> Vec<Vec<u32>> {
    [1, 2, 7, 8, 23, 40]
        .map(|length| (0..length).map(|i| ((i * 13 + length + number * 29) % 69) as u32).collect())
        .to_vec()
}

fn keep_all() -> Dropout {
    Dropout::new(0.0, Random::new(0))
}

#[test]
fn the_way_there_is_the_burn_modules() {
    let (network, parameters) = model(false);
    let file = weights::weights_file(&fixture::directory()).unwrap();
    let mpnet = weights::load(&file, &network.config, &Device::flex(), DType::F32).unwrap();
    let texts = texts(0);
    let texts: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
    let of_burn = |ids: &&[u32]| mpnet.forward(Batch::new(&[ids], &Device::flex()), Tokens::All).into_data();
    let expected: Vec<f32> =
        texts.iter().flat_map(|ids| of_burn(ids).iter::<f32>().collect::<Vec<_>>()).collect();
    let (found, _) = network.forward(&parameters, &texts, keep_all());
    assert_eq!(found.len(), expected.len());
    let off = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(off < 1e-5, "off by {off}");
}

/// Along the gradient of each tensor, the loss grows as fast as the gradient says.
#[track_caller]
fn check(objective: Objective, rate: f64) {
    const STEP: f32 = 2e-3;
    let has_head = objective == Objective::Score;
    let (network, mut parameters) = model(has_head);
    let dropout = Dropout::new(rate, Random::new(4));
    let scores = [0.0, 0.25, 0.5, 0.75, 1.0, 0.5];
    let example = |((left, right), score)| {
        let texts = if has_head { vec![left] } else { vec![left, right] };
        Example { texts, score }
    };
    let examples: Vec<Example> = texts(0).into_iter().zip(texts(1)).zip(scores).map(example).collect();
    let batch: Vec<&Example> = examples.iter().collect();
    let learn = |parameters: &Parameters| {
        let mut gradient = Parameters::zeros(&network.config, has_head);
        let loss = objective.learn(&network, parameters, &batch, dropout, &mut gradient);
        (loss, gradient)
    };
    let (_, mut gradient) = learn(&parameters);
    for (place, spec) in specs(&network.config, has_head).iter().enumerate() {
        let slopes = gradient.tensors()[place].clone();
        let norm = slopes.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
        // The key's bias moves all scores of a query alike, which the softmax takes away again.
        if spec.name.ends_with("attn.k.bias") {
            assert!(norm < 1e-6, "{}: {norm}", spec.name);
            continue;
        }
        let mut loss_at = |by: f32| {
            let before = parameters.tensors()[place].clone();
            let moved = slopes.iter().map(|slope| by * slope / norm as f32);
            parameters.tensors()[place].iter_mut().zip(moved).for_each(|(x, by)| *x += by);
            let (loss, _) = learn(&parameters);
            *parameters.tensors()[place] = before;
            loss
        };
        let found = f64::from(loss_at(STEP) - loss_at(-STEP)) / f64::from(2.0 * STEP);
        assert!(norm > 0.0, "{} has no gradient", spec.name);
        let off = (found - norm).abs() / (norm + 1e-3);
        assert!(off < 0.02, "{}: {found} where the gradient has {norm}", spec.name);
    }
}

#[test]
fn gradients_are_those_of_finite_differences() {
    check(Objective::Similarity(Pooling::Mean), 0.0);
    check(Objective::Similarity(Pooling::Cls), 0.0);
    check(Objective::Similarity(Pooling::Max), 0.0);
    check(Objective::Score, 0.0);
}

#[test]
fn dropout_drops_the_same_on_the_way_back() {
    check(Objective::Similarity(Pooling::Mean), 0.3);
    check(Objective::Score, 0.3);
}
