//! The numbers that the matrix products of the network are made of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How exactly the matrix products of the network are computed.
///
/// Sums, normalisations and the softmax are computed in 32-bit floats at every precision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32-bit floats.
    #[default]
    F32,
    /// bfloat16: 8 digits of mantissa, some twice as fast. Needs a processor with AVX512-BF16.
    Bf16,
    /// Bytes, faster yet, with bfloat16 where bytes would lose too much. Needs a processor with
    /// AVX512-VNNI and AVX512-BF16.
    Int8,
}

/// A precision's name that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no precision {0:?}; choose f32, bf16 or int8")]
pub struct UnknownPrecision(String);

impl FromStr for Precision {
    type Err = UnknownPrecision;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "f32" => Ok(Self::F32),
            "bf16" => Ok(Self::Bf16),
            "int8" => Ok(Self::Int8),
            _ => Err(UnknownPrecision(name.to_owned())),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
            Self::Int8 => "int8",
        })
    }
}
