//! Cuts a stream of concatenated XML documents into documents.
//!
//! The weekly files of the USPTO are thousands of XML documents one after another, each with its own
//! declaration: a document goes from one `<?xml ` to the next. Only one document is in memory at a time.

use std::io::Read;

use memchr::memmem;

use crate::error::CorpusError;
use crate::format::Format;
use crate::patent::Source;
use crate::record::RawDocument;

const DECLARATION: &[u8] = b"<?xml ";
const CHUNK: usize = 1 << 18;

/// A document that is larger is not kept in memory: a file without declarations may be of any size.
pub(crate) const LARGEST_DOCUMENT: usize = 1 << 29;

/// What is kept of a larger one, to tell what it is.
const HEAD: usize = 1 << 12;

/// Cuts one stream into documents.
pub(crate) struct Splitter<R> {
    file: String,
    input: R,
    /// What has been read and not given out; begins at byte `offset` of the stream.
    buffer: Vec<u8>,
    offset: u64,
    record: u64,
    ended: bool,
    largest: usize,
    /// How many bytes of the document at the buffer's start were thrown away.
    dropped: u64,
}

impl<R: Read> Splitter<R> {
    pub(crate) fn new(file: String, input: R) -> Self {
        Self {
            file,
            input,
            buffer: Vec::new(),
            offset: 0,
            record: 0,
            ended: false,
            largest: LARGEST_DOCUMENT,
            dropped: 0,
        }
    }

    /// The next document that is not blank; `None` at the end of the stream.
    pub(crate) fn next_document(&mut self) -> Result<Option<RawDocument>, CorpusError> {
        loop {
            let end = self.document_end()?;
            if end == 0 {
                return Ok(None);
            }
            let rest = self.buffer.split_off(end);
            let bytes = std::mem::replace(&mut self.buffer, rest);
            let offset = self.offset;
            let dropped = std::mem::take(&mut self.dropped);
            self.offset += bytes.len() as u64 + dropped;
            if !is_blank(&bytes) {
                self.record += 1;
                let source = Source { file: self.file.clone(), record: self.record, offset };
                return Ok(Some(RawDocument {
                    source,
                    format: match Format::of(&bytes) {
                        format if dropped == 0 || format == Format::SequenceListing => format,
                        _ => Format::TooLarge,
                    },
                    bytes,
                }));
            }
        }
    }

    /// Where in the buffer the document at its start ends; reads as much as that takes.
    fn document_end(&mut self) -> Result<usize, CorpusError> {
        // A declaration at the very start is the document's own.
        let mut searched = 1;
        loop {
            if let Some(found) = self.buffer.get(searched..).and_then(|tail| memmem::find(tail, DECLARATION))
            {
                return Ok(searched + found);
            }
            if self.ended {
                return Ok(self.buffer.len());
            }
            self.drop_excess();
            // The last bytes may be the beginning of a declaration.
            searched = self.buffer.len().saturating_sub(DECLARATION.len() - 1).max(1);
            self.fill()?;
        }
    }

    /// Throws away the middle of a document that is too large.
    fn drop_excess(&mut self) {
        let end = self.buffer.len().saturating_sub(DECLARATION.len() - 1);
        if self.buffer.len() > self.largest && end > HEAD {
            self.buffer.drain(HEAD..end);
            self.dropped += (end - HEAD) as u64;
        }
    }

    fn fill(&mut self) -> Result<(), CorpusError> {
        // Grows with the document, so that a large one is not read in thousands of small pieces.
        let room = CHUNK.max(self.buffer.len() / 2);
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
        let mut splitter = Splitter::new("f".into(), Slow(text.as_bytes()));
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
        let mut splitter = Splitter::new("f".into(), text.as_bytes());
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
    fn records_are_counted() {
        let mut splitter = Splitter::new("f".into(), "<?xml v?><a/><?xml v?><b/>".as_bytes());
        let records: Vec<u64> =
            std::iter::from_fn(|| splitter.next_document().unwrap()).map(|d| d.source.record).collect();
        assert_eq!(records, [1, 2]);
    }
}
