//! Damaged files of tantivy's: it verifies checksums only when it is asked to, and panics on some of what it
//! then reads.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tantivy::SegmentMeta;
use tantivy::directory::ManagedDirectory;
use tantivy::error::DataCorruption;
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::indexer::{LogMergePolicy, MergeCandidate, MergePolicy};

/// The files of every segment.
const FILES: [SegmentComponent; 6] = [
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::FastFields,
    SegmentComponent::FieldNorms,
    SegmentComponent::Terms,
    SegmentComponent::Store,
];

/// Turns a panic of tantivy's into an error.
pub(super) fn contained<T>(run: impl FnOnce() -> tantivy::Result<T>) -> tantivy::Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let what = "a file cannot be read; `priorart check` says which one is damaged";
        Err(DataCorruption::comment_only(what).into())
    })
}

/// tantivy's own policy, but for segments with a damaged file: merged, the damage would get a checksum that is
/// right.
#[derive(Debug)]
pub(super) struct MergeWhole {
    policy: LogMergePolicy,
    directory: ManagedDirectory,
}

impl MergeWhole {
    pub(super) fn new(directory: ManagedDirectory) -> Self {
        Self { policy: LogMergePolicy::default(), directory }
    }

    fn is_whole(&self, segment: &SegmentMeta) -> bool {
        let deletions = segment.has_deletes().then_some(SegmentComponent::Delete);
        FILES.into_iter().chain(deletions).all(|file| {
            let path = segment.relative_path(file);
            self.directory.validate_checksum(&path).unwrap_or(false)
        })
    }
}

impl MergePolicy for MergeWhole {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let is_whole =
            |id: &SegmentId| segments.iter().any(|segment| segment.id() == *id && self.is_whole(segment));
        let mut candidates = self.policy.compute_merge_candidates(segments);
        candidates.retain(|candidate| candidate.0.iter().all(is_whole));
        candidates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tantivy::schema::{STRING, Schema};
    use tantivy::{Index, IndexWriter, doc};

    #[test]
    fn a_panic_is_an_error() {
        let error = contained(|| -> tantivy::Result<()> { panic!("as tantivy does") }).unwrap_err();
        assert!(error.to_string().contains("priorart check"), "{error}");
    }

    #[test]
    fn segments_with_a_damaged_file_are_not_merged() {
        let dir = tempfile::tempdir().unwrap();
        let mut schema = Schema::builder();
        let field = schema.add_text_field("text", STRING);
        let index = Index::create_in_dir(dir.path(), schema.build()).unwrap();
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15 << 20).unwrap();
        writer.set_merge_policy(Box::new(tantivy::indexer::NoMergePolicy));
        for _ in 0..8 {
            writer.add_document(doc!(field => "word")).unwrap();
            writer.commit().unwrap();
        }
        let policy = MergeWhole::new(index.directory().clone());
        let segments = index.searchable_segment_metas().unwrap();
        assert_eq!(policy.compute_merge_candidates(&segments).len(), 1);
        let path = dir.path().join(segments[3].relative_path(SegmentComponent::Postings));
        let mut bytes = fs_err::read(&path).unwrap();
        bytes[0] ^= 1;
        fs_err::write(path, bytes).unwrap();
        assert!(policy.compute_merge_candidates(&segments).is_empty());
    }
}
