//! Cuts a stream into the elements of one name, as DOCDB's files hold them: thousands in one document.

use std::io::Read;

use crate::error::CorpusError;
use crate::format::Format;
use crate::record::RawDocument;
use crate::window::Window;

/// The name without its prefix; that of the root, `exchange-documents`, begins like it.
const NAME: &[u8] = b"exchange-document";

/// Cuts one stream into `exchange-document` elements; what stands between them is passed over.
pub(crate) struct Elements<R> {
    window: Window<R>,
}

/// Where a tag of the name begins and ends.
enum Tag {
    Start(usize),
    End(usize),
}

impl<R: Read> Elements<R> {
    pub(crate) fn new(file: String, input: R) -> Self {
        Self { window: Window::new(file, input) }
    }

    /// The next element; `None` at the end of the stream. One that is not closed ends where the next begins.
    pub(crate) fn next_document(&mut self) -> Result<Option<RawDocument>, CorpusError> {
        loop {
            match self.next_tag(0)? {
                Some(Tag::Start(at)) => {
                    self.window.pass(at);
                    return self.element().map(Some);
                }
                Some(Tag::End(end)) => self.window.pass(end),
                None => return Ok(None),
            }
        }
    }

    /// The element whose start tag the window begins with.
    fn element(&mut self) -> Result<RawDocument, CorpusError> {
        let begin = self.window.begin();
        let first_tag = self.window.find(0, b">")?.unwrap_or(0);
        let is_empty = self.window.content()[..first_tag].ends_with(b"/");
        let length = match self.next_tag(first_tag)? {
            _ if is_empty => first_tag + 1,
            Some(Tag::Start(at) | Tag::End(at)) => at,
            None => self.window.content().len(),
        };
        Ok(self.window.take(length, begin, Format::Docdb))
    }

    /// The next tag from that place on: where it begins if it is a start tag, where it ends if it is an end tag.
    fn next_tag(&mut self, from: usize) -> Result<Option<Tag>, CorpusError> {
        let mut from = from;
        while let Some(name) = self.window.find(from, NAME)? {
            from = name + NAME.len();
            let next = self.window.byte(from)?;
            if !next.is_some_and(|byte| byte.is_ascii_whitespace() || byte == b'>') {
                continue;
            }
            let before = &self.window.content()[..name];
            let prefix =
                before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':').count();
            match before[..name - prefix] {
                [.., b'<', b'/'] => {
                    let end = self.window.find(from, b">")?.map_or(from, |end| end + 1);
                    return Ok(Some(Tag::End(end)));
                }
                [.., b'<'] => return Ok(Some(Tag::Start(name - prefix - 1))),
                _ => {}
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::tests::Slow;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut elements = Elements::new("f".into(), Slow(text.as_bytes()));
        let found: Vec<_> = std::iter::from_fn(|| elements.next_document().unwrap()).collect();
        for element in &found {
            let offset = element.source.offset as usize;
            assert_eq!(&text.as_bytes()[offset..offset + element.bytes.len()], element.bytes);
        }
        let found: Vec<_> =
            found.iter().map(|element| std::str::from_utf8(&element.bytes).unwrap()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn elements_are_cut_out_of_their_document() {
        check(
            "<?xml v?><e:exchange-documents><e:exchange-document a=\"1\"><b/></e:exchange-document>\n\
             <e:exchange-document>c</e:exchange-document ></e:exchange-documents>",
            &[
                "<e:exchange-document a=\"1\"><b/></e:exchange-document>",
                "<e:exchange-document>c</e:exchange-document >",
            ],
        );
        check("<exchange-document>\na</exchange-document>", &["<exchange-document>\na</exchange-document>"]);
        check(
            "<exchange-document a=\"1\"/><exchange-document>b</exchange-document>",
            &["<exchange-document a=\"1\"/>", "<exchange-document>b</exchange-document>"],
        );
        check("<exchange-documents></exchange-documents>", &[]);
        check("", &[]);
    }

    #[test]
    fn an_element_that_is_not_closed_ends_where_the_next_begins() {
        check(
            "<exchange-document>a<exchange-document>b</exchange-document>",
            &["<exchange-document>a", "<exchange-document>b</exchange-document>"],
        );
        check("<exchange-document>a", &["<exchange-document>a"]);
    }
}
