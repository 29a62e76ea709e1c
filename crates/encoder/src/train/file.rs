//! Writing `model.safetensors` and its like; [`crate::safetensors`] says what the format is.

use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Map, json};

use super::parameters::Spec;

/// Numbers that are turned into bytes at a time.
const NUMBERS_AT_ONCE: usize = 1 << 12;

/// Writes tensors of 32-bit floats under their names, and sees to it that they are on the disk.
pub(super) fn write(path: &Path, specs: &[Spec], tensors: &[&mut Vec<f32>]) -> std::io::Result<()> {
    // Readers of PyTorch's look for this.
    let mut header = Map::from_iter([("__metadata__".to_owned(), json!({ "format": "pt" }))]);
    let mut end = 0;
    for spec in specs {
        let start = end;
        end += spec.numbers() * size_of::<f32>();
        let entry = json!({ "dtype": "F32", "shape": spec.shape, "data_offsets": [start, end] });
        header.insert(spec.name.clone(), entry);
    }
    let mut header = serde_json::to_vec(&header)?;
    // So that numbers lie where they can be mapped.
    header.resize(header.len().next_multiple_of(size_of::<u64>()), b' ');
    let mut file = BufWriter::new(fs_err::File::create(path)?);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(&header)?;
    for numbers in tensors.iter().flat_map(|tensor| tensor.chunks(NUMBERS_AT_ONCE)) {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        file.write_all(&bytes)?;
    }
    file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
}
