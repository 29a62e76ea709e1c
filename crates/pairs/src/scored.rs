//! Pairs of texts that people gave a score of likeness.

use std::ops::RangeInclusive;
use std::path::Path;

use crate::error::TableError;
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
/// sentence-transformers has them, in any order and among others. Scores lie within `scores`.
///
/// # Errors
/// A missing column, by name; an empty text and a score that is no such number, by line; no pairs at all.
pub fn read_pairs(path: &Path, scores: RangeInclusive<f64>) -> Result<Vec<ScoredPair>, TableError> {
    let mut table = Table::open(path)?;
    let (first, second) = (table.column(&FIRST)?, table.column(&SECOND)?);
    let score = table.column(&SCORE)?;
    let mut pairs = Vec::new();
    table.each(|line| {
        let score = line.number(score, "the score")?;
        if !scores.contains(&score) {
            let (least, most) = (scores.start(), scores.end());
            return Err(
                line.error(format!("the score is {score}; a number from {least} to {most} is wanted"))
            );
        }
        let [first, second] =
            [(first, "the first text"), (second, "the second text")].map(|(at, name)| line.filled(at, name));
        pairs.push(ScoredPair { first: first?, second: second?, score });
        Ok(())
    })?;
    if pairs.is_empty() { Err(table.error("there are no pairs")) } else { Ok(pairs) }
}

/// Writes pairs as [`read_pairs`] reads them.
///
/// # Errors
/// [`TableError::Csv`] where the file cannot be written.
pub fn write_pairs(pairs: &[ScoredPair], path: &Path) -> Result<(), TableError> {
    let write = || {
        let mut writer = csv::Writer::from_path(path)?;
        writer.write_record(["anchor", "target", "score"])?;
        for ScoredPair { first, second, score } in pairs {
            writer.write_record([first, second, &score.to_string()])?;
        }
        writer.flush().map_err(csv::Error::from)
    };
    write().map_err(|source| TableError::Csv { path: path.into(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: RangeInclusive<f64> = f64::MIN..=f64::MAX;

    fn read(name: &str, text: &str, scores: RangeInclusive<f64>) -> Result<Vec<ScoredPair>, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        fs_err::write(&path, text).unwrap();
        let root = format!("{}/", dir.path().display());
        read_pairs(&path, scores).map_err(|error| error.to_string().replace(&root, ""))
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(read("pairs.csv", text, ANY).unwrap_err(), expected);
    }

    #[test]
    fn columns_have_either_set_of_names() {
        let expected = [ScoredPair { first: "a, b".into(), second: "c".into(), score: 0.5 }];
        let phrases = "id,anchor,target,context,score\n1,\"a, b\",c,B23,0.5\n";
        assert_eq!(read("pairs.csv", phrases, ANY).unwrap(), expected);
        assert_eq!(read("pairs.tsv", "Score\tsentence2\tsentence1\n0.5\tc\ta, b\n", ANY).unwrap(), expected);
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
            read("pairs.csv", &format!("{head}a,b\n"), ANY).unwrap_err().contains("line: 3"),
            "a field is missing"
        );
    }

    #[test]
    fn scores_lie_within_what_is_asked_for() {
        let text = "anchor,target,score\na,b,1\nc,d,1.5\n";
        let outside = "pairs.csv, line 3: the score is 1.5; a number from 0 to 1 is wanted";
        assert_eq!(read("pairs.csv", text, 0.0..=1.0).unwrap_err(), outside);
        assert_eq!(read("pairs.csv", text, 0.0..=1.5).unwrap().len(), 2);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let pairs = [("a, \"b\"", "c\nd", 0.1), ("e", "f", f64::from(0.3_f32))];
        let pairs = pairs.map(|(first, second, score)| ScoredPair {
            first: first.into(),
            second: second.into(),
            score,
        });
        let file = tempfile::NamedTempFile::new().unwrap();
        write_pairs(&pairs, file.path()).unwrap();
        assert_eq!(read_pairs(file.path(), 0.0..=1.0).unwrap(), pairs);
    }
}
