//! What tantivy is told of a match that has no parts.

use tantivy::index::SegmentReader;
use tantivy::query::{Explanation, Weight};
use tantivy::{DocId, DocSet, TantivyError};

/// Explains a document by `why` alone.
pub(crate) fn explained(
    weight: &dyn Weight,
    segment: &SegmentReader,
    document: DocId,
    why: &'static str,
) -> tantivy::Result<Explanation> {
    let mut scorer = weight.scorer(segment, 1.0)?;
    if scorer.doc() > document || scorer.seek(document) != document {
        let message = format!("document {document} does not match");
        return Err(TantivyError::InvalidArgument(message));
    }
    Ok(Explanation::new(why, 1.0))
}
