//! What a patent is, and readers for bulk patent dumps.
//!
//! [`read_dump`] opens whatever holds a dump (a file, a zip, a folder) and gives out its documents one at a
//! time; [`parse`] makes a [`Record`] of each: a [`Patent`], or a [`Skip`] that says where the document lies
//! and why it is none. [`parse_dump`] does both, on all cores.
//!
//! A passage is a [`Place`] in a patent: [`Patent::passage_text`] cuts its text out.
//!
//! **This crate knows nothing of embeddings** or of indexes: it has no dependency on the other crates of the
//! workspace.

mod boundary;
mod braces;
mod budget;
mod claims;
mod codes;
mod datasets;
mod date;
mod dependencies;
mod description;
mod document_id;
mod dump;
mod elements;
mod elide;
mod epo;
mod error;
mod fault;
mod format;
mod join;
mod json;
mod languages;
mod marec;
mod number;
mod parallel;
mod patent;
mod place;
mod record;
mod size;
mod sniff;
mod sort;
mod split;

mod table;
mod tables;
mod uspto;
mod window;
mod xml;

pub use crate::budget::{Budget, Share};
pub use crate::dump::{STDIN, Visit, read_dump, read_dump_as};
pub use crate::error::CorpusError;
pub use crate::format::{Format, FormatInfo, UnknownFormatName};
pub use crate::number::{InvalidNumber, PatentNumber};
pub use crate::parallel::{ParseOptions, Parsed, parse_dump};
pub use crate::patent::{
    Citation, CitedBy, Claim, CpcSymbol, Date, Paragraph, Party, Patent, PatentType, Pct, Priority, Related,
    Section, Source, Translation,
};
pub use crate::place::{PassageKind, Place};
pub use crate::record::{RawDocument, Record, Skip, parse};
pub use crate::size::{dump_files, dump_size};
