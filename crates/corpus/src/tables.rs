//! `PatentsView`'s tables, joined: the rows of one patent from all of them become one document.
//!
//! The tables need not be in any order and may be larger than memory: their rows are sorted by the patent's
//! number on the disk (in the directory for temporary files, `TMPDIR`), where they take as much room as the
//! tables do.

use std::io::{self, Read};
use std::ops::ControlFlow;

use crate::datasets::folded;
use crate::datasets::patentsview::TITLE;
use crate::dump::Visit;
use crate::error::CorpusError;
use crate::format::Format;
use crate::patent::Source;
use crate::record::RawDocument;
use crate::sort::Sorter;
use crate::split::LARGEST_DOCUMENT;
use crate::table::{Row, Rows, broken, object};

/// The column that tells whose row it is: an application's number, or else a grant's. The files before 2022
/// call it `id` in the table of patents.
fn key_column(columns: &[String]) -> Option<usize> {
    let position = |name: &str| columns.iter().position(|column| column == name);
    let old = || position("id").filter(|_| position("title").is_some() && position("numclaims").is_some());
    position("pgpubid").or_else(|| position("patentid")).or_else(old)
}

/// Whether a table with these columns is one of `PatentsView`'s.
pub(crate) fn is_table(columns: &[String]) -> bool {
    key_column(columns).is_some()
}

/// The tables of one dump.
pub(crate) struct Tables {
    tables: Vec<Table>,
    sorter: Sorter,
}

struct Table {
    file: String,
    header: Vec<String>,
    /// Whether its rows are the patents' own.
    has_title: bool,
}

