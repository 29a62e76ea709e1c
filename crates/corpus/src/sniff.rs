//! Tells by its first bytes whether a file is a dump, and says what it is instead.

use std::io::Read;

use memchr::memmem;

use crate::error::CorpusError;
use crate::format::Format;

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

/// Whether the start of a file has the root element of a format that can be read.
pub(crate) fn is_dump(start: &[u8]) -> bool {
    Format::of(start) != Format::Unknown
        || [&b"<us-patent-grant"[..], b"<us-patent-application", b"<sequence-cwu"]
            .iter()
            .any(|root| memmem::find(start, root).is_some())
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
