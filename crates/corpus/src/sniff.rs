//! Tells by its first bytes how patents lie in a file, or what it is instead.

use std::io::Read;

use crate::boundary::Boundary;
use crate::error::CorpusError;
use crate::format::Format;
use crate::json::member_names;
use crate::table::columns;
use crate::tables::is_table;

/// How much of a file is looked at.
pub(crate) const SNIFF: usize = 1 << 16;

/// The first bytes of a stream, enough to tell what it is.
pub(crate) fn start_of(name: &str, input: &mut dyn Read) -> Result<Vec<u8>, CorpusError> {
    let mut start = Vec::new();
    match input.take(SNIFF as u64).read_to_end(&mut start) {
        Ok(_) => Ok(start),
        Err(source) => Err(CorpusError::Io { file: name.to_owned(), offset: start.len() as u64, source }),
    }
}

pub(crate) fn refused(name: &str, why: &str) -> CorpusError {
    CorpusError::Refused { file: name.to_owned(), why: why.to_owned() }
}

/// How the patents lie in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Documents one after another, each with such a beginning.
    Documents(Boundary),
    /// Elements of one XML document.
    Elements,
    /// JSON records of that format.
    Records(Format),
    /// Rows of that format, with what parts the columns.
    Rows(Format, u8),
    /// Rows that are to be joined with those of other tables.
    Joined(u8),
}

/// Tells by the start of a file how patents lie in it; `None` if none do. Where a format is asked for, JSON is
/// taken for it whatever its names are.
pub(crate) fn layout(start: &[u8], wanted: Option<Format>) -> Option<Layout> {
    if let Some(names) = member_names(start) {
        let format = wanted.unwrap_or_else(|| Format::of_fields(&names));
        return (format != Format::Unknown).then_some(Layout::Records(format));
    }
    match Format::of_dump(start) {
        Format::Unknown => {}
        Format::Docdb => return Some(Layout::Elements),
        told => return Some(Layout::Documents(told.boundary())),
    }
    let (delimiter, names) = columns(start)?;
    match Format::of_fields(&names) {
        Format::Unknown => None,
        Format::PatentsView if is_table(&names) => Some(Layout::Joined(delimiter)),
        told => Some(Layout::Rows(wanted.unwrap_or(told), delimiter)),
    }
}

pub(crate) fn no_dump(name: &str, start: &[u8]) -> CorpusError {
    const SHOWN: usize = 40;
    if start.is_empty() {
        return CorpusError::Empty { file: name.to_owned() };
    }
    if start.starts_with(b"PK") {
        return refused(name, "a zip cannot be read from a pipe; name the file");
    }
    let text = String::from_utf8_lossy(&start[..start.len().min(4 * SHOWN)]);
    CorpusError::UnknownFormat { file: name.to_owned(), start: text.chars().take(SHOWN).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(start: &str, wanted: Option<Format>, expected: Option<Layout>) {
        assert_eq!(layout(start.as_bytes(), wanted), expected);
    }

    #[test]
    fn the_start_tells_the_layout() {
        check("<?xml version=\"1.0\"?><us-patent-grant>", None, Some(Layout::Documents(Boundary::Prolog)));
        check("<exch:exchange-documents>", None, Some(Layout::Elements));
        check("{\"lensId\": \"1\"}", None, Some(Layout::Records(Format::Lens)));
        check("Publication_Number,Abstract\n", None, Some(Layout::Rows(Format::BigQuery, b',')));
        check("patent_id\tclaim_text\n", None, Some(Layout::Joined(b'\t')));
        check("{\"a\": 1}", None, None);
        check("a,b\n", None, None);
        check("words", None, None);
    }

    #[test]
    fn a_format_asked_for_is_taken() {
        check("{\"a\": 1}", Some(Format::Lens), Some(Layout::Records(Format::Lens)));
        check("Lens ID,Title\n", Some(Format::BigQuery), Some(Layout::Rows(Format::BigQuery, b',')));
    }
}
