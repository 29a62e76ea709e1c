//! Data sets that keep patents as JSON or in tables.
//!
//! Every record comes as JSON: a row of a table becomes an object under the names of its columns, so that one
//! reader serves a data set's JSON and its tables alike.

mod bigquery;
mod fields;
mod hupd;
mod lens;
mod own;
pub(crate) mod patentsview;
mod text;

pub(crate) use bigquery::parse as bigquery;
pub(crate) use fields::folded;
pub(crate) use hupd::parse as hupd;
pub(crate) use lens::parse as lens;
pub(crate) use own::parse as own;
pub(crate) use text::claim_list as numbered_claims;
