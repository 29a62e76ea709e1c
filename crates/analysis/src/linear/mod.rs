//! Embeddings as a matrix, and what is computed of it by matrix products.
//!
//! Everything here gives the same bits whatever the number of threads: rows are cut into blocks of a fixed
//! size, and what blocks add up to is added in their order.

mod embeddings;
mod pca;
mod random;

pub use self::embeddings::Embeddings;
pub(crate) use self::embeddings::{BLOCK, blocks};
pub(crate) use self::pca::principal;
pub(crate) use self::random::Random;
