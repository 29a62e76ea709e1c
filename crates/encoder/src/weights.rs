//! From a `PyTorch` checkpoint to the burn module.

use std::path::{Path, PathBuf};

use burn::store::burn_pack::Tensor;
use burn::store::{
    ApplyError, ApplyResult, FloatCastAdapter, KeyRemapper, ModuleAdapter, ModuleSnapshot, ModuleStore,
    PyTorchToBurnAdapter, PytorchStore,
};
use burn::tensor::{DType, Device, TensorData};

use crate::config::MpnetConfig;
use crate::error::{EncoderError, Result};
use crate::mpnet::Mpnet;
use crate::safetensors;

const SAFETENSORS_FILE: &str = "model.safetensors";
const PYTORCH_FILE: &str = "pytorch_model.bin";

/// Hugging Face's names, a row for each family, and where they go in [`Mpnet`].
///
/// The rows are applied one after the other. `weight` and `bias` of normalisations, and the
/// transposition of linear maps, are burn's adapter's business.
const KEYS: [(&str, &str); 13] = [
    // Cross-encoders have this in front.
    (r"^mpnet\.", ""),
    (r"^embeddings\.word_embeddings\.", "embeddings.words."),
    (r"^embeddings\.position_embeddings\.", "embeddings.positions."),
    (r"^embeddings\.LayerNorm\.", "embeddings.norm."),
    (r"^encoder\.layer\.", "encoder.layers."),
    (r"\.attention\.attn\.q\.", ".attention.query."),
    (r"\.attention\.attn\.k\.", ".attention.key."),
    (r"\.attention\.attn\.v\.", ".attention.value."),
    (r"\.attention\.attn\.o\.", ".attention.output."),
    (r"\.attention\.LayerNorm\.", ".attention_norm."),
    (r"\.intermediate\.dense\.", ".feed_forward.linear_inner."),
    (r"\.output\.dense\.", ".feed_forward.linear_outer."),
    (r"\.output\.LayerNorm\.", ".output_norm."),
];

/// What makes a score of a cross-encoder's first token; [`MpnetConfig::is_cross_encoder`] tells who has it.
pub(crate) const HEAD: [&str; 4] = [
    "classifier.dense.weight",
    "classifier.dense.bias",
    "classifier.out_proj.weight",
    "classifier.out_proj.bias",
];

/// Tensors of a checkpoint that sentence embeddings do not use.
const UNUSED: [&str; 3] = ["pooler.dense.weight", "pooler.dense.bias", "embeddings.position_ids"];

/// The weights file in `dir`: `model.safetensors`, else `pytorch_model.bin`.
pub(crate) fn weights_file(dir: &Path) -> Result<PathBuf> {
    [SAFETENSORS_FILE, PYTORCH_FILE].map(|name| dir.join(name)).into_iter().find(|path| path.is_file()).ok_or(
        EncoderError::MissingFile {
            dir: dir.to_path_buf(),
            file: "model.safetensors (or pytorch_model.bin)",
        },
    )
}

/// A network with the weights of the file `path`, as numbers of type `floats`.
pub(crate) fn load(path: &Path, config: &MpnetConfig, device: &Device, floats: DType) -> Result<Mpnet> {
    let mut mpnet = Mpnet::init(config, device);
    let adapter = PyTorchToBurnAdapter.chain(FloatCastAdapter::to(floats));
    let applied = mpnet.apply(tensors(path)?, None, Some(Box::new(adapter)), false);
    check(applied, path).map(|()| mpnet)
}

/// The tensors of the file by their names in [`Mpnet`]; their data is read when it is used.
fn tensors(path: &Path) -> Result<Vec<Tensor>> {
    let keys = KeyRemapper::from_patterns(KEYS.to_vec()).map_err(|error| fault(path, &error))?;
    Ok(keys.remap(open(path)?).0)
}

/// The tensors of the file by their own names.
pub(crate) fn open(path: &Path) -> Result<Vec<Tensor>> {
    let is_pytorch = path.extension().is_some_and(|extension| extension == "bin");
    if is_pytorch { open_pytorch(path) } else { safetensors::open(path) }
}

/// The numbers of a tensor of this shape, whatever their type.
pub(crate) fn read(tensor: &Tensor, shape: &[usize], path: &Path) -> Result<Vec<f32>> {
    let found = tensor.shape.to_vec();
    if found != shape {
        let (path, key, expected) = (path.to_path_buf(), tensor.name.clone(), shape.to_vec());
        return Err(EncoderError::WrongShape { path, key, expected, found });
    }
    let bytes = tensor.to_bytes().map_err(|error| fault(path, &error))?;
    let data = TensorData::from_bytes(bytes, found, tensor.dtype).convert_dtype(DType::F32);
    data.try_into_vec().map_err(|error| fault(path, &format!("{error:?}")))
}

