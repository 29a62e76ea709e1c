//! What a patent is, and readers for bulk patent dumps.

mod number;
mod patent;
mod place;

pub use crate::number::{InvalidNumber, PatentNumber};
pub use crate::patent::{
    Citation, CitedBy, Claim, CpcSymbol, Date, Paragraph, Party, Patent, PatentType, Pct, Priority, Related,
    Section, Source,
};
pub use crate::place::{PassageKind, Place};
