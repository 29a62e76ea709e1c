//! What patent embeddings are for: distance, classification by nearest neighbours, clusters and evaluation.
//!
//! **This crate knows nothing of models**: it takes embeddings as rows of `f32`.
