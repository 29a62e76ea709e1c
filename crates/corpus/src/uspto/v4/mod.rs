//! XML of 2005 and later: grants v4.0–v4.7 and applications v4.0–v4.6.
//!
//! The two differ in the names of a few elements and share this reader. Source of the format: the DTDs
//! `us-patent-grant-v40-2004-12-02` to `-v47-2022-02-17` and `us-patent-application-v40-2004-12-02` to
//! `-v46-2022-02-17`, which a document names and which are never fetched.

mod bibliography;
mod citations;
pub(crate) mod parties;
mod relations;

use crate::fault::Fault;
use crate::patent::Patent;
use crate::xml::{Tag, Xml, block_text};
use crate::{claims, description};

/// Reads one grant or application.
pub(crate) fn read<'a>(xml: &mut Xml<'a>, root: &Tag<'a>) -> Result<Patent, Fault> {
    let mut patent = Patent::default();
    xml.children(root, |xml, child| {
        match child.name() {
            "us-bibliographic-data-grant" | "us-bibliographic-data-application" => {
                bibliography::read(xml, child, &mut patent)?;
            }
            "abstract" => patent.abstract_text = block_text(xml, child)?,
            "description" => patent.description = description::read(xml, child)?,
            "us-claim-statement" => patent.claim_statement = block_text(xml, child)?,
            "claims" => patent.claims = claims::read(xml, child)?,
            _ => {}
        }
        Ok(())
    })?;
    if patent.number.serial.is_empty() { Err(xml.fault("has no bibliographic data")) } else { Ok(patent) }
}

/// Reads a part of the front page.
#[cfg(test)]
fn read_fields(data: &str) -> Patent {
    Xml::root(data, |xml, root| {
        let mut patent = Patent::default();
        bibliography::fields(xml, root, &mut patent).map(|_| patent)
    })
    .unwrap()
}
