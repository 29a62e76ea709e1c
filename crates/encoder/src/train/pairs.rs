//! Pairs of texts with a score, from a CSV file.

use std::path::Path;

use csv::{Reader, StringRecord};

use super::error::TrainError;

/// Two texts and how alike they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// One text.
    pub left: String,
    /// The other.
    pub right: String,
    /// From 0, nothing in common, to 1, the same.
    pub score: f32,
}

/// What the columns may be called.
const LEFT: [&str; 3] = ["anchor", "sentence1", "text1"];
const RIGHT: [&str; 3] = ["target", "sentence2", "text2"];
const SCORE: [&str; 4] = ["score", "label", "similarity_score", "similarity"];

impl Pair {
    /// Reads the pairs of a CSV file with a header: `anchor,target,score` or `sentence1,sentence2,score`, in
    /// any order, among other columns.
    ///
    /// # Errors
    /// [`TrainError::Pairs`] names the line of what cannot be used: a column that is missing, a text that is
    /// empty, a score that is none, or outside 0 to 1; and a file in which there is nothing to learn.
    pub fn read_csv(path: &Path) -> Result<Vec<Self>, TrainError> {
        let fault = |line, message: String| TrainError::Pairs { path: path.to_path_buf(), line, message };
        let mut reader =
            Reader::from_path(path).map_err(|error| fault(line_of(&error), error.to_string()))?;
        let header = reader.headers().map_err(|error| fault(line_of(&error), error.to_string()))?.clone();
        let columns = Columns::find(&header).map_err(|message| fault(Some(1), message))?;
        let mut pairs = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| fault(line_of(&error), error.to_string()))?;
            let line = record.position().map(csv::Position::line);
            pairs.push(columns.pair(&record).map_err(|message| fault(line, message))?);
        }
        if pairs.is_empty() {
            return Err(fault(None, "there are no pairs behind the header".to_owned()));
        }
        Ok(pairs)
    }

    /// Writes pairs as [`read_csv`](Self::read_csv) reads them.
    ///
    /// # Errors
    /// [`TrainError::Pairs`] where the file cannot be written.
    pub fn write_csv(pairs: &[Self], path: &Path) -> Result<(), TrainError> {
        let write = || {
            let mut writer = csv::Writer::from_path(path)?;
            writer.write_record(["anchor", "target", "score"])?;
            for Self { left, right, score } in pairs {
                writer.write_record([left, right, &score.to_string()])?;
            }
            writer.flush().map_err(csv::Error::from)
        };
        let fault = |message| TrainError::Pairs { path: path.to_path_buf(), line: None, message };
        write().map_err(|error| fault(error.to_string()))
    }

    /// Refuses pairs from which nothing can be learned.
    ///
    /// # Errors
    /// [`TrainError::Pairs`] where all have one score.
    pub fn check_varied(pairs: &[Self], path: &Path) -> Result<(), TrainError> {
        let first = pairs.first().map_or(0.0, |pair| pair.score);
        if pairs.iter().any(|pair| pair.score.to_bits() != first.to_bits()) {
            return Ok(());
        }
        let message = format!("every score is {first}: there is nothing to learn from one value");
        Err(TrainError::Pairs { path: path.to_path_buf(), line: None, message })
    }
}

/// Where the values stand in a record.
struct Columns {
    left: usize,
    right: usize,
    score: usize,
}

impl Columns {
    fn find(header: &StringRecord) -> Result<Self, String> {
        let place = |names: &[&str]| {
            let is_one = |field: &str| names.contains(&field.trim().to_ascii_lowercase().as_str());
            header.iter().position(is_one).ok_or_else(|| {
                let found: Vec<&str> = header.iter().collect();
                format!("there is no column {}; the header has: {}", names.join(" or "), found.join(", "))
            })
        };
        Ok(Self { left: place(&LEFT)?, right: place(&RIGHT)?, score: place(&SCORE)? })
    }

    fn pair(&self, record: &StringRecord) -> Result<Pair, String> {
        let field = |place: usize| record.get(place).unwrap_or_default().trim();
        let text = |place: usize| match field(place) {
            "" => Err("a text is empty".to_owned()),
            text => Ok(text.to_owned()),
        };
        let score = field(self.score);
        let number = score.parse::<f32>().ok().filter(|score| (0.0..=1.0).contains(score));
        let number =
            number.ok_or_else(|| format!("the score is {score:?}; a number from 0 to 1 is wanted"))?;
        Ok(Pair { left: text(self.left)?, right: text(self.right)?, score: number })
    }
}

fn line_of(error: &csv::Error) -> Option<u64> {
    error.position().map(csv::Position::line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Pair>, TrainError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs_err::write(file.path(), text).unwrap();
        let pairs = Pair::read_csv(file.path())?;
        Pair::check_varied(&pairs, file.path()).map(|()| pairs)
    }

    #[track_caller]
    fn check_fault(text: &str, expected: &str) {
        let message = read(text).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn columns_are_found_by_name() {
        let pair = |left: &str, right: &str, score| Pair { left: left.into(), right: right.into(), score };
        let expected = [pair("a, b", "c", 0.5), pair("d", "e", 1.0)];
        assert_eq!(
            read("id,anchor,target,context,score\n1,\"a, b\",c,X,0.5\n2,d,e,Y,1\n").unwrap(),
            expected
        );
        assert_eq!(read("Score,Sentence2,Sentence1\n.5,c,\"a, b\"\n1.0,e,d\n").unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_used_is_named_with_its_line() {
        check_fault("", "line 1: there is no column anchor");
        check_fault("anchor,target,rating\na,b,1\n", "line 1: there is no column score or label");
        check_fault("anchor,target,rating\na,b,1\n", "the header has: anchor, target, rating");
        check_fault("anchor,target,score\n", "there are no pairs behind the header");
        check_fault("anchor,target,score\na,b,1\nc,d,NaN\n", "line 3: the score is \"NaN\"");
        check_fault("anchor,target,score\na,b,1\nc,d,\n", "line 3: the score is \"\"");
        check_fault("anchor,target,score\na,b,1.5\n", "line 2: the score is \"1.5\"");
        check_fault("anchor,target,score\n\"a\nb\", ,1\n", "line 2: a text is empty");
        check_fault("anchor,target,score\na,b,1\nc,1\n", "line: 3");
        check_fault("anchor,target,score\na,b,.5\nc,d,0.50\n", "every score is 0.5");
    }
}
