//! The encode stage: passages of several patents go to the encoder together.

use crossbeam_channel::{Receiver, Sender};
use priorart_corpus::{Patent, Place};
use priorart_encoder::Encoder;

use crate::error::IndexerError;
use crate::pipeline::{Control, Item};

/// Tokens that are encoded in one call: enough to keep every core and a GPU busy, and seconds of work at
/// most, so that a stop is soon heeded.
const TOKENS_PER_CALL: usize = 8192;

/// A patent on its way through the pipeline.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) patent: Box<Patent>,
    pub(crate) places: Vec<Place>,
    /// Token ids of each place, empty where nothing is to be embedded.
    pub(crate) ids: Vec<Vec<u32>>,
    /// A vector for each place, once they are encoded.
    pub(crate) vectors: Option<Vec<Vec<f32>>>,
}

impl Work {
    fn tokens(&self) -> usize {
        self.ids.iter().map(Vec::len).sum()
    }
}

/// Encodes what comes in, in calls of [`TOKENS_PER_CALL`], and sends it on in the same order.
pub(crate) fn encode_stage(
    encoder: &Encoder,
    incoming: &Receiver<Item>,
    outgoing: &Sender<Item>,
    control: Control<'_>,
) -> Result<(), IndexerError> {
    let mut waiting = Vec::new();
    let mut tokens = 0;
    for item in incoming {
        if control.stopped() {
            return Ok(());
        }
        tokens += item.work().map_or(0, Work::tokens);
        waiting.push(item);
        if tokens >= TOKENS_PER_CALL || incoming.is_empty() && tokens > 0 && waiting.len() > 32 {
            flush(encoder, &mut waiting, outgoing, control)?;
            tokens = 0;
        }
    }
    flush(encoder, &mut waiting, outgoing, control)
}
