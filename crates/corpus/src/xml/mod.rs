//! What all XML formats share: elements read one after another, and the readable text of their mark-up.
//!
//! A reader is a function over an [`Xml`] and the [`Tag`] whose element it reads. It matches on the names of
//! the child elements that it wants; what it leaves is passed over. No tree is built, so that a document
//! costs no more memory than the patent that comes of it.
//!
//! ```text
//! xml.children(tag, |xml, child| {
//!     match child.name() {
//!         "invention-title" => title = line_text(xml, child)?,
//!         "date" => date = parse_date(&xml.value(child)?),
//!         _ => {}
//!     }
//!     Ok(())
//! })?;
//! ```

mod doctype;
mod entities;
mod maths;
mod reader;
mod text;

pub(crate) use reader::{Event, Tag, Xml};
pub(crate) use text::{block_text, is_number, line_text, marked_text};
