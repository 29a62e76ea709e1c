//! The pipeline from dumps to a committed index
