//! Pairs of texts that people gave a score of likeness.

use std::path::Path;

use crate::correlation::{pearson, spearman};
use crate::error::AnalysisError;
use crate::table::Table;

/// Two texts and how alike they are.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredPair {
    /// One text.
    pub first: String,
    /// The other.
    pub second: String,
    /// The greater, the more alike; any scale.
    pub score: f64,
}

/// The columns of a file of pairs, each by the names that it may have.
const FIRST: [&str; 3] = ["anchor", "sentence1", "text1"];
const SECOND: [&str; 3] = ["target", "sentence2", "text2"];
const SCORE: [&str; 4] = ["score", "label", "similarity", "similarity_score"];

/// Reads a file of values separated by commas (`.tsv`: by tabs) with the columns anchor, target and score, as
/// the US Patent Phrase to Phrase Matching set has them, or sentence1, sentence2 and score, as
/// sentence-transformers has them.
///
/// # Errors
/// A missing column, by name; an empty text and a score that is no finite number, by line; no pairs at all.
pub fn read_pairs(path: &Path) -> Result<Vec<ScoredPair>, AnalysisError> {
    let mut table = Table::open(path)?;
    let (first, second) = (table.column(&FIRST)?, table.column(&SECOND)?);
    let score = table.column(&SCORE)?;
    let mut pairs = Vec::new();
    table.each(|line| {
        pairs.push(ScoredPair {
            first: line.filled(first, "the first text")?,
            second: line.filled(second, "the second text")?,
            score: line.number(score, "the score")?,
        });
        Ok(())
    })?;
    if pairs.is_empty() { Err(table.error("there are no pairs")) } else { Ok(pairs) }
}

/// How well cosines agree with the scores that people gave.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Agreement {
    /// Pearson's correlation.
    pub pearson: f64,
    /// Spearman's.
    pub spearman: f64,
    /// Of how many pairs.
    pub pairs: usize,
}

impl Agreement {
    /// Of the cosine of each pair with its score.
    ///
    /// # Errors
    /// [`AnalysisError::Undefined`] where all scores are the same, or fewer than two pairs are there.
    pub fn of(cosines: &[f64], scores: &[f64]) -> Result<Self, AnalysisError> {
        let (pearson, spearman) = (pearson(cosines, scores)?, spearman(cosines, scores)?);
        Ok(Self { pearson, spearman, pairs: scores.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<Vec<ScoredPair>, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        fs_err::write(&path, text).unwrap();
        let root = format!("{}/", dir.path().display());
        read_pairs(&path).map_err(|error| error.to_string().replace(&root, ""))
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(read("pairs.csv", text).unwrap_err(), expected);
    }

    #[test]
    fn columns_have_either_set_of_names() {
        let expected = [ScoredPair { first: "a, b".into(), second: "c".into(), score: 0.5 }];
        let phrases = "id,anchor,target,context,score\n1,\"a, b\",c,B23,0.5\n";
        assert_eq!(read("pairs.csv", phrases).unwrap(), expected);
        assert_eq!(read("pairs.tsv", "Score\tsentence2\tsentence1\n0.5\tc\ta, b\n").unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        refused(
            "anchor,target\na,b\n",
            "pairs.csv: there is no column score or label or similarity or similarity_score; there are: anchor, target",
        );
        let head = "anchor,target,score\na,b,1\n";
        refused(
            &format!("{head}a,b,nan\n"),
            "pairs.csv, line 3: the score is \"nan\", which is no finite number",
        );
        refused(&format!("{head}a,b,\n"), "pairs.csv, line 3: the score is \"\", which is no finite number");
        refused(&format!("{head}a, ,1\n"), "pairs.csv, line 3: the second text is empty");
        refused("anchor,target,score\n", "pairs.csv: there are no pairs");
        assert!(
            read("pairs.csv", &format!("{head}a,b\n")).unwrap_err().contains("line: 3"),
            "a field is missing"
        );
    }
}
