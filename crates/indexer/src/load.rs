//! Writes patents that were embedded elsewhere.

use std::error::Error;
use std::sync::Mutex;
use std::thread;

use crossbeam_channel::{Sender, bounded};
use priorart_corpus::{Patent, Place};
use priorart_index::{ModelStamp, Writer};

use crate::error::IndexerError;
use crate::item::Item;
use crate::passages::Tokens;
use crate::pipeline::{Control, Embedding, IndexOptions, QUEUE, into_inner, join};
use crate::prepare::Preparer;
use crate::recent::Recent;
use crate::report::Report;
use crate::write::write_stage;

/// A patent with the passages that were embedded.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// The patent.
    pub patent: Patent,
    /// Its passages.
    pub places: Vec<Place>,
    /// A vector for each, as the encoder gave it.
    pub vectors: Vec<Vec<f32>>,
}

/// Writes `records`, embedded by `model`, in order, as [`index`](crate::index) would have, and commits.
///
/// A patent that is put together with a record of its number has new texts, perhaps: it is cut by `tokens` then, and
/// [`embed`](crate::embed()) embeds it.
///
/// # Errors
///
/// Fails if the index cannot be written or holds another model's embeddings, and with the first error of
/// `records`; what came before that is committed.
pub fn load<E: Into<Box<dyn Error + Send + Sync>>>(
    mut writer: Writer,
    model: &ModelStamp,
    records: impl Iterator<Item = Result<Embedded, E>> + Send,
    tokens: &(dyn Tokens + Sync),
    options: IndexOptions,
    control: Control<'_>,
) -> Result<Report, IndexerError> {
    writer.set_model(model)?;
    let writer = Mutex::new(writer);
    let recent = Recent::default();
    let embedding = Embedding::Later(tokens);
    let preparer = Preparer { writer: &writer, recent: &recent, embedding, passages: options.passages };
    let report = thread::scope(|scope| {
        let (out, incoming) = bounded(QUEUE);
        let reading = scope.spawn(move || read_stage(&preparer, records, out, control));
        let written = write_stage(&writer, &recent, incoming, options, control);
        join(reading)?;
        written
    })?;
    into_inner(writer).close()?;
    Ok(report)
}

#[expect(clippy::needless_pass_by_value, reason = "a stage owns its ends: dropping them ends its neighbours")]
fn read_stage<E: Into<Box<dyn Error + Send + Sync>>>(
    preparer: &Preparer<'_>,
    records: impl Iterator<Item = Result<Embedded, E>>,
    outgoing: Sender<Item>,
    control: Control<'_>,
) -> Result<(), IndexerError> {
    for (done, record) in (1..).zip(records) {
        let record = record.map_err(|error| IndexerError::Source(error.into()))?;
        let content = preparer.embedded(record, done, &outgoing)?;
        let gone = outgoing.send(Item { content, bytes: done, share: None }).is_err();
        if gone || control.stopped() {
            break;
        }
    }
    Ok(())
}
