//! What pairs can teach.

use std::ops::RangeInclusive;
use std::path::Path;

use priorart_pairs::{ScoredPair, TableError};

use super::error::TrainError;

/// What scores may be: from 0, nothing in common, to 1, the same.
pub const SCORES: RangeInclusive<f64> = 0.0..=1.0;

/// Refuses pairs from which nothing can be learned.
///
/// # Errors
/// [`TrainError::Pairs`] where all have one score; it names `path`, where they come from.
pub fn check_varied(pairs: &[ScoredPair], path: &Path) -> Result<(), TrainError> {
    let first = pairs.first().map_or(0.0, |pair| pair.score);
    if pairs.iter().any(|pair| pair.score.to_bits() != first.to_bits()) {
        return Ok(());
    }
    let what = format!("every score is {first}: there is nothing to learn from one value");
    Err(TableError::File { path: path.to_path_buf(), what }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_score_teaches_nothing() {
        let pair = |score| ScoredPair { first: "a".into(), second: "b".into(), score };
        let path = Path::new("pairs.csv");
        assert!(check_varied(&[pair(0.5), pair(0.75)], path).is_ok());
        let refused = check_varied(&[pair(0.5), pair(0.5)], path).unwrap_err().to_string();
        assert!(refused.starts_with("pairs.csv: every score is 0.5"), "{refused}");
    }
}
