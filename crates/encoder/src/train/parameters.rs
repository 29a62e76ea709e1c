//! All numbers that training changes, or as many that stand for them: gradients and their moments.

use std::path::Path;

use crate::config::MpnetConfig;
use crate::error::{EncoderError, Result};
use crate::weights::{self, HEAD};

/// In front of the network's names in the checkpoint of a cross-encoder.
const BODY: &str = "mpnet.";

/// A tensor's name in a checkpoint of Hugging Face's, and its shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
}

impl Spec {
    pub(super) fn numbers(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether weight decay pulls at it: at all but biases, the bias of positions among them, and
    /// the parameters of normalisations.
    pub(super) fn decays(&self) -> bool {
        !self.name.contains("bias") && !self.name.contains("LayerNorm")
    }
}

/// A linear map.
#[derive(Debug, Default)]
pub(super) struct Linear {
    /// `[outputs, inputs]`.
    pub(super) weight: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// A normalisation.
#[derive(Debug, Default)]
pub(super) struct Norm {
    pub(super) gamma: Vec<f32>,
    pub(super) beta: Vec<f32>,
}

/// A layer of the encoder.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) query: Linear,
    pub(super) key: Linear,
    pub(super) value: Linear,
    pub(super) output: Linear,
    pub(super) attention_norm: Norm,
    pub(super) inner: Linear,
    pub(super) outer: Linear,
    pub(super) output_norm: Norm,
}

/// What a cross-encoder makes a score with.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) dense: Linear,
    pub(super) output: Linear,
}

/// The whole network.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// `[vocabulary, hidden]`.
    pub(super) words: Vec<f32>,
    /// `[positions, hidden]`.
    pub(super) positions: Vec<f32>,
    pub(super) norm: Norm,
    /// `[buckets, heads]`.
    pub(super) relative_bias: Vec<f32>,
    pub(super) layers: Vec<Layer>,
    /// Of a cross-encoder only.
    pub(super) head: Option<Head>,
}

impl Linear {
    fn tensors(&mut self) -> [&mut Vec<f32>; 2] {
        [&mut self.weight, &mut self.bias]
    }
}

impl Norm {
    fn tensors(&mut self) -> [&mut Vec<f32>; 2] {
        [&mut self.gamma, &mut self.beta]
    }
}

impl Layer {
    /// In the order of [`LAYER`].
    fn tensors(&mut self) -> impl Iterator<Item = &mut Vec<f32>> {
        let Self { query, key, value, output, attention_norm, inner, outer, output_norm } = self;
        let attention = [query.tensors(), key.tensors(), value.tensors(), output.tensors()];
        let others = [attention_norm.tensors(), inner.tensors(), outer.tensors(), output_norm.tensors()];
        attention.into_iter().chain(others).flatten()
    }
}

/// The parts of a layer, each with `weight` and `bias`; how many outputs and inputs: of the
/// [hidden](MpnetConfig::hidden_size) size, or of the other.
const LAYER: [(&str, [Side; 2]); 8] = [
    ("attention.attn.q", [Side::Hidden, Side::Hidden]),
    ("attention.attn.k", [Side::Hidden, Side::Hidden]),
    ("attention.attn.v", [Side::Hidden, Side::Hidden]),
    ("attention.attn.o", [Side::Hidden, Side::Hidden]),
    ("attention.LayerNorm", [Side::Hidden, Side::None]),
    ("intermediate.dense", [Side::Intermediate, Side::Hidden]),
    ("output.dense", [Side::Hidden, Side::Intermediate]),
    ("output.LayerNorm", [Side::Hidden, Side::None]),
];

#[derive(Debug, Clone, Copy)]
enum Side {
    Hidden,
    Intermediate,
    None,
}

impl Side {
    fn length(self, config: &MpnetConfig) -> Option<usize> {
        match self {
            Self::Hidden => Some(config.hidden_size),
            Self::Intermediate => Some(config.intermediate_size),
            Self::None => None,
        }
    }
}

/// The tensors of a network, in the order of [`Parameters::tensors`].
pub(super) fn specs(config: &MpnetConfig, has_head: bool) -> Vec<Spec> {
    let hidden = config.hidden_size;
    let (heads, buckets) = (config.num_attention_heads, config.relative_attention_num_buckets);
    let body = if has_head { BODY } else { "" };
    let mut specs = Vec::new();
    let mut add = |name: String, shape: &[usize]| specs.push(Spec { name, shape: shape.to_vec() });
    let embeddings = format!("{body}embeddings");
    add(format!("{embeddings}.word_embeddings.weight"), &[config.vocab_size, hidden]);
    add(format!("{embeddings}.position_embeddings.weight"), &[config.max_position_embeddings, hidden]);
    add(format!("{embeddings}.LayerNorm.weight"), &[hidden]);
    add(format!("{embeddings}.LayerNorm.bias"), &[hidden]);
    add(format!("{body}encoder.relative_attention_bias.weight"), &[buckets, heads]);
    for index in 0..config.num_hidden_layers {
        for (part, sides) in LAYER {
            let shape: Vec<usize> = sides.iter().filter_map(|side| side.length(config)).collect();
            add(format!("{body}encoder.layer.{index}.{part}.weight"), &shape);
            add(format!("{body}encoder.layer.{index}.{part}.bias"), &shape[..1]);
        }
    }
    let head: [&[usize]; 4] = [&[hidden, hidden], &[hidden], &[1, hidden], &[1]];
    for (name, shape) in HEAD.iter().zip(head).filter(|_| has_head) {
        add((*name).to_owned(), shape);
    }
    specs
}

impl Parameters {
    /// All of them 0.
    pub(super) fn zeros(config: &MpnetConfig, has_head: bool) -> Self {
        let mut all = Self {
            layers: (0..config.num_hidden_layers).map(|_| Layer::default()).collect(),
            head: has_head.then(Head::default),
            ..Self::default()
        };
        for (tensor, spec) in all.tensors().into_iter().zip(specs(config, has_head)) {
            *tensor = vec![0.0; spec.numbers()];
        }
        all
    }

    /// The tensors, in the order of [`specs`].
    pub(super) fn tensors(&mut self) -> Vec<&mut Vec<f32>> {
        let Self { words, positions, norm, relative_bias, layers, head } = self;
        let mut all = vec![words, positions];
        all.extend(norm.tensors());
        all.push(relative_bias);
        all.extend(layers.iter_mut().flat_map(Layer::tensors));
        all.extend(head.iter_mut().flat_map(|head| [head.dense.tensors(), head.output.tensors()]).flatten());
        all
    }

    /// Reads the tensors out of a checkpoint, whether of a bare network or of a cross-encoder; a head
    /// that it lacks stays as it is.
    pub(super) fn fill(&mut self, path: &Path, specs: &[Spec]) -> Result<()> {
        let found = weights::open(path)?;
        let mut missing = Vec::new();
        for (values, spec) in self.tensors().into_iter().zip(specs) {
            let name = spec.name.trim_start_matches(BODY);
            match found.iter().find(|tensor| tensor.name.trim_start_matches(BODY) == name) {
                Some(tensor) => *values = weights::read(tensor, &spec.shape, path)?,
                None if HEAD.contains(&name) => {}
                None => missing.push(spec.name.clone()),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        Err(EncoderError::MissingWeights { path: path.to_path_buf(), keys: missing })
    }
}
