//! Reading `model.safetensors` a tensor at a time.
//!
//! burn's own `SafetensorsStore` maps the whole file until all is loaded: at its peak the process then
//! holds the model twice. Here each tensor is mapped when it is used, and no longer.
//!
//! The format is 8 bytes of little-endian length, a JSON object of that length with type, shape and
//! place of each tensor, and the tensors' bytes (<https://huggingface.co/docs/safetensors>).

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::Path;

use burn::store::burn_pack::{Bytes, Error, Tensor};
use burn::tensor::{AllocationProperty, DType};
use fs_err::File;
use serde::Deserialize;

use crate::error::{EncoderError, Result};
use crate::mapped::map;

/// The bytes in front of the header, which hold its length.
const LENGTH_BYTES: u64 = 8;

/// The key in the header that is no tensor.
const METADATA: &str = "__metadata__";

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    /// Start and end, counted from the end of the header.
    data_offsets: [u64; 2],
}

/// The tensors of the file `path`, their bytes not read yet.
pub(crate) fn open(path: &Path) -> Result<Vec<Tensor>> {
    let damaged = |message: String| EncoderError::Weights { path: path.to_path_buf(), message };
    let (header, start) = read_header(path).map_err(|error| damaged(error.to_string()))?;
    let length = fs_err::metadata(path).map_err(|error| damaged(error.to_string()))?.len();
    let tensor = |(name, value)| {
        let entry = Entry::deserialize(&value).map_err(|error| format!("{name}: {error}"))?;
        entry.tensor(name, path, start, length)
    };
    let entries = header.into_iter().filter(|(name, _)| name != METADATA);
    entries.map(tensor).collect::<Result<_, String>>().map_err(damaged)
}

type Header = BTreeMap<String, serde_json::Value>;

/// The header, and where the tensors' bytes start.
fn read_header(path: &Path) -> io::Result<(Header, u64)> {
    let mut file = File::open(path)?;
    let mut length = [0; LENGTH_BYTES as usize];
    file.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    // Through `take`, so that a nonsensical length is not first reserved as memory.
    let header = serde_json::from_reader(io::BufReader::new(file.take(length)))?;
    Ok((header, LENGTH_BYTES.saturating_add(length)))
}

impl Entry {
    fn tensor(self, name: String, path: &Path, start: u64, length: u64) -> Result<Tensor, String> {
        let dtype = dtype(&self.dtype).ok_or_else(|| format!("{name} is of type {}", self.dtype))?;
        let numbers = self.shape.iter().try_fold(dtype.size(), |size, &side| size.checked_mul(side));
        let [from, to] = self.data_offsets.map(|offset| start.saturating_add(offset));
        let bytes = numbers.filter(|&bytes| from.checked_add(bytes as u64) == Some(to) && to <= length);
        let bytes = bytes.ok_or_else(|| format!("{name} is not whole"))?;
        let path = path.to_path_buf();
        let read = move || {
            let bytes = tensor_bytes(&path, from, bytes, dtype.size());
            bytes.map_err(|error| Error::IoError(error.to_string()))
        };
        Ok(Tensor::deferred(name, dtype, self.shape, None, bytes, read))
    }
}

/// The `length` bytes from `offset` on, copied only where numbers of `size` bytes do not lie there as
/// the processor wants them: the format asks for no alignment.
fn tensor_bytes(path: &Path, offset: u64, length: usize, size: usize) -> io::Result<Bytes> {
    let map = map(path, offset, length)?;
    if offset.is_multiple_of(size as u64) {
        return Ok(Bytes::from_shared(bytes::Bytes::from_owner(map), AllocationProperty::File));
    }
    Ok(Bytes::from_bytes_vec(map.to_vec()))
}

/// burn's name for a type; `None` for types that no weights are of.
fn dtype(name: &str) -> Option<DType> {
    match name {
        "F64" => Some(DType::F64),
        "F32" => Some(DType::F32),
        "F16" => Some(DType::F16),
        "BF16" => Some(DType::BF16),
        "I64" => Some(DType::I64),
        "I32" => Some(DType::I32),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;

    use super::*;

    fn file(header: &str, data: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let length = (header.len() as u64).to_le_bytes();
        fs_err::write(file.path(), [&length, header.as_bytes(), data].concat()).unwrap();
        file
    }

    #[track_caller]
    fn check_fault(header: &str, expected: &str) {
        let error = open(file(header, &[0; 8]).path()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn tensors_are_read_from_their_place() {
        let header = r#"{"__metadata__":{"format":"pt"},
            "a":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]},
            "b":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#;
        let file = file(header, &(0..12).collect::<Vec<u8>>());
        let tensors = open(file.path()).unwrap();
        let names: Vec<&str> = tensors.iter().map(|tensor| tensor.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(tensors[0].shape.to_vec(), [1, 2]);
        assert_eq!(&*tensors[0].to_bytes().unwrap(), [4, 5, 6, 7, 8, 9, 10, 11]);
        assert_eq!(&*tensors[1].to_bytes().unwrap(), [0, 1, 2, 3]);
    }

    #[test]
    fn headers_of_any_length_will_do() {
        for spaces in 0..8 {
            let header =
                r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#.to_owned() + &" ".repeat(spaces);
            let file = file(&header, &[0, 0, 128, 63, 0, 0, 0, 64]);
            let bytes = open(file.path()).unwrap()[0].to_bytes().unwrap();
            assert_eq!(
                TensorData::from_bytes(bytes, [2], DType::F32).try_into_vec::<f32>().unwrap(),
                [1.0, 2.0]
            );
        }
    }

    #[test]
    fn places_that_do_not_fit_are_refused() {
        check_fault(r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, "a is not whole");
        check_fault(r#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "a is not whole");
        check_fault(r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "a is not whole");
        check_fault(
            r#"{"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}"#,
            "a is not whole",
        );
        check_fault(
            r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551613,1]}}"#,
            "a is not whole",
        );
    }

    #[test]
    fn headers_that_do_not_parse_are_refused() {
        check_fault(r#"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#, "a is of type F8_E4M3");
        check_fault(r#"{"a":{"dtype":"F32"}}"#, "a: missing field `shape`");
        check_fault("{", "EOF");
        check_fault("", "EOF");
    }
}
