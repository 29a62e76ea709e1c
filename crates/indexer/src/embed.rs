//! Fills in the embeddings that `index` put off.

use std::time::{Duration, Instant};

use priorart_encoder::Encoder;
use priorart_index::{Gap, Writer};

use crate::error::IndexerError;
use crate::pipeline::Control;
use crate::report::Report;
use crate::stamp;

/// Passages that are encoded in one call.
const PASSAGES_PER_CALL: u32 = 64;

/// Embeds every passage that has no embedding, in the order of the index, and commits.
///
/// The run ends early when it is told to stop, with a commit of what is done; the same call completes it.
///
/// # Errors
///
/// Fails if the index cannot be written, holds another model's embeddings, or the encoder breaks down; what
/// was committed before stands.
pub fn embed(
    mut writer: Writer,
    encoder: &Encoder,
    commit_every: Duration,
    control: Control<'_>,
) -> Result<Report, IndexerError> {
    writer.set_model(&stamp(encoder.info()))?;
    let gaps = writer.gaps()?;
    control.progress.set_total_bytes(gaps.iter().map(|gap| u64::from(gap.passages)).sum());
    let mut report = Report::default();
    for gap in gaps {
        fill(&mut writer, encoder, gap, commit_every, control, &mut report)?;
        if control.stopped() {
            break;
        }
    }
    report.generation = writer.commit()?;
    report.interrupted = control.stopped();
    Ok(report)
}
