//! What a dump consists of: documents, and what becomes of each.

use serde::Serialize;

use crate::format::Format;
use crate::patent::{Patent, Source};
use crate::uspto;

/// A document as it lies in the dump, not yet parsed.
#[derive(Debug, Clone)]
pub struct RawDocument {
    /// Where it lies.
    pub source: Source,
    /// What it is.
    pub format: Format,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of a document.
#[derive(Debug, Clone)]
pub enum Record {
    /// A patent.
    Patent(Box<Patent>),
    /// A document that should be a patent and cannot be parsed.
    Skipped(Skip),
    /// A sequence listing, which belongs to the patent before it and holds no text.
    SequenceListing(Source),
}

/// Where a document lies that was skipped, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skip {
    /// The file; an entry of an archive is written "archive.zip!entry.xml".
    pub file: String,
    /// The document's place in the file, from 1.
    pub record: u64,
    /// The byte where the document begins, in the decompressed file.
    pub offset: u64,
    /// What is wrong, with the byte in the file where it was noticed.
    pub reason: String,
}

impl std::fmt::Display for Skip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            file,
            record,
            offset,
            reason,
        } = self;
        write!(f, "{file}: record {record} at byte {offset}: {reason}")
    }
}

/// Parses a document. A pure function: documents may be parsed on many threads.
pub fn parse(document: &RawDocument) -> Record {
    let parsed = match document.format {
        Format::SequenceListing => return Record::SequenceListing(document.source.clone()),
        Format::UsptoGrant | Format::UsptoApplication => uspto::parse(&document.bytes),
        Format::Unknown => Err(uspto::Fault::unknown(&document.bytes)),
    };
    match parsed {
        Ok(patent) => Record::Patent(Box::new(Patent {
            source: document.source.clone(),
            ..patent
        })),
        Err(fault) => Record::Skipped(Skip {
            file: document.source.file.clone(),
            record: document.source.record,
            offset: document.source.offset,
            reason: format!(
                "{} (byte {})",
                fault.message,
                document.source.offset + fault.offset
            ),
        }),
    }
}
