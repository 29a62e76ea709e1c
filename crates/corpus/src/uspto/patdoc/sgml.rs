//! SGML made well-formed: elements without a content are closed, and end tags that are left out are added.

use std::borrow::Cow;

/// The elements that the DTD declares `EMPTY`, and those of CALS tables.
const EMPTY: [&str; 23] = [
    "B221US",
    "B473US",
    "B597US",
    "CHEMCDX",
    "CHEMMOL",
    "CITED-BY-EXAMINER",
    "CITED-BY-OTHER",
    "COLSPEC",
    "CRF",
    "CUSTOM-CHARACTER",
    "DEL-E",
    "DEL-S",
    "DFREF",
    "EMI",
    "EMR",
    "FOR",
    "INS-E",
    "INS-S",
    "LSTREF",
    "MATHEMATICA",
    "PAREF",
    "SEQREF",
    "TBLREF",
];

/// The document with every element closed; `None` for XML, which begins with its declaration.
pub(super) fn closed(document: &[u8]) -> Option<String> {
    let text: Cow<'_, str> = String::from_utf8_lossy(document);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with("<?xml ") {
        return None;
    }
    // The DOCTYPE declares names of pictures alone, and those of an SGML parser's.
    let start = root_start(text)?;
    let mut closer = Closer { out: String::with_capacity(text.len() + 1024), open: Vec::new() };
    let mut rest = &text[start..];
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        closer.out.push_str(&rest[..at]);
        rest = closer.markup(&rest[at..]);
    }
    closer.out.push_str(rest);
    // What is open at the end of a document that was cut off stays open, so that it is told.
    Some(closer.out)
}

fn root_start(text: &str) -> Option<usize> {
    memchr::memmem::find(text.as_bytes(), b"<PATDOC")
}

struct Closer<'a> {
    out: String,
    open: Vec<&'a str>,
}

impl<'a> Closer<'a> {
    /// Copies the tag, comment or instruction at the start; gives what follows it.
    fn markup(&mut self, text: &'a str) -> &'a str {
        if let Some(comment) = text.strip_prefix("<!--") {
            return comment.split_once("-->").map_or("", |(_, rest)| rest);
        }
        let Some(end) = memchr::memchr(b'>', text.as_bytes()) else {
            self.out.push_str("&lt;");
            return &text[1..];
        };
        let (tag, rest) = text.split_at(end + 1);
        let inner = &tag[1..end];
        match inner.as_bytes().first() {
            Some(b'?') => self.out.extend(["<", inner.trim_end_matches('?'), "?>"]),
            Some(b'!') => {}
            Some(b'/') => self.end(inner[1..].trim()),
            Some(first) if first.is_ascii_alphabetic() => self.start(inner),
            _ => {
                self.out.push_str("&lt;");
                return &text[1..];
            }
        }
        rest
    }

    fn start(&mut self, inner: &'a str) {
        let inner_open = inner.trim_end_matches('/');
        let name = inner_open.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        let is_empty = inner.ends_with('/') || EMPTY.iter().any(|empty| name.eq_ignore_ascii_case(empty));
        if !is_empty {
            self.open.push(name);
        }
        self.out.extend(["<", inner_open, if is_empty { "/>" } else { ">" }]);
    }

    /// Closes all that was opened since; an end without a start is left out.
    fn end(&mut self, name: &str) {
        // Far more than the DTD allows to lie within one another.
        const DEEPEST: usize = 500;
        let last = &self.open[self.open.len().saturating_sub(DEEPEST)..];
        let Some(at) = last.iter().rposition(|open| *open == name) else { return };
        let at = self.open.len() - last.len() + at;
        for open in self.open.drain(at..).rev() {
            self.out.extend(["</", open, ">"]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sgml: &str, expected: &str) {
        let document = format!("<!DOCTYPE PATDOC [\n<!ENTITY a SYSTEM \"a\">\n]>\n<PATDOC>{sgml}</PATDOC>");
        let closed = closed(document.as_bytes()).unwrap();
        assert_eq!(closed, format!("<PATDOC>{expected}</PATDOC>"));
    }

    #[test]
    fn every_element_is_closed() {
        check(
            "<B561><PCIT></PCIT><CITED-BY-EXAMINER></B561>",
            "<B561><PCIT></PCIT><CITED-BY-EXAMINER/></B561>",
        );
        check("<EMI ID=\"a\" FILE=\"b\">", "<EMI ID=\"a\" FILE=\"b\"/>");
        check("<EMI ID=\"a\"/>", "<EMI ID=\"a\"/>");
        check("<LI><PTEXT>a<LI>b</UL></LI>", "<LI><PTEXT>a<LI>b</LI></PTEXT></LI>");
        check("<B1><PDAT>a</B1>", "<B1><PDAT>a</PDAT></B1>");
        check("a</B2>", "a");
    }

    #[test]
    fn other_markup_becomes_that_of_xml() {
        check("<?PI x><!-- <a> -->b", "<?PI x?>b");
        check("a < b", "a &lt; b");
    }

    #[test]
    fn xml_is_left_alone() {
        assert_eq!(closed(b"<?xml version=\"1.0\"?><PATDOC/>"), None);
        assert_eq!(closed(b"no mark-up"), None);
    }
}
