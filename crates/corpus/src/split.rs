//! Cuts a stream into documents.
//!
//! A dump is thousands of documents one after another, each with a beginning that can be searched for. Only one
//! document is in memory at a time.

use std::io::Read;

use crate::boundary::Boundary;
use crate::elide::elide;
use crate::error::CorpusError;
use crate::format::Format;
use crate::patent::Source;
use crate::record::RawDocument;

const CHUNK: usize = 1 << 18;

/// A document that is larger is freed of its tables and lists of sequences, which may be hundreds of megabytes.
const LARGE: usize = 1 << 25;

/// A document that is still larger is not kept: a file without beginnings may be of any size.
pub(crate) const LARGEST_DOCUMENT: usize = 1 << 26;

/// What is kept of a larger one, to tell what it is.
const HEAD: usize = 1 << 12;

/// Cuts one stream into documents.
pub(crate) struct Splitter<R> {
    file: String,
    input: R,
    boundary: Boundary,
    /// What has been read. The document that comes next begins at `start`, which is byte `offset` of the stream.
    buffer: Vec<u8>,
    start: usize,
    offset: u64,
    record: u64,
    ended: bool,
    large: usize,
    largest: usize,
    /// How many bytes of the next document were thrown away, and whether more than tables.
    dropped: u64,
    is_cut: bool,
}

impl<R: Read> Splitter<R> {
    pub(crate) fn new(file: String, boundary: Boundary, input: R) -> Self {
        Self {
            file,
            input,
            boundary,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            record: 0,
            ended: false,
            large: LARGE,
            largest: LARGEST_DOCUMENT,
            dropped: 0,
            is_cut: false,
        }
    }

    /// The next document that is not blank; `None` at the end of the stream.
    pub(crate) fn next_document(&mut self) -> Result<Option<RawDocument>, CorpusError> {
        loop {
            let length = self.document_length()?;
            if length == 0 {
                return Ok(None);
            }
            let mut bytes = self.take(length);
            let offset = self.offset;
            let dropped = std::mem::take(&mut self.dropped);
            self.offset += bytes.len() as u64 + dropped;
            if dropped > 0 {
                // What was still open has its end by now.
                elide(&mut bytes);
            }
            let is_cut = std::mem::take(&mut self.is_cut);
            if !is_blank(&bytes) && !self.boundary.is_preamble(&bytes) {
                self.record += 1;
                let source = Source { file: self.file.clone(), record: self.record, offset };
                let format = match Format::of(&bytes) {
                    format if !is_cut || format == Format::SequenceListing => format,
                    _ => Format::TooLarge,
                };
                return Ok(Some(RawDocument { source, format, bytes }));
            }
        }
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let end = self.start + length;
        if self.start == 0 && length > CHUNK {
            let rest = self.buffer.split_off(end);
            return std::mem::replace(&mut self.buffer, rest);
        }
        let bytes = self.buffer[self.start..end].to_vec();
        self.start = end;
        bytes
    }

    /// The length of the next document; reads as much as it takes to tell.
    fn document_length(&mut self) -> Result<usize, CorpusError> {
        // A beginning at the very start is the document's own.
        let mut searched = 1;
        loop {
            if let Some(found) = self.boundary.find(&self.buffer[self.start..], searched) {
                return Ok(found);
            }
            if self.ended {
                return Ok(self.buffer.len() - self.start);
            }
            self.buffer.drain(..self.start);
            self.start = 0;
            self.drop_excess();
            // The last bytes may be a part of what is searched for.
            searched = self.buffer.len().saturating_sub(Boundary::LONGEST - 1).max(1);
            self.fill()?;
        }
    }

    /// Throws away what is no text of a document that is large, and the middle of one that is too large.
    fn drop_excess(&mut self) {
        let before = self.buffer.len();
        if before > self.large {
            elide(&mut self.buffer);
        }
        let end = self.buffer.len().saturating_sub(Boundary::LONGEST - 1);
        if self.buffer.len() > self.largest && end > HEAD {
            self.buffer.drain(HEAD..end);
            self.is_cut = true;
        }
        self.dropped += (before - self.buffer.len()) as u64;
    }

