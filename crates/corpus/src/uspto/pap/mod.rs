//! Applications of 2001 to 2004: XML v1.5 and v1.6, weekly `paYYMMDD`.
//!
//! Source of the format: the DTDs `pap-v15-2001-01-31` and `pap-v16-2002-01-01`, whose entities are read
//! without them.

mod front;

use crate::fault::Fault;
use crate::patent::Patent;
use crate::xml::{Tag, Xml, block_text};
use crate::{claims, description};

/// Reads one application.
pub(crate) fn read<'a>(xml: &mut Xml<'a>, root: &Tag<'a>) -> Result<Patent, Fault> {
    let mut patent = Patent::default();
    xml.children(root, |xml, child| {
        match child.name() {
            "subdoc-bibliographic-information" => front::read(xml, child, &mut patent)?,
            "subdoc-abstract" => patent.abstract_text = abstract_text(xml, child)?,
            "subdoc-description" => patent.description = description::read(xml, child)?,
            "subdoc-claims" => {
                (patent.claim_statement, patent.claims) = claims::read_with_statement(xml, child)?;
            }
            _ => {}
        }
        Ok(())
    })?;
    if patent.number.serial.is_empty() { Err(xml.fault("has no publication number")) } else { Ok(patent) }
}

/// The paragraphs, without the heading that some have ("Abstract of Disclosure").
fn abstract_text<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<String, Fault> {
    let mut paragraphs = Vec::new();
    xml.children(tag, |xml, child| {
        if child.name() == "paragraph" {
            paragraphs.push(block_text(xml, child)?);
        }
        Ok(())
    })?;
    Ok(paragraphs.join("\n"))
}
