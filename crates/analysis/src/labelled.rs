//! Texts with classes.

use std::collections::BTreeSet;
use std::path::Path;

use priorart_pairs::{Table, TableError};

/// Classes, "H01M".
pub type Labels = BTreeSet<String>;

/// A text and its classes.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledText {
    /// The text.
    pub text: String,
    /// Its classes.
    pub labels: Labels,
}

/// Names that the column of texts may have.
const TEXT: [&str; 3] = ["text", "claim", "abstract"];
/// Names that a column of classes may have.
const LABELS: [&str; 3] = ["labels", "classes", "codes"];

/// Reads a file of values separated by commas with a column `text` and either a column `labels` ("A01B;H01M"
/// or a list as Python prints it; of whole symbols the subclass counts) or, as `PatentSBERTa`'s samples have them, a
/// column of 0 and 1 for each CPC subclass.
///
/// # Errors
/// A missing column, by name; an empty text, an entry that is neither 0 nor 1, and a text without a class, by
/// line; no texts at all, and texts that all have the same classes.
pub fn read_labelled(path: &Path) -> Result<Vec<LabelledText>, TableError> {
    let mut table = Table::open(path)?;
    let text = table.column(&TEXT)?;
    let columns = Columns::of(&table)?;
    let mut texts = Vec::new();
    table.each(|line| {
        let labels = match &columns {
            Columns::Listed(column) => listed(line.text(*column)),
            Columns::Flags(columns) => {
                let mut labels = Labels::new();
                for (column, label) in columns {
                    match line.text(*column).trim() {
                        "0" | "0.0" | "" => {}
                        "1" | "1.0" => drop(labels.insert(label.clone())),
                        other => return Err(line.error(format!("{label} is {other:?}, neither 0 nor 1"))),
                    }
                }
                labels
            }
        };
        if labels.is_empty() {
            return Err(line.error("there is no class".to_owned()));
        }
        texts.push(LabelledText { text: line.filled(text, "the text")?, labels });
        Ok(())
    })?;
    match texts.first() {
        None => Err(table.error("there are no texts")),
        Some(first) if texts.len() > 1 && texts.iter().all(|other| other.labels == first.labels) => {
            Err(table.error("all texts have the same classes: there is nothing to tell apart"))
        }
        Some(_) => Ok(texts),
    }
}

/// Where the classes are.
enum Columns {
    Listed(usize),
    Flags(Vec<(usize, String)>),
}

impl Columns {
    fn of(table: &Table) -> Result<Self, TableError> {
        if let Ok(column) = table.column(&LABELS) {
            return Ok(Self::Listed(column));
        }
        let names = table.names().iter().enumerate();
        let flags: Vec<_> =
            names.filter(|(_, name)| is_subclass(name)).map(|(at, n)| (at, n.clone())).collect();
        if flags.is_empty() {
            let wanted = [&LABELS[..], &["columns named as CPC subclasses"]].concat();
            return table.column(&wanted).map(Self::Listed);
        }
        Ok(Self::Flags(flags))
    }
}

fn listed(text: &str) -> Labels {
    let symbols = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '/'));
    symbols.filter(|symbol| !symbol.is_empty()).map(|symbol| subclass(symbol).to_owned()).collect()
}

/// The subclass of a CPC or IPC symbol, "H01M" of "H01M4/13"; what is no symbol stays as it is.
pub fn subclass(symbol: &str) -> &str {
    match symbol.get(..4) {
        Some(first) if is_subclass(first) => first,
        _ => symbol,
    }
}

fn is_subclass(text: &str) -> bool {
    matches!(text.as_bytes(), [b'A'..=b'H' | b'Y', d, e, b'A'..=b'Z'] if d.is_ascii_digit() && e.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Vec<String>>, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("texts.csv");
        fs_err::write(&path, text).unwrap();
        let root = format!("{}/", dir.path().display());
        let texts = read_labelled(&path).map_err(|error| error.to_string().replace(&root, ""))?;
        Ok(texts.into_iter().map(|text| text.labels.into_iter().collect()).collect())
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let error = read(text).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn classes_are_listed_or_flagged() {
        let listed = "text,labels\none,\"['A01B', 'H01M4/13']\"\ntwo,Y02E;A01B\n";
        assert_eq!(read(listed).unwrap(), [["A01B", "H01M"], ["A01B", "Y02E"]]);
        let flagged = ",id,text,A01B,H01M,other\n0,1,one,1,0,7\n1,2,two,1,1,7\n";
        assert_eq!(read(flagged).unwrap(), [vec!["A01B"], vec!["A01B", "H01M"]]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        refused("labels\nA01B\n", "there is no column text");
        refused("text,id\none,1\n", "there is no column labels or classes or codes or columns named as CPC");
        refused("text,A01B\none,1\ntwo,x\n", "line 3: A01B is \"x\", neither 0 nor 1");
        refused("text,A01B\none,0\n", "line 2: there is no class");
        refused("text,labels\n,A01B\n", "line 2: the text is empty");
        refused("text,labels\n", "there are no texts");
        refused("text,labels\none,A01B\ntwo,A01B\n", "there is nothing to tell apart");
    }
}
