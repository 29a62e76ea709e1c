//! Fills in the embeddings that `index` put off.

use std::time::{Duration, Instant};

use priorart_encoder::Encoder;
use priorart_index::{Gap, Writer};

use crate::error::IndexerError;
use crate::pipeline::Control;
use crate::report::Report;
use crate::stamp::stamp;

/// Passages that are encoded in one call.
const PASSAGES_PER_CALL: u32 = 64;

/// Embeds every passage that has no embedding, in the order of the index, and commits.
///
/// The run ends early when it is told to stop, with a commit of what is done; the same call completes it.
/// Progress is counted in passages.
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
    let calls: Vec<Gap> = writer.gaps()?.into_iter().flat_map(calls).collect();
    control.progress.set_total(calls.iter().map(|call| u64::from(call.passages)).sum());
    let mut report = Report::default();
    let mut last_commit = Instant::now();
    for call in calls {
        if control.stopped() {
            break;
        }
        fill(&mut writer, encoder, call, control)?;
        report.embedded += u64::from(call.passages);
        control.progress.set_done(report.embedded);
        if last_commit.elapsed() >= commit_every {
            writer.commit()?;
            last_commit = Instant::now();
        }
    }
    report.generation = writer.commit()?;
    report.tokens = control.progress.counts().tokens;
    report.interrupted = control.stopped();
    writer.close()?;
    Ok(report)
}

/// A gap in pieces of [`PASSAGES_PER_CALL`].
fn calls(gap: Gap) -> impl Iterator<Item = Gap> {
    (0..gap.passages).step_by(PASSAGES_PER_CALL as usize).map(move |done| Gap {
        segment: gap.segment,
        first_passage: gap.first_passage + done,
        passages: PASSAGES_PER_CALL.min(gap.passages - done),
    })
}

fn fill(writer: &mut Writer, encoder: &Encoder, gap: Gap, control: Control<'_>) -> Result<(), IndexerError> {
    let places = writer.gap_places(gap.segment, gap.first_passage, gap.passages)?;
    let failed = |source| IndexerError::Encoder {
        what: places.first().map_or_else(String::new, |(patent, _)| patent.number.to_string()),
        source,
    };
    let text = |patent: &priorart_corpus::Patent, place| patent.passage_text(place).unwrap_or_default();
    let ids = places.iter().map(|(patent, place)| encoder.tokenize(&text(patent, place)));
    let ids = ids.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let vectors = encoder.encode_tokens(&ids).map_err(failed)?;
    control.progress.add(0, places.len(), ids.iter().map(Vec::len).sum());
    writer.add_vectors(gap.segment, gap.first_passage, &vectors)?;
    Ok(())
}
