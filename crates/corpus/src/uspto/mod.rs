//! Readers for what the United States Patent and Trademark Office publishes.

pub(crate) mod aps;
mod classes;
mod countries;
pub(crate) mod pap;
mod party;
pub(crate) mod patdoc;
pub(crate) mod v4;

use crate::number::PatentNumber;
use crate::patent::PatentType;

/// The type that the source states, else the one that the kind code tells.
fn patent_type(stated: Option<&str>, number: &PatentNumber) -> PatentType {
    match (stated, number.kind.chars().next()) {
        (Some("utility"), _) | (None, Some('A' | 'B')) => PatentType::Utility,
        (Some("design"), _) | (None, Some('S')) => PatentType::Design,
        (Some("plant"), _) | (None, Some('P')) => PatentType::Plant,
        (Some("reissue"), _) | (None, Some('E')) => PatentType::Reissue,
        (Some("SIR" | "sir"), _) | (None, Some('H')) => PatentType::Sir,
        _ => PatentType::Other,
    }
}
