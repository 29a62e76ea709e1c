//! The encode stage: passages of several patents go to the encoder together.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use priorart_encoder::Encoder;

use crate::error::IndexerError;
use crate::item::Item;
use crate::pipeline::Control;

/// Tokens that are encoded in one call: enough to keep every core or a GPU busy, and seconds of work at
/// most, so that a stop is soon heeded.
const TOKENS_PER_CALL: usize = 8192;

/// How long what is collected waits for more: those who read may be waiting for the memory that it takes.
const PATIENCE: Duration = Duration::from_millis(100);

/// Encodes what comes in, some [`TOKENS_PER_CALL`] at a time, and sends it on in the same order; without an
/// encoder, sends it on as it is.
#[expect(clippy::needless_pass_by_value, reason = "a stage owns its ends: dropping them ends its neighbours")]
pub(crate) fn encode_stage(
    encoder: Option<&Encoder>,
    incoming: Receiver<Item>,
    outgoing: Sender<Item>,
    control: Control<'_>,
) -> Result<(), IndexerError> {
    let mut waiting = Vec::new();
    let mut tokens = 0;
    loop {
        let is_enough = match incoming.recv_timeout(PATIENCE) {
            Ok(item) => {
                tokens += item.tokens();
                let is_barrier = item.is_barrier();
                waiting.push(item);
                // Where nothing waits to be encoded there is nothing to collect for.
                is_barrier || tokens == 0 || tokens >= TOKENS_PER_CALL
            }
            Err(RecvTimeoutError::Timeout) => true,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        if is_enough {
            if !flush(encoder, &mut waiting, &outgoing, control)? {
                return Ok(());
            }
            tokens = 0;
        }
    }
    flush(encoder, &mut waiting, &outgoing, control)?;
    Ok(())
}

/// False if the run is to end.
fn flush(
    encoder: Option<&Encoder>,
    waiting: &mut Vec<Item>,
    outgoing: &Sender<Item>,
    control: Control<'_>,
) -> Result<bool, IndexerError> {
    if control.stopped() {
        return Ok(false);
    }
    if let Some(encoder) = encoder {
        encode(encoder, waiting, control)?;
    }
    Ok(waiting.drain(..).all(|item| outgoing.send(item).is_ok()))
}

fn encode(encoder: &Encoder, items: &mut [Item], control: Control<'_>) -> Result<(), IndexerError> {
    let mut works: Vec<_> = items.iter_mut().filter_map(Item::work_mut).collect();
    let ids: Vec<Vec<u32>> = works.iter_mut().flat_map(|work| std::mem::take(&mut work.ids)).collect();
    let first = works.first().map_or_else(String::new, |work| work.patent.number.to_string());
    let vectors =
        encoder.encode_tokens(&ids).map_err(|source| IndexerError::Encoder { what: first, source })?;
    let mut vectors = vectors.into_iter();
    control.progress.add(0, 0, ids.iter().map(Vec::len).sum());
    for work in works {
        work.vectors = Some(vectors.by_ref().take(work.places.len()).collect());
    }
    Ok(())
}
