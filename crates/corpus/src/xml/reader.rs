//! A document's elements, one after another.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesEnd, BytesStart, Event as Raw};

use super::{doctype, entities};
use crate::fault::Fault;

/// What comes next in an element.
pub(crate) enum Event<'a> {
    /// A child element begins. It may be read with the functions that take a tag, or gone into by asking on.
    Start(Tag<'a>),
    /// The element of that name ends, which was gone into.
    End(EndTag<'a>),
    /// Text, with its references resolved; a run of text comes as one.
    Text(Cow<'a, str>),
    /// A processing instruction: its target and what follows it.
    Instruction(Cow<'a, str>),
}

/// The start tag of an element.
pub(crate) struct Tag<'a> {
    start: BytesStart<'a>,
    depth: usize,
}

/// The end tag of an element.
pub(crate) struct EndTag<'a>(BytesEnd<'a>);

impl EndTag<'_> {
    /// The name without a namespace's prefix.
    pub(crate) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }
}

impl Tag<'_> {
    /// The name without a namespace's prefix.
    pub(crate) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// An attribute's value by the attribute's name, prefix included.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let attribute = self.start.try_get_attribute(name).ok()??;
        Some(if attribute.value.contains('&') {
            Cow::Owned(resolved(&attribute.value))
        } else {
            attribute.value
        })
    }
}

fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('&');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.split_once(';') {
            Some((name, rest)) => {
                entities::push(name, &mut out);
                out.push_str(rest);
            }
            None => out.extend(["&", piece]),
        }
    }
    out
}

