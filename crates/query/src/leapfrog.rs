//! Going through rows of documents that only go forward.

use tantivy::{DocId, DocSet, TERMINATED};

/// The first document of a row from `target` on; where the row is there or beyond, it stays.
pub(crate) fn seek<D: DocSet + ?Sized>(documents: &mut D, target: DocId) -> DocId {
    if documents.doc() < target { documents.seek(target) } else { documents.doc() }
}

/// The first document that one of them has.
pub(crate) fn first(documents: impl Iterator<Item = DocId>) -> DocId {
    documents.min().unwrap_or(TERMINATED)
}

/// The first document from `target` on that all have. The first leads, which should be the rarest.
pub(crate) fn common<T>(
    mut target: DocId,
    all: &mut [T],
    mut seek: impl FnMut(&mut T, DocId) -> DocId,
) -> DocId {
    'next: loop {
        for one in &mut *all {
            let found = seek(one, target);
            if found >= TERMINATED {
                return TERMINATED;
            }
            if found > target {
                target = found;
                continue 'next;
            }
        }
        return target;
    }
}
