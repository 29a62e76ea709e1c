//! USPTO XML of 2005 and later: grants v4.0–v4.7 and applications v4.0–v4.6.
//!
//! The two differ in the names of a few elements and share this reader. Source of the format: the DTDs
//! `us-patent-grant-v40-2004-12-02` to `-v47-2022-02-17` and `us-patent-application-v40-2004-12-02` to
//! `-v46-2022-02-17`, which a document names and which are never fetched.

mod bibliography;
mod citations;
mod claims;
mod classes;
mod dependencies;
mod description;
mod entities;
mod maths;
mod parties;
mod relations;
mod text;
mod tree;

use roxmltree::{Document, ParsingOptions};

use crate::format::root_name;
use crate::patent::Patent;
use crate::split::LARGEST_DOCUMENT;
use crate::uspto::text::block_text;
use crate::uspto::tree::{Node, child};

/// Why a document is no patent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The byte in the document where it was noticed.
    pub(crate) offset: u64,
    pub(crate) message: String,
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
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

/// More nodes than this are no patent but an attack or an accident; the largest real ones have some 4 million.
const MOST_NODES: u32 = 50_000_000;

/// Reads one grant or application.
pub(crate) fn parse(document: &[u8]) -> Result<Patent, Fault> {
    let text = String::from_utf8_lossy(document);
    let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\0', '\u{1a}']);
    if let Some(at) = entities::declaration(text) {
        return Err(Fault {
            offset: at as u64,
            message: "declares an entity of its own; such are not expanded".to_owned(),
        });
    }
    match tree(text) {
        Ok(tree) => patent(tree.root_element()),
        Err(roxmltree::Error::UnknownEntityReference(..)) => {
            let known = entities::replace(text);
            match tree(&known) {
                Ok(tree) => patent(tree.root_element()),
                Err(error) => Err(malformed(&known, &error)),
            }
        }
        Err(error) => Err(malformed(text, &error)),
    }
}

fn tree(text: &str) -> Result<Document<'_>, roxmltree::Error> {
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options)
}

fn malformed(text: &str, error: &roxmltree::Error) -> Fault {
    let at = error.pos();
    let line_start: usize =
        text.split_inclusive('\n').take(at.row.saturating_sub(1) as usize).map(str::len).sum();
    let column =
        text[line_start..].chars().take(at.col.saturating_sub(1) as usize).map(char::len_utf8).sum::<usize>();
    Fault { offset: (line_start + column) as u64, message: format!("is not well-formed XML: {error}") }
}

fn patent(root: Node<'_, '_>) -> Result<Patent, Fault> {
    let bibliography = ["us-bibliographic-data-grant", "us-bibliographic-data-application"]
        .iter()
        .find_map(|name| child(root, name))
        .ok_or_else(|| Fault::new("has no bibliographic data"))?;
    let mut patent = bibliography::read(bibliography)?;
    patent.abstract_text = child(root, "abstract").map(block_text).unwrap_or_default();
    patent.description = child(root, "description").map(description::read).unwrap_or_default();
    patent.claims = child(root, "claims").map(claims::read).unwrap_or_default();
    patent.claim_statement = child(root, "us-claim-statement").map(block_text).unwrap_or_default();
    Ok(patent)
}
