//! Why a document is no patent.

use crate::format::root_name;
use crate::split::LARGEST_DOCUMENT;

/// What is wrong with one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The byte in the document where it was noticed.
    pub(crate) offset: u64,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { offset: 0, message: message.into() }
    }

    /// For a document that was not kept whole.
    pub(crate) fn too_large() -> Self {
        Self::new(format!("is larger than {} MiB; no patent is", LARGEST_DOCUMENT >> 20))
    }

    /// For a document whose root element is none that is known.
    pub(crate) fn unknown(document: &[u8]) -> Self {
        match root_name(document) {
            Some(name) => Self::new(format!("is no patent: its root element is <{}>", shown(name))),
            None => Self::new(format!("is no XML: it begins {:?}", shown(document))),
        }
    }
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(160)]).chars().take(40).collect()
}
