//! Importing: parts become an index.

use priorart_index::Writer;
use priorart_indexer::{Control, Failure, IndexOptions, MAX_LISTED, Report, Tokens, load};

use crate::{Header, PartSet, PartsError};

/// Adds the patents of all parts to an index and commits, as if their dumps were indexed one after the other.
///
/// `tokens` cut texts of patents that are put together with a record that the index holds already; those have no
/// embeddings then, which [`embed`](priorart_indexer::embed()) fills in. Running again completes what was cut short.
///
/// # Errors
///
/// Fails if the index cannot be written, holds another model's embeddings, or a part has been damaged since it was
/// opened; what was read before that is committed.
pub fn import(
    set: &PartSet,
    writer: Writer,
    tokens: &(dyn Tokens + Sync),
    options: IndexOptions,
    control: Control<'_>,
) -> Result<Report, PartsError> {
    if let Some(model) = writer.model() {
        set.check_model(model)?;
    }
    control.progress.set_total(set.headers().map(|header| header.contents.patents).sum());
    let options = IndexOptions { passages: set.recipe().passages, ..options };
    let mut report = load(writer, set.model(), set.records(), tokens, options, control)?;
    set.headers().for_each(|header| count(&mut report, header));
    Ok(report)
}

/// Counts what was no patent when the part was made.
fn count(report: &mut Report, Header { contents, shard, .. }: &Header) {
    report.read += contents.skips.len() as u64;
    report.skipped += contents.skips.len() as u64;
    report.sequence_listings += contents.sequence_listings;
    report.tokens += contents.tokens;
    let room = MAX_LISTED.saturating_sub(report.skips.len());
    report.skips.extend(contents.skips.iter().take(room).cloned());
    let failure = |error: &String| Failure { file: shard.dump.clone(), error: error.clone() };
    report.failures.extend(contents.failures.iter().map(failure));
}
