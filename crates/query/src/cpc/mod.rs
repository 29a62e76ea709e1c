//! The scheme of the Cooperative Patent Classification: titles, and what lies below what.
//!
//! The scheme is kept in the index's directory as `cpc.tsv`: a line a symbol, in the scheme's own order, with
//! its dots and its title, subclass after subclass. What follows a symbol with more dots lies below it.

mod import;
mod scheme;

pub use self::import::{SchemeError, import};
pub use self::scheme::{Entry, LazyScheme, Scheme};

/// The file's name in the index's directory.
const FILE: &str = "cpc.tsv";

/// A symbol in its normal form: "h01m 4/04" is "H01M4/04", "H01M4/00" is "H01M4". `None` if it is none.
pub fn normal(symbol: &str) -> Option<String> {
    crate::values::symbol(symbol)
}
