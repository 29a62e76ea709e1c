//! The formats that can be read, told by a document's first element.

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// USPTO grant XML v4.0 and later, `us-patent-grant`.
    UsptoGrant,
    /// USPTO application XML v4.0 and later, `us-patent-application`.
    UsptoApplication,
    /// A sequence listing between USPTO patents, `sequence-cwu`.
    SequenceListing,
    /// A document too large to be a patent, of which only the start is kept.
    TooLarge,
    /// Anything else.
    Unknown,
}

impl Format {
    /// Tells a document by its root element, passing over declarations, DOCTYPE and comments.
    pub fn of(document: &[u8]) -> Self {
        match root_name(document) {
            Some(b"us-patent-grant") => Self::UsptoGrant,
            Some(b"us-patent-application") => Self::UsptoApplication,
            Some(b"sequence-cwu") => Self::SequenceListing,
            _ => Self::Unknown,
        }
    }
}

/// The name of the first element.
pub(crate) fn root_name(document: &[u8]) -> Option<&[u8]> {
    let start = document.windows(2).position(|pair| pair[0] == b'<' && pair[1].is_ascii_alphabetic())? + 1;
    let rest = &document[start..];
    let end = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_.:".contains(byte)))?;
    Some(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(document: &str, expected: Format) {
        assert_eq!(Format::of(document.as_bytes()), expected);
    }

    #[test]
    fn the_root_element_decides() {
        check("<?xml version=\"1.0\"?>\n<!DOCTYPE x [ ]>\n<us-patent-grant lang=\"EN\">", Format::UsptoGrant);
        check("<us-patent-application>", Format::UsptoApplication);
        check("<?xml?><sequence-cwu id=\"a\">", Format::SequenceListing);
        check("<html><body>", Format::Unknown);
        check("", Format::Unknown);
        check("no mark-up", Format::Unknown);
    }
}
