//! Readers for what the European Patent Office publishes.

pub(crate) mod docdb;
pub(crate) mod full_text;
mod sdobi;