    fn fill(&mut self) -> Result<(), CorpusError> {
        // Grows with the document, so that a large one is not read in thousands of small pieces.
        let room = CHUNK.max(self.buffer.len() / 4);
        let read = self.input.by_ref().take(room as u64).read_to_end(&mut self.buffer);
        match read {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(source) => {
                let offset = self.offset + self.dropped + self.buffer.len() as u64;
                return Err(CorpusError::Io { file: self.file.clone(), offset, source });
            }
        }
        Ok(())
    }
}

fn is_blank(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives out one byte at a time, so that every declaration lies across two reads.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = buffer.len().min(1);
            self.0.read(&mut buffer[..count])
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[(u64, &str)]) {
        let mut splitter = Splitter::new("f".into(), Boundary::Prolog, Slow(text.as_bytes()));
        let mut found = Vec::new();
        while let Some(document) = splitter.next_document().unwrap() {
            found.push((document.source.offset, String::from_utf8(document.bytes).unwrap()));
        }
        let found: Vec<_> = found.iter().map(|(offset, text)| (*offset, text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_document_goes_from_one_declaration_to_the_next() {
        check("", &[]);
        check(" \r\n", &[]);
        check("<a/>", &[(0, "<a/>")]);
        check("<?xml v?><a/>", &[(0, "<?xml v?><a/>")]);
        check("<?xml v?><a/>\n<?xml v?><b/>", &[(0, "<?xml v?><a/>\n"), (14, "<?xml v?><b/>")]);
        check("\u{feff}<?xml v?><a/>", &[(3, "<?xml v?><a/>")]);
        check("<?xml v?><?xml-stylesheet s?><a/>", &[(0, "<?xml v?><?xml-stylesheet s?><a/>")]);
    }

    #[test]
    fn a_document_too_large_is_passed_over_in_little_memory() {
        let giant = format!("<?xml v?><us-patent-grant>{}", "x".repeat(3 * CHUNK));
        let text = format!("{giant}<?xml v?><us-patent-grant/>");
        let mut splitter = Splitter::new("f".into(), Boundary::Prolog, text.as_bytes());
        splitter.large = CHUNK;
        splitter.largest = CHUNK;
        let first = splitter.next_document().unwrap().unwrap();
        assert_eq!(first.format, Format::TooLarge);
        assert!(first.bytes.len() < 2 * CHUNK);
        let second = splitter.next_document().unwrap().unwrap();
        assert_eq!(second.bytes, b"<?xml v?><us-patent-grant/>");
        assert_eq!(second.source.offset, giant.len() as u64);
        assert!(splitter.next_document().unwrap().is_none());
    }

    #[test]
    fn a_large_document_is_freed_of_its_sequences() {
        let listing = format!("<sequence-list>{}</sequence-list>", "acgt ".repeat(CHUNK));
        let text =
            format!("<?xml v?><us-patent-grant>{listing}a</us-patent-grant><?xml v?><us-patent-grant/>");
        let mut splitter = Splitter::new("f".into(), Boundary::Prolog, text.as_bytes());
        splitter.large = CHUNK;
        let first = splitter.next_document().unwrap().unwrap();
        assert_eq!(first.format, Format::UsptoGrant);
        assert!(first.bytes.len() < 2 * CHUNK);
        assert_eq!(
            first.bytes,
            b"<?xml v?><us-patent-grant><sequence-list></sequence-list>a</us-patent-grant>"
        );
        let second = splitter.next_document().unwrap().unwrap();
        assert_eq!(second.source.offset, text.find("<?xml v?><us-patent-grant/>").unwrap() as u64);
    }

    #[test]
    fn records_are_counted() {
        let mut splitter =
            Splitter::new("f".into(), Boundary::Prolog, "<?xml v?><a/><?xml v?><b/>".as_bytes());
        let records: Vec<u64> =
            std::iter::from_fn(|| splitter.next_document().unwrap()).map(|d| d.source.record).collect();
        assert_eq!(records, [1, 2]);
    }
}
