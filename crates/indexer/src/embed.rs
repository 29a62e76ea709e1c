//! Fills in the embeddings that `index` put off.

use std::time::{Duration, Instant};

use priorart_encoder::Encoder;
use priorart_index::{Gap, Writer};

use crate::compact::{DONE, compact};
use crate::error::IndexerError;
use crate::pipeline::Control;
use crate::report::Report;
use crate::stamp::stamp;

/// Passages that are encoded in one call.
const PASSAGES_PER_CALL: u32 = 64;

/// How the embeddings that were put off are filled in.
#[derive(Debug, Clone, Copy)]
pub struct EmbedOptions {
    /// A commit is made when this much time has passed since the last one.
    pub commit_every: Duration,
    /// In the end, merge segments and the parts of vectors that commits have left.
    pub compact: bool,
}

/// Embeds every passage that has no embedding, in the order of the index, and commits.
///
/// The run ends early when it is told to stop, with a commit of what is done; the same call completes it.
/// Progress is counted in passages.
///
/// # Errors
///
/// Fails if the index cannot be written, holds another model's embeddings, or the encoder breaks down; what
/// was embedded before that is committed.
pub fn embed(
    mut writer: Writer,
    encoder: &Encoder,
    options: EmbedOptions,
    control: Control<'_>,
) -> Result<Report, IndexerError> {
    writer.set_model(&stamp(encoder.info()))?;
    let calls: Vec<Gap> = writer.gaps()?.into_iter().flat_map(calls).collect();
    control.progress.set_total(calls.iter().map(|call| u64::from(call.passages)).sum());
    let fill = |writer: &mut Writer, call| fill(writer, encoder, call, control);
    let mut report = fill_all(&mut writer, &calls, options.commit_every, control, fill)?;
    report.tokens = control.progress.counts().tokens;
    report.interrupted = control.stopped();
    if options.compact && !report.interrupted {
        compact(&mut writer, DONE, control, &mut report)?;
    }
    writer.close()?;
    Ok(report)
}

/// Fills one gap after the other and commits, also where one cannot be filled.
fn fill_all(
    writer: &mut Writer,
    calls: &[Gap],
    commit_every: Duration,
    control: Control<'_>,
    mut fill: impl FnMut(&mut Writer, Gap) -> Result<(), IndexerError>,
) -> Result<Report, IndexerError> {
    let mut report = Report::default();
    let mut last_commit = Instant::now();
    let mut outcome = Ok(());
    for &call in calls {
        if control.stopped() {
            break;
        }
        outcome = fill(writer, call);
        if outcome.is_err() {
            break;
        }
        report.embedded += u64::from(call.passages);
        control.progress.set_done(report.embedded);
        if last_commit.elapsed() >= commit_every {
            writer.commit()?;
            last_commit = Instant::now();
        }
    }
    report.generation = writer.commit()?;
    outcome.map(|()| report)
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use priorart_corpus::Patent;
    use priorart_encoder::EncoderError;
    use priorart_index::{ModelStamp, Reader};

    use super::*;
    use crate::passages::{EstimatedTokens, PassageOptions, cut};
    use crate::progress::Progress;

    /// An index of three patents, of one passage each, that are not embedded.
    fn writer(dir: &std::path::Path) -> Writer {
        let mut writer = Writer::open(dir).unwrap();
        for number in ["US1A", "US2A", "US3A"] {
            let title = "a battery".to_owned();
            let patent = Patent { number: number.parse().unwrap(), title, ..Patent::default() };
            let places = cut(&patent, PassageOptions::default(), &EstimatedTokens { limit: 510 });
            assert_eq!(places.len(), 1);
            writer.add(&patent, &places, None).unwrap();
        }
        writer.commit().unwrap();
        let model = ModelStamp {
            name: "tiny".into(),
            sha256: "0".repeat(64),
            dimension: 2,
            pooling: "mean".into(),
            max_tokens: 8,
        };
        writer.set_model(&model).unwrap();
        writer
    }

    #[test]
    fn what_was_embedded_before_a_failure_is_committed() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = writer(dir.path());
        let calls =
            [0, 1, 2].map(|first_passage| Gap { first_passage, passages: 1, ..writer.gaps().unwrap()[0] });
        let control = Control { progress: &Progress::default(), stop: &AtomicBool::new(false) };
        let error = fill_all(&mut writer, &calls, Duration::MAX, control, |writer, gap| {
            if gap.first_passage == 2 {
                let source = EncoderError::Device { device: "gpu".into(), message: "lost".into() };
                return Err(IndexerError::Encoder { what: "US3A".into(), source });
            }
            Ok(writer.add_vectors(gap.segment, gap.first_passage, &[vec![0.6, 0.8]])?)
        });
        assert!(error.unwrap_err().to_string().contains("US3A: gpu failed: lost"));
        drop(writer);
        assert_eq!(Reader::open(dir.path()).unwrap().stats().unwrap().embedded, 2);
        assert_eq!(Writer::open(dir.path()).unwrap().gaps().unwrap()[0].first_passage, 2);
    }
}