fn open_pytorch(path: &Path) -> Result<Vec<Tensor>> {
    // Without renumbering, or a layer that is missing would go unseen.
    let mut store = PytorchStore::from_file(path).map_indices_contiguous(false);
    let tensors = store.get_all_tensors().map_err(|error| fault(path, &error))?;
    Ok(tensors.values().cloned().collect())
}

fn fault(path: &Path, message: &impl ToString) -> EncoderError {
    EncoderError::Weights { path: path.to_path_buf(), message: message.to_string() }
}

/// Every parameter must have been found, in its shape, and nothing be left over.
fn check(applied: ApplyResult, path: &Path) -> Result<()> {
    if let Some(error) = applied.errors.into_iter().next() {
        return Err(apply_error(error, path));
    }
    let keys: Vec<String> = applied.missing.into_iter().map(|(key, _)| key).collect();
    if !keys.is_empty() {
        return Err(EncoderError::MissingWeights { path: path.to_path_buf(), keys });
    }
    let keys: Vec<String> = applied.unused.into_iter().filter(|key| !is_unused(key)).collect();
    if !keys.is_empty() {
        return Err(EncoderError::UnknownWeights { path: path.to_path_buf(), keys });
    }
    Ok(())
}

fn is_unused(key: &str) -> bool {
    UNUSED.contains(&key) || HEAD.contains(&key)
}

fn apply_error(error: ApplyError, path: &Path) -> EncoderError {
    match error {
        ApplyError::ShapeMismatch { path: key, expected, found } => EncoderError::WrongShape {
            path: path.to_path_buf(),
            key,
            expected: expected.to_vec(),
            found: found.to_vec(),
        },
        other => fault(path, &other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn config() -> MpnetConfig {
        MpnetConfig::read(&fixture::directory()).unwrap()
    }

    fn fault_of(path: &Path, change: impl Fn(&mut MpnetConfig)) -> EncoderError {
        let mut config = config();
        change(&mut config);
        load(path, &config, &Device::flex(), DType::F32).unwrap_err()
    }

    fn safetensors() -> PathBuf {
        weights_file(&fixture::directory()).unwrap()
    }

    #[test]
    fn both_formats_hold_the_same_network() {
        let load = |path: &Path| load(path, &config(), &Device::flex(), DType::F32).unwrap();
        let (left, right) = (load(&safetensors()), load(&fixture::directory().join(PYTORCH_FILE)));
        let weight = |mpnet: &Mpnet| {
            mpnet.encoder.layers[1]
                .feed_forward
                .linear_outer
                .weight
                .val()
                .into_data()
                .iter::<f32>()
                .collect::<Vec<_>>()
        };
        assert_eq!(weight(&left), weight(&right));
        assert!(weight(&left).iter().any(|value| *value != 0.0));
    }

    #[test]
    fn a_missing_layer_is_named() {
        let error = fault_of(&safetensors(), |config| config.num_hidden_layers = 3);
        assert!(matches!(&error, EncoderError::MissingWeights { keys, .. } if keys.len() == 16), "{error}");
        assert!(error.to_string().contains("encoder.layers.2.attention.key.bias"), "{error}");
    }

    #[test]
    fn a_layer_left_over_is_named() {
        let error = fault_of(&safetensors(), |config| config.num_hidden_layers = 1);
        assert!(matches!(&error, EncoderError::UnknownWeights { keys, .. } if keys.len() == 16), "{error}");
        assert!(error.to_string().contains("encoder.layers.1."), "{error}");
    }

    #[test]
    fn a_wrong_shape_is_named_with_both_shapes() {
        let error = fault_of(&safetensors(), |config| config.intermediate_size = 48);
        assert!(error.to_string().contains("[32, 64] where config.json makes it [32, 48]"), "{error}");
    }

    #[test]
    fn a_torn_file_is_refused() {
        let whole = fs_err::read(safetensors()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        for length in [0, 7, 100, whole.len() - 1] {
            let path = dir.path().join(SAFETENSORS_FILE);
            fs_err::write(&path, &whole[..length]).unwrap();
            let error = fault_of(&path, |_| ());
            assert!(matches!(error, EncoderError::Weights { .. }), "{length}: {error}");
        }
    }

    #[test]
    fn a_directory_without_weights_is_refused() {
        let error = weights_file(tempfile::tempdir().unwrap().path()).unwrap_err();
        assert!(error.to_string().contains("model.safetensors (or pytorch_model.bin) is missing"), "{error}");
    }
}