impl Tables {
    pub(crate) fn new() -> Self {
        Self { tables: Vec::new(), sorter: Sorter::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sorter.is_empty()
    }

    /// Takes in a table; rows that are broken are given out as they come.
    pub(crate) fn add(
        &mut self,
        file: &str,
        input: &mut dyn Read,
        delimiter: u8,
        visit: &mut Visit<'_>,
    ) -> Result<ControlFlow<()>, CorpusError> {
        let mut rows = Rows::new(file.to_owned(), input, delimiter)?;
        let columns: Vec<String> = rows.header().iter().map(|name| folded(name)).collect();
        let has_title = columns.iter().any(|name| TITLE.contains(&name.as_str()));
        let table = self.tables.len() as u64;
        self.tables.push(Table { file: file.to_owned(), header: rows.header().to_vec(), has_title });
        let key = key_column(&columns).unwrap_or(0);
        while let Some((source, row)) = rows.next_row()? {
            let fault = match row {
                Row::Whole(values) if !values[key].trim_ascii().is_empty() => {
                    let packed = pack([table, source.record, source.offset], values.iter());
                    self.sorter.push(values[key].trim_ascii().to_vec(), packed).map_err(temporary)?;
                    continue;
                }
                Row::Whole(_) => format!("has no {}", rows.header()[key]),
                Row::Broken(fault) => fault,
            };
            if visit(Ok(broken(source, fault))).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Gives out a document for each patent, in the order of the numbers as texts.
    pub(crate) fn join(self, visit: &mut Visit<'_>) -> Result<ControlFlow<()>, CorpusError> {
        let Self { tables, sorter } = self;
        let mut group = Group::default();
        for pair in sorter.sorted().map_err(temporary)? {
            let (key, row) = pair.map_err(temporary)?;
            if key != group.key
                && let Some(document) = std::mem::replace(&mut group, Group::of(key)).document()
                && visit(Ok(document)).is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
            group.add(&tables, &row);
        }
        Ok(group.document().map_or(ControlFlow::Continue(()), |document| visit(Ok(document))))
    }
}

/// The rows of one patent.
#[derive(Default)]
struct Group {
    key: Vec<u8>,
    /// A JSON array that is not closed.
    json: Vec<u8>,
    source: Source,
    has_title: bool,
    too_large: bool,
}

impl Group {
    fn of(key: Vec<u8>) -> Self {
        Self { key, ..Self::default() }
    }

    fn add(&mut self, tables: &[Table], packed: &[u8]) {
        let Some(([table, record, offset], values)) = unpack(packed) else { return };
        let Some(table) = tables.get(table as usize) else { return };
        if self.json.is_empty() || table.has_title && !self.has_title {
            self.source = Source { file: table.file.clone(), record, offset };
            self.has_title = table.has_title;
        }
        if self.json.len() > LARGEST_DOCUMENT {
            self.too_large = true;
            return;
        }
        self.json.push(if self.json.is_empty() { b'[' } else { b',' });
        self.json.extend(object(&table.header, values.into_iter()));
    }

    /// `None` for a patent without rows.
    fn document(mut self) -> Option<RawDocument> {
        if self.json.is_empty() {
            return None;
        }
        self.json.push(b']');
        let format = if self.too_large { Format::TooLarge } else { Format::PatentsView };
        Some(RawDocument { source: self.source, format, bytes: self.json })
    }
}

/// Three numbers, then each value behind its length.
fn pack<'a>(place: [u64; 3], values: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut packed: Vec<u8> = place.iter().flat_map(|number| number.to_le_bytes()).collect();
    for value in values {
        packed.extend((value.len() as u64).to_le_bytes());
        packed.extend(value);
    }
    packed
}

fn unpack(mut packed: &[u8]) -> Option<([u64; 3], Vec<&[u8]>)> {
    let place = [number(&mut packed)?, number(&mut packed)?, number(&mut packed)?];
    let mut values = Vec::new();
    while !packed.is_empty() {
        let length = number(&mut packed)? as usize;
        let (value, rest) = packed.split_at_checked(length)?;
        values.push(value);
        packed = rest;
    }
    Some((place, values))
}

fn number(packed: &mut &[u8]) -> Option<u64> {
    let (number, rest) = packed.split_first_chunk()?;
    *packed = rest;
    Some(u64::from_le_bytes(*number))
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
fn temporary(error: io::Error) -> CorpusError {
    let file = std::env::temp_dir().display().to_string();
    let why =
        format!("the tables cannot be sorted there ({error}); set TMPDIR to a directory with more room");
    CorpusError::Refused { file, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads tables and gives out offset and content of each document.
    fn join(texts: &[&str]) -> Vec<(String, u64, String)> {
        let mut found = Vec::new();
        let mut visit = |document: Result<RawDocument, CorpusError>| {
            let document = document.unwrap();
            let text = String::from_utf8(document.bytes).unwrap();
            found.push((document.source.file, document.source.offset, text));
            ControlFlow::Continue(())
        };
        let mut tables = Tables::new();
        for (index, text) in texts.iter().enumerate() {
            let flow = tables.add(&format!("t{index}"), &mut text.as_bytes(), b'\t', &mut visit).unwrap();
            assert!(flow.is_continue());
        }
        assert!(tables.join(&mut visit).unwrap().is_continue());
        found
    }

    #[test]
    fn rows_of_one_patent_come_together() {
        let found = join(&[
            "patent_id\tclaim_text\n2\tA pot\n1\tA pan\n2\tA lid\n",
            "patent_id\tpatent_title\n1\tPan\n2\tPot\n",
        ]);
        assert_eq!(found, [
            ("t1".into(), 23, r#"[{"claim_text":"A pan","patent_id":"1"},{"patent_id":"1","patent_title":"Pan"}]"#.into()),
            (
                "t1".into(),
                29,
                r#"[{"claim_text":"A pot","patent_id":"2"},{"claim_text":"A lid","patent_id":"2"},{"patent_id":"2","patent_title":"Pot"}]"#.into()
            ),
        ]);
    }

    #[test]
    fn broken_rows_are_reported() {
        let found = join(&["patent_id\tpatent_title\n\tPan\n3\n"]);
        let faults: Vec<_> = found.iter().map(|(_, offset, text)| (*offset, text.as_str())).collect();
        assert_eq!(faults, [(23, "has no patent_id"), (28, "has 1 values for the 2 columns of the header")]);
    }

    #[test]
    fn tables_are_known_by_their_columns() {
        let is = |names: &[&str]| is_table(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        assert!(is(&["patentid", "x"]) && is(&["x", "pgpubid"]) && is(&["id", "title", "numclaims"]));
        assert!(!is(&["id", "title"]) && !is(&["lensid"]));
    }
}
