//! Grants of 2001 to 2004: SGML v2.4 and XML v2.5, weekly `pgYYMMDD`.
//!
//! The elements of the front page are named by their numbers in WIPO ST.32, `B110` the number of the patent.
//! Source of the format: the DTD `ST32-US-Grant-025xml`, whose entities are read without it.

mod citations;
mod front;
mod sgml;

use std::borrow::Cow;

use crate::fault::Fault;
use crate::patent::Patent;
use crate::xml::{Tag, Xml, block_text};
use crate::{claims, description};

/// Reads one grant.
pub(crate) fn read(document: &[u8]) -> Result<Patent, Fault> {
    match sgml::closed(document) {
        Some(closed) => Xml::document(closed.as_bytes(), grant),
        None => Xml::document(document, grant),
    }
}

fn grant<'a>(xml: &mut Xml<'a>, root: &Tag<'a>) -> Result<Patent, Fault> {
    let mut patent = Patent::default();
    xml.children(root, |xml, child| {
        match child.name() {
            "SDOBI" => front::read(xml, child, &mut patent)?,
            "SDOAB" => patent.abstract_text = block_text(xml, child)?,
            "SDODE" => patent.description = description::read(xml, child)?,
            "SDOCL" => (patent.claim_statement, patent.claims) = claims::read_with_statement(xml, child)?,
            _ => {}
        }
        Ok(())
    })?;
    if patent.number.serial.is_empty() { Err(xml.fault("has no number (B110)")) } else { Ok(patent) }
}

/// A value without the blanks around it; its text lies in `PDAT` elements.
fn value<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Cow<'a, str>, Fault> {
    Ok(crate::document_id::trimmed(xml.value(tag)?))
}
