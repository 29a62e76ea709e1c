//! Pairs of texts with a score of likeness, which training learns from and evaluation compares with: read from
//! files of values separated by commas, written, and correlated with what a model says of them.
//!
//! ```no_run
//! let pairs = priorart_pairs::read_pairs("pairs.csv".as_ref(), 0.0..=1.0)?;
//! # Ok::<(), priorart_pairs::TableError>(())
//! ```

mod correlation;
mod error;
mod scored;
mod table;

pub use correlation::Correlation;
pub use error::TableError;
pub use scored::{ScoredPair, read_pairs, write_pairs};
pub use table::{Line, Table};