/// A document that is being read.
///
/// References to characters and to well-known names are resolved, an `&` that begins none is text, and no
/// declared entity is ever expanded or fetched.
pub(crate) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    /// How many elements are open.
    depth: usize,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self { reader, text, depth: 0 }
    }

    /// Reads a document by its root element, as [`Self::root`] does. Bytes that are no UTF-8 are replaced.
    pub(crate) fn document<T>(
        bytes: &[u8],
        read: impl for<'t> FnOnce(&mut Xml<'t>, &Tag<'t>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let bare = bytes.strip_prefix(MARK).unwrap_or(bytes);
        let read = match std::str::from_utf8(bare) {
            Ok(text) => Xml::root(text, read),
            Err(_) => Xml::root(&String::from_utf8_lossy(bare), read),
        };
        let skipped = (bytes.len() - bare.len()) as u64;
        read.map_err(|fault| Fault { offset: fault.offset + skipped, ..fault })
    }

    /// Reads the root element by `read`, and the document to its end.
    ///
    /// # Errors
    ///
    /// Fails if the document is not well-formed, has no root or two, or declares an entity with a text.
    pub(crate) fn root<T>(
        text: &'a str,
        read: impl FnOnce(&mut Self, &Tag<'a>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut xml = Self::new(text);
        let root = xml.next_root()?.ok_or_else(|| Fault::new("has no element"))?;
        let read = read(&mut xml, &root)?;
        xml.skip(&root)?;
        match xml.next_root()? {
            None => Ok(read),
            Some(second) => Err(xml.fault(format!("has a second root element, <{}>", second.name()))),
        }
    }

    /// The next element outside of all others.
    fn next_root(&mut self) -> Result<Option<Tag<'a>>, Fault> {
        loop {
            match self.raw()? {
                Raw::Start(start) => return Ok(Some(self.enter(start))),
                Raw::Eof => return Ok(None),
                Raw::DocType(declarations) if doctype::declares_text(&declarations) => {
                    return Err(self.fault("declares an entity of its own; such are not expanded"));
                }
                _ => {}
            }
        }
    }

    /// What comes next in the element of that tag; `None` when it has ended.
    pub(crate) fn next(&mut self, tag: &Tag<'a>) -> Result<Option<Event<'a>>, Fault> {
        while self.depth >= tag.depth {
            let event = match self.raw()? {
                Raw::Text(text) => Event::Text(self.run(text.into_inner())?),
                Raw::GeneralRef(name) => {
                    let mut text = String::new();
                    entities::push(&name, &mut text);
                    Event::Text(self.run(Cow::Owned(text))?)
                }
                Raw::CData(text) => Event::Text(self.run(text.into_inner())?),
                Raw::Start(start) => Event::Start(self.enter(start)),
                Raw::PI(instruction) => Event::Instruction(instruction.into_inner()),
                Raw::End(_) if self.depth == tag.depth => {
                    self.depth -= 1;
                    return Ok(None);
                }
                Raw::End(end) => {
                    self.depth -= 1;
                    Event::End(EndTag(end))
                }
                Raw::Eof => return Err(self.ended_early()),
                _ => continue,
            };
            return Ok(Some(event));
        }
        Ok(None)
    }

    /// Reads each child element by `read`; what `read` leaves of it is passed over.
    pub(crate) fn children(
        &mut self,
        tag: &Tag<'a>,
        mut read: impl FnMut(&mut Self, &Tag<'a>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        // What is no element is looked at no further: that is faster than to ask for the next event.
        while self.depth >= tag.depth {
            match self.raw()? {
                Raw::Start(start) => {
                    let child = self.enter(start);
                    read(self, &child)?;
                    self.skip(&child)?;
                }
                Raw::End(_) => self.depth -= 1,
                Raw::Eof => return Err(self.ended_early()),
                _ => {}
            }
        }
        Ok(())
    }

    /// The text of an element as it is written, without its mark-up.
    pub(crate) fn value(&mut self, tag: &Tag<'a>) -> Result<Cow<'a, str>, Fault> {
        let mut value = Cow::Borrowed("");
        while let Some(event) = self.next(tag)? {
            match event {
                Event::Text(text) if value.is_empty() => value = text,
                Event::Text(text) => value.to_mut().push_str(&text),
                _ => {}
            }
        }
        Ok(value)
    }

    /// Passes over what is left of the element.
    pub(crate) fn skip(&mut self, tag: &Tag<'a>) -> Result<(), Fault> {
        while self.depth >= tag.depth {
            match self.raw()? {
                Raw::Start(_) => self.depth += 1,
                Raw::End(_) => self.depth -= 1,
                Raw::Eof => return Err(self.ended_early()),
                _ => {}
            }
        }
        Ok(())
    }

    fn enter(&mut self, start: BytesStart<'a>) -> Tag<'a> {
        self.depth += 1;
        Tag { start, depth: self.depth }
    }

    #[inline]
    fn raw(&mut self) -> Result<Raw<'a>, Fault> {
        self.reader.read_event().map_err(|error| Fault {
            offset: self.reader.error_position(),
            message: format!("is not well-formed XML: {error}"),
        })
    }

    /// Text with all that belongs to it: quick-xml gives references and CDATA apart.
    fn run(&mut self, first: Cow<'a, str>) -> Result<Cow<'a, str>, Fault> {
        let mut text = first;
        loop {
            let rest = &self.text.as_bytes()[self.reader.buffer_position() as usize..];
            match rest {
                [b'<', b'!', b'[', ..] => {}
                [b'<', ..] | [] => return Ok(text),
                _ => {}
            }
            match self.raw()? {
                Raw::Text(more) => text.to_mut().push_str(&more),
                Raw::CData(more) => text.to_mut().push_str(&more),
                Raw::GeneralRef(name) => entities::push(&name, text.to_mut()),
                // Nothing else begins as text does.
                _ => return Ok(text),
            }
        }
    }

    fn ended_early(&self) -> Fault {
        self.fault("is not well-formed XML: it ends within an element")
    }

    /// Something wrong at this place.
    pub(crate) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault { offset: self.reader.buffer_position(), message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Starts, ends and texts of the root's content.
    fn events(text: &str) -> Result<Vec<String>, Fault> {
        Xml::root(text, |xml, root| {
            let mut found = Vec::new();
            while let Some(event) = xml.next(root)? {
                found.push(match event {
                    Event::Start(tag) => format!("<{}", tag.name()),
                    Event::End(end) => format!("{}>", end.name()),
                    Event::Text(text) => text.into_owned(),
                    Event::Instruction(text) => format!("?{text}"),
                });
            }
            Ok(found)
        })
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(events(text).unwrap(), expected);
    }

    #[track_caller]
    fn check_fault(text: &str, message: &str, offset: u64) {
        let fault = events(text).unwrap_err();
        assert!(fault.message.contains(message), "{}", fault.message);
        assert_eq!(fault.offset, offset);
    }

    #[test]
    fn elements_come_one_after_another() {
        check("<a><b>c</b><x:d/><?e f?><!-- g --></a>", &["<b", "c", "b>", "<d", "d>", "?e f"]);
    }

    #[test]
    fn a_run_of_text_comes_as_one() {
        check("<a>b&amp;c&#956;<![CDATA[<d>]]>e</a>", &["b&cμ<d>e"]);
        check("<a>&lsqb;0001&rsqb;</a>", &["[0001]"]);
    }

    #[test]
    fn an_ampersand_may_stand_alone() {
        check("<a>b & c &foo; &d</a>", &["b & c &foo; &d"]);
        check("<a>&</a>", &["&"]);
        check("<a>&amp;& b</a>", &["&& b"]);
    }

    #[test]
    fn what_is_not_well_formed_is_placed() {
        check_fault("<a><b>c</a>", "is not well-formed XML", 7);
        check_fault("<a><b>c</b>", "it ends within an element", 11);
        check_fault("<a/><b/>", "has a second root element, <b>", 8);
        check_fault("<?xml version=\"1.0\"?>", "has no element", 0);
    }

    #[test]
    fn attributes_have_their_references_resolved() {
        let value = |text| Xml::root(text, |_, root| Ok(root.attribute("b").map(Cow::into_owned))).unwrap();
        assert_eq!(value("<a b=\"c &amp; d\"/>").as_deref(), Some("c & d"));
        assert_eq!(value("<a b='&#65;&x'/>").as_deref(), Some("A&x"));
        assert_eq!(value("<a c='d'/>"), None);
    }

    #[test]
    fn what_is_left_of_a_child_is_passed_over() {
        let found = Xml::root("<a><b><c>d</c></b><b>e</b></a>", |xml, root| {
            let mut found = Vec::new();
            xml.children(root, |xml, child| {
                if found.is_empty() {
                    xml.children(child, |_, inner| {
                        found.push(inner.name().to_owned());
                        Ok(())
                    })
                } else {
                    found.push(xml.value(child)?.into_owned());
                    // An element that has ended has nothing more.
                    assert!(xml.next(child)?.is_none());
                    Ok(())
                }
            })?;
            Ok(found)
        });
        assert_eq!(found.unwrap(), ["c", "e"]);
    }
}
