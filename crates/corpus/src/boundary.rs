//! Where one document of a dump ends and the next begins.

use memchr::memmem;

use crate::format::root_name;

/// What a document begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boundary {
    /// An XML declaration; or a DOCTYPE, as some files have nothing but that.
    Prolog,
    /// A line that consists of this word.
    Line(&'static [u8]),
}

const DECLARATION: &[u8] = b"<?xml ";
const DOCTYPE: &[u8] = b"<!DOCTYPE";

impl Boundary {
    /// No beginning is told by more bytes than this.
    pub(crate) const LONGEST: usize = 16;

    /// Where in `buffer`, which begins with a document, the next one begins; not before `from`.
    pub(crate) fn find(self, buffer: &[u8], from: usize) -> Option<usize> {
        match self {
            Self::Prolog => {
                let declaration = find(buffer, from, DECLARATION);
                let doctype = second_doctype(&buffer[..declaration.unwrap_or(buffer.len())], from);
                doctype.or(declaration)
            }
            Self::Line(word) => line(buffer, from, word),
        }
    }

    /// Whether `bytes` are a header before the first document.
    pub(crate) fn is_preamble(self, bytes: &[u8]) -> bool {
        match self {
            Self::Prolog => false,
            Self::Line(_) => bytes.trim_ascii_start().starts_with(b"HHHHH"),
        }
    }
}

fn find(buffer: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    Some(from + memmem::find(buffer.get(from..)?, what)?)
}

/// A DOCTYPE behind a root element: the one before it is the document's own, and may stand in a comment.
fn second_doctype(buffer: &[u8], from: usize) -> Option<usize> {
    let mut from = from;
    loop {
        let found = find(buffer, from, DOCTYPE)?;
        if root_name(&buffer[..found]).is_some() {
            return Some(found);
        }
        from = found + DOCTYPE.len();
    }
}

fn line(buffer: &[u8], from: usize, word: &[u8]) -> Option<usize> {
    let mut from = from;
    loop {
        let found = find(buffer, from, word)?;
        let rest = &buffer[found + word.len()..];
        let line_end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        if buffer[..found].ends_with(b"\n") && rest[..line_end].trim_ascii().is_empty() {
            return Some(found);
        }
        from = found + word.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(boundary: Boundary, buffer: &str, expected: &str) {
        let found = boundary.find(buffer.as_bytes(), 1).map_or("none", |at| &buffer[at..]);
        assert_eq!(found, expected);
    }

    #[test]
    fn xml_begins_with_its_prolog() {
        check(Boundary::Prolog, "<?xml v?><a/><?xml v?><b/>", "<?xml v?><b/>");
        check(Boundary::Prolog, "<?xml v?><!DOCTYPE a><a/><?xml v?>", "<?xml v?>");
        check(Boundary::Prolog, "<!DOCTYPE a><a/><!DOCTYPE b><b/>", "<!DOCTYPE b><b/>");
        check(Boundary::Prolog, "<?xml v?><!-- <!DOCTYPE b> --><!DOCTYPE a><a/>", "none");
        check(Boundary::Prolog, "", "none");
    }

    #[test]
    fn lines_begin_with_a_word() {
        let patn = Boundary::Line(b"PATN");
        check(patn, "PATN\nWKU  1\nPAR  of PATN\nPATN\r\nWKU  2", "PATN\r\nWKU  2");
        check(patn, "HHHHHT  APS1\nPATN  \nWKU  1", "PATN  \nWKU  1");
        check(patn, "PATN\nPATNS\n", "none");
    }
}
