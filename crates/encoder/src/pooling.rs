//! From one vector a token to one vector a text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How the vectors of a text's tokens become the vector of the text.
///
/// The names are those of sentence-transformers' `pooling_mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// The vector of the first token, `<s>`.
    Cls,
    /// The mean over all tokens, special tokens included.
    Mean,
    /// The greatest value over all tokens, in each dimension.
    Max,
}

/// The tokens of a text whose vectors are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tokens {
    All,
    First,
}

impl Tokens {
    /// How many they are in a text of `tokens` tokens.
    pub(crate) fn of(self, tokens: usize) -> usize {
        match self {
            Self::All => tokens,
            Self::First => tokens.min(1),
        }
    }
}

impl Pooling {
    /// What it reads. Of the last layer, no more need be computed, a twelfth of the work or nearly.
    pub(crate) fn reads(self) -> Tokens {
        match self {
            Self::Cls => Tokens::First,
            Self::Mean | Self::Max => Tokens::All,
        }
    }
}

impl fmt::Display for Pooling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cls => "cls",
            Self::Mean => "mean",
            Self::Max => "max",
        })
    }
}

/// A pooling that is none of `cls`, `mean`, `max`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown pooling {0:?}: use cls, mean or max")]
pub struct UnknownPooling(pub String);

impl FromStr for Pooling {
    type Err = UnknownPooling;

    fn from_str(text: &str) -> Result<Self, UnknownPooling> {
        match text {
            "cls" => Ok(Self::Cls),
            "mean" => Ok(Self::Mean),
            "max" => Ok(Self::Max),
            other => Err(UnknownPooling(other.to_owned())),
        }
    }
}

/// Pools `hidden`, `[tokens, dimension]` row by row, into `[dimension]`.
///
/// # Panics
///
/// Panics where `hidden` is not whole rows, or is empty.
pub(crate) fn pool(hidden: &[f32], dimension: usize, pooling: Pooling) -> Vec<f32> {
    assert!(!hidden.is_empty() && hidden.len().is_multiple_of(dimension), "hidden is whole rows");
    let mut rows = hidden.chunks_exact(dimension);
    let mut pooled = rows.next().unwrap_or_default().to_vec();
    match pooling {
        Pooling::Cls => {}
        Pooling::Mean => {
            rows.for_each(|row| combine(&mut pooled, row, |sum, value| sum + value));
            let tokens = (hidden.len() / dimension) as f32;
            scale(&mut pooled, 1.0 / tokens);
        }
        Pooling::Max => rows.for_each(|row| combine(&mut pooled, row, f32::max)),
    }
    pooled
}

fn combine(pooled: &mut [f32], row: &[f32], with: impl Fn(f32, f32) -> f32) {
    for (left, &right) in pooled.iter_mut().zip(row) {
        *left = with(*left, right);
    }
}

/// Scales `vector` to length 1.
///
/// As in sentence-transformers (`torch.nn.functional.normalize`), a length below 1e-12 counts as
/// 1e-12, so a vector of zeros stays one.
pub(crate) fn normalize(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-12);
    scale(vector, 1.0 / length);
}

fn scale(vector: &mut [f32], factor: f32) {
    for value in vector {
        *value *= factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIDDEN: [f32; 6] = [1.0, -2.0, 3.0, 5.0, -4.0, 0.0];

    #[track_caller]
    fn check(pooling: Pooling, dimension: usize, expected: &[f32]) {
        assert_eq!(pool(&HIDDEN, dimension, pooling), expected);
    }

    #[test]
    fn pools_three_tokens_of_two_dimensions() {
        check(Pooling::Cls, 2, &[1.0, -2.0]);
        check(Pooling::Mean, 2, &[0.0, 1.0]);
        check(Pooling::Max, 2, &[3.0, 5.0]);
    }

    #[test]
    fn one_token_is_its_own_pool() {
        check(Pooling::Cls, 6, &HIDDEN);
        check(Pooling::Mean, 6, &HIDDEN);
        check(Pooling::Max, 6, &HIDDEN);
    }

    #[track_caller]
    fn check_normalized(vector: &[f32], expected: &[f32]) {
        let mut normalized = vector.to_vec();
        normalize(&mut normalized);
        let near = normalized.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-7);
        assert!(near, "{normalized:?}");
    }

    #[test]
    fn normalizes_to_length_one_and_leaves_zero_alone() {
        check_normalized(&[3.0, -4.0], &[0.6, -0.8]);
        check_normalized(&[0.0; 3], &[0.0; 3]);
    }

    #[test]
    fn names_go_there_and_back() {
        for pooling in [Pooling::Cls, Pooling::Mean, Pooling::Max] {
            assert_eq!(pooling.to_string().parse(), Ok(pooling));
        }
        assert_eq!("last".parse::<Pooling>(), Err(UnknownPooling("last".into())));
    }
}
