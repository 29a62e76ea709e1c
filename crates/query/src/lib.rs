//! x
mod ast;
mod dates;
mod error;
mod fields;
mod lexer;
mod parse;
pub use crate::ast::{ClassField, Condition, DateField, DateRange, NameField, Query, TextField};
pub use crate::error::{ParseError, QueryError};
pub use crate::parse::parse;
