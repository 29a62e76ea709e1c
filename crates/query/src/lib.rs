//! The query language, retrieval, fusion and hits
