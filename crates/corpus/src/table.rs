//! Cuts a table (CSV, TSV) into rows; each row becomes a JSON object under the names of the header.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::Value;

use crate::datasets::folded;
use crate::error::CorpusError;
use crate::format::Format;
use crate::patent::Source;
use crate::record::RawDocument;
use crate::split::LARGEST_DOCUMENT;

/// What may part the columns.
const DELIMITERS: [u8; 4] = *b"\t,|;";

/// The folded names of a table's columns, and what parts them, told by its first line; `None` if that is no
/// header.
pub(crate) fn columns(start: &[u8]) -> Option<(u8, Vec<String>)> {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let line = start.split(|&byte| byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let delimiter = DELIMITERS.into_iter().max_by_key(|&byte| line.bytes().filter(|&b| b == byte).count())?;
    let names: Vec<String> =
        line.split(char::from(delimiter)).map(|name| folded(name.trim().trim_matches('"'))).collect();
    (names.len() > 1).then_some((delimiter, names))
}

/// A row, or a row that does not fit the header.
pub(crate) enum Row {
    /// The values, in the order of the columns.
    Whole(ByteRecord),
    /// What is wrong with it.
    Broken(String),
}

/// The rows of one table, with their places.
pub(crate) struct Rows<R> {
    file: String,
    reader: Reader<Bounded<R>>,
    /// Bytes that may still be read for the row at hand.
    allowance: Rc<Cell<usize>>,
    header: Vec<String>,
    record: u64,
}

impl<R: Read> Rows<R> {
    pub(crate) fn new(file: String, input: R, delimiter: u8) -> Result<Self, CorpusError> {
        let allowance = Rc::new(Cell::new(LARGEST_DOCUMENT));
        let input = Bounded { input, allowance: Rc::clone(&allowance) };
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input);
        let header = reader.byte_headers().cloned().map_err(|error| unreadable(&file, 0, error))?;
        let header = header.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        Ok(Self { file, reader, allowance, header, record: 0 })
    }

    /// The names of the columns.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// The next row; `None` at the end of the table.
    pub(crate) fn next_row(&mut self) -> Result<Option<(Source, Row)>, CorpusError> {
        self.allowance.set(LARGEST_DOCUMENT);
        let offset = self.reader.position().byte();
        let mut row = ByteRecord::new();
        match self.reader.read_byte_record(&mut row) {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(error) => return Err(unreadable(&self.file, offset, error)),
        }
        self.record += 1;
        let offset = row.position().map_or(offset, csv::Position::byte);
        let source = Source { file: self.file.clone(), record: self.record, offset };
        if row.len() == self.header.len() {
            return Ok(Some((source, Row::Whole(row))));
        }
        let fault = format!("has {} values for the {} columns of the header", row.len(), self.header.len());
        Ok(Some((source, Row::Broken(fault))))
    }

    /// The next row as a document.
    pub(crate) fn next_document(&mut self, format: Format) -> Result<Option<RawDocument>, CorpusError> {
        Ok(self.next_row()?.map(|(source, row)| match row {
            Row::Whole(row) => RawDocument { source, format, bytes: object(&self.header, row.iter()) },
            Row::Broken(fault) => broken(source, fault),
        }))
    }
}

/// A document that is known to be none.
pub(crate) fn broken(source: Source, fault: String) -> RawDocument {
    RawDocument { source, format: Format::Broken, bytes: fault.into_bytes() }
}

/// A row as a JSON object; empty values are left out.
pub(crate) fn object<'a>(header: &[String], values: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let filled = header.iter().zip(values).filter(|(_, value)| !value.is_empty());
    let members = filled.map(|(name, value)| (name.clone(), String::from_utf8_lossy(value).into()));
    Value::Object(members.collect()).to_string().into_bytes()
}

fn unreadable(file: &str, offset: u64, error: csv::Error) -> CorpusError {
    let source = match error.into_kind() {
        csv::ErrorKind::Io(source) => source,
        other => io::Error::other(format!("{other:?}")),
    };
    CorpusError::Io { file: file.to_owned(), offset, source }
}

/// Ends a row whose quote never closes before it fills the memory.
struct Bounded<R> {
    input: R,
    allowance: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        match self.allowance.get().checked_sub(read) {
            Some(left) => self.allowance.set(left),
            None => return Err(io::Error::other("a row does not end: a quotation mark is not closed")),
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(u64, &str)]) {
        let (delimiter, _) = columns(text.as_bytes()).unwrap();
        let mut rows = Rows::new("f".into(), text.as_bytes(), delimiter).unwrap();
        let documents = std::iter::from_fn(|| rows.next_document(Format::Lens).unwrap());
        let found: Vec<_> =
            documents.map(|d| (d.source.offset, String::from_utf8(d.bytes).unwrap())).collect();
        let found: Vec<_> = found.iter().map(|(offset, text)| (*offset, text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn rows_are_objects() {
        check(
            "a,\"b c\"\n1,\"x\"\"y\nz\"\n,2\r\n",
            &[(8, r#"{"a":"1","b c":"x\"y\nz"}"#), (19, r#"{"b c":"2"}"#)],
        );
        check("a\tb\n1,2\t3\n", &[(4, r#"{"a":"1,2","b":"3"}"#)]);
        check("a|b\n", &[]);
    }

    #[test]
    fn a_row_that_does_not_fit_is_reported() {
        check(
            "a,b\n1\n1,2\n",
            &[(4, "has 1 values for the 2 columns of the header"), (6, r#"{"a":"1","b":"2"}"#)],
        );
    }

    #[test]
    fn columns_are_the_first_line() {
        let (delimiter, names) = columns(b"\xef\xbb\xbf\"patent_id\"\t\"Claim Text\"\r\n1\t2").unwrap();
        assert_eq!((delimiter, names), (b'\t', vec!["patentid".to_owned(), "claimtext".to_owned()]));
        assert_eq!(columns(b"a line of words\n"), None);
    }

    #[test]
    fn a_quote_that_is_not_closed_does_not_fill_the_memory() {
        let text = format!("a,b\n1,\"{}", "x".repeat(1000));
        let mut rows = Rows::new("f".into(), text.as_bytes(), b',').unwrap();
        let mut bounded = Bounded { input: &b"xxxx"[..], allowance: Rc::new(Cell::new(3)) };
        assert!(bounded.read(&mut [0; 8]).unwrap_err().to_string().contains("is not closed"));
        assert!(rows.next_row().unwrap().is_some());
    }
}
