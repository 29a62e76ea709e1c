//! A stream through a window that moves with the record at hand.

use std::io::Read;

use memchr::memmem;

use crate::error::CorpusError;
use crate::format::Format;
use crate::patent::Source;
use crate::record::RawDocument;
use crate::split::LARGEST_DOCUMENT;

const CHUNK: usize = 1 << 18;

/// What is kept at either end of a record that is too large.
const HEAD: usize = 1 << 12;

/// The part of a stream from the record at hand on; places in it count from that record's first byte.
pub(crate) struct Window<R> {
    file: String,
    input: R,
    buffer: Vec<u8>,
    /// Where in the buffer the record at hand begins.
    start: usize,
    /// The byte of the stream at which the buffer begins.
    offset: u64,
    /// Records given out.
    record: u64,
    ended: bool,
    /// Whether all of the record at hand is kept.
    whole: bool,
    /// A record that is larger is not kept whole.
    pub(crate) largest: usize,
}

impl<R: Read> Window<R> {
    pub(crate) fn new(file: String, input: R) -> Self {
        Self {
            file,
            input,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            record: 0,
            ended: false,
            whole: true,
            largest: LARGEST_DOCUMENT,
        }
    }

    /// What has been read of the stream so far, from the record at hand on.
    pub(crate) fn content(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// The byte at that place; reads as much as that takes. `None` beyond the end of the stream.
    pub(crate) fn byte(&mut self, at: usize) -> Result<Option<u8>, CorpusError> {
        while self.start + at >= self.buffer.len() && self.read_on()? {}
        Ok(self.buffer.get(self.start + at).copied())
    }

    /// Lets go of the first bytes, which have been read.
    pub(crate) fn pass(&mut self, length: usize) {
        self.start += length;
    }

    /// Takes the first bytes as a record that began at byte `begin` of the stream.
    pub(crate) fn take(&mut self, length: usize, begin: u64, format: Format) -> RawDocument {
        let bytes = self.content()[..length].to_vec();
        self.pass(length);
        self.record += 1;
        let format = if std::mem::replace(&mut self.whole, true) { format } else { Format::TooLarge };
        let source = Source { file: self.file.clone(), record: self.record, offset: begin };
        RawDocument { source, format, bytes }
    }

    /// Where `pattern` stands next, from that place on; reads as much as that takes.
    pub(crate) fn find(&mut self, from: usize, pattern: &[u8]) -> Result<Option<usize>, CorpusError> {
        let mut from = from;
        loop {
            if let Some(found) = self.content().get(from..).and_then(|rest| memmem::find(rest, pattern)) {
                return Ok(Some(from + found));
            }
            // The last bytes may be its beginning.
            from = self.bounded(from.max((self.content().len() + 1).saturating_sub(pattern.len())));
            if !self.read_on()? {
                return Ok(None);
            }
        }
    }

    /// Throws away the middle of a record that is too large before `at`; where `at` lies then.
    pub(crate) fn bounded(&mut self, at: usize) -> usize {
        if at <= self.largest.max(3 * HEAD) {
            return at;
        }
        self.buffer.drain(self.start + HEAD..self.start + at - HEAD);
        self.offset += (at - 2 * HEAD) as u64;
        self.whole = false;
        2 * HEAD
    }

    /// The byte of the stream at which the record at hand begins.
    pub(crate) fn begin(&self) -> u64 {
        self.offset + self.start as u64
    }

    /// Reads some more of the stream; false at its end.
    pub(crate) fn read_on(&mut self) -> Result<bool, CorpusError> {
        self.buffer.drain(..self.start);
        self.offset += self.start as u64;
        self.start = 0;
        // Grows with the record, so that a large one is not read in thousands of small pieces.
        let room = CHUNK.max(self.buffer.len() / 2);
        match self.input.by_ref().take(room as u64).read_to_end(&mut self.buffer) {
            Ok(read) => self.ended |= read == 0,
            Err(source) => {
                let offset = self.offset + self.buffer.len() as u64;
                return Err(CorpusError::Io { file: self.file.clone(), offset, source });
            }
        }
        Ok(!self.ended)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Gives out one byte at a time, so that everything lies across two reads.
    pub(crate) struct Slow<'a>(pub(crate) &'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = buffer.len().min(1);
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn the_window_moves_with_the_record() {
        let text = "x".repeat(2 * CHUNK) + "yz";
        let mut window = Window::new("f".into(), text.as_bytes());
        assert_eq!(window.byte(2 * CHUNK).unwrap(), Some(b'y'));
        window.pass(2 * CHUNK);
        assert_eq!(window.byte(1).unwrap(), Some(b'z'));
        assert_eq!(window.byte(2).unwrap(), None);
        let begin = window.begin();
        let RawDocument { source, bytes, .. } = window.take(2, begin, Format::Lens);
        assert_eq!((source.record, source.offset, bytes.as_slice()), (1, 2 * CHUNK as u64, &b"yz"[..]));
    }

    #[test]
    fn what_is_too_large_is_not_kept_whole() {
        let text = "x".repeat(2 * CHUNK) + "yz";
        let mut window = Window::new("f".into(), text.as_bytes());
        window.largest = CHUNK / 2;
        let at = window.find(0, b"yz").unwrap().unwrap();
        assert!(at < CHUNK + 3 * HEAD, "{at}");
        assert_eq!(window.take(at + 2, 0, Format::Lens).format, Format::TooLarge);
        assert_eq!(window.begin(), text.len() as u64);
    }
}
