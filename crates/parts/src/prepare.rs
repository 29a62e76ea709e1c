//! A shard's records become patents, passages and tokens, in batches for the encoder.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::Ordering;

use crossbeam_channel::Sender;
use priorart_corpus::{Patent, Place, Record, parse, read_dump_as};
use priorart_encoder::{Encoder, EncoderError};
use priorart_indexer::{Control, cut};

use crate::cutter::{Digest, Entry};
use crate::{Contents, PartsError, Recipe, Shard};

/// Tokens that are encoded in one call: enough to keep every core or a GPU busy. What goes into a call is a
/// function of the records alone, not of who waited for whom, for on a GPU it makes a difference of rounding.
const TOKENS_PER_CALL: usize = 8192;

/// A patent whose passages are to be encoded.
pub(crate) struct Prepared {
    pub(crate) patent: Patent,
    pub(crate) places: Vec<Place>,
    /// Token ids of each passage.
    pub(crate) ids: Vec<Vec<u32>>,
}

/// Patents that are encoded together.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) patents: Vec<Prepared>,
    pub(crate) tokens: usize,
    /// Bytes of the shard up to its end.
    pub(crate) bytes: u64,
}

/// Reads the records of a shard.
pub(crate) struct Preparer<'a> {
    number: u32,
    encoder: &'a Encoder,
    recipe: &'a Recipe,
    control: Control<'a>,
    out: Sender<Batch>,
    batch: Batch,
    contents: Contents,
    error: Option<PartsError>,
}

impl<'a> Preparer<'a> {
    pub(crate) fn new(
        number: u32,
        encoder: &'a Encoder,
        recipe: &'a Recipe,
        control: Control<'a>,
        out: Sender<Batch>,
    ) -> Self {
        let (batch, contents) = (Batch::default(), Contents::default());
        Self { number, encoder, recipe, control, out, batch, contents, error: None }
    }

    /// Sends the shard's patents out and says what became of all its records.
    ///
    /// # Errors
    /// [`PartsError::Changed`] where the records are not those that were planned.
    pub(crate) fn run(mut self, shard: &Shard) -> Result<Contents, PartsError> {
        let (mut before, mut digest, mut reason) = (0, Digest::default(), String::new());
        read_dump_as(Path::new(&shard.dump), self.recipe.format()?, &mut |entry| {
            if let Err(error) = &entry {
                reason = format!(": {error}");
            }
            if before < shard.first {
                before += 1;
                return self.go_on();
            }
            digest.add(&entry);
            self.take(entry, digest.bytes);
            if digest.records == shard.records { ControlFlow::Break(()) } else { self.go_on() }
        });
        self.error.take().map_or(Ok(()), Err)?;
        if self.is_stopped() {
            return Err(PartsError::Stopped { number: self.number });
        }
        if digest.hex() != shard.digest {
            return Err(PartsError::Changed { number: self.number, dump: shard.dump.clone(), reason });
        }
        self.send();
        Ok(self.contents)
    }

    fn is_stopped(&self) -> bool {
        self.control.stop.load(Ordering::Relaxed)
    }

    fn go_on(&self) -> ControlFlow<()> {
        if self.error.is_some() || self.is_stopped() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn take(&mut self, entry: Entry, bytes: u64) {
        self.batch.bytes = bytes;
        match entry.map(|document| parse(&document)) {
            Err(error) => self.contents.failures.push(error.to_string()),
            Ok(Record::SequenceListing(_)) => self.contents.sequence_listings += 1,
            Ok(Record::Skipped(skip)) => self.contents.skips.push(skip),
            Ok(Record::Patent(patent)) => self.take_patent(*patent),
        }
    }

    fn take_patent(&mut self, patent: Patent) {
        let places = cut(&patent, self.recipe.passages, self.encoder.tokenizer());
        match self.token_ids(&patent, &places) {
            Ok(ids) => {
                self.batch.tokens += ids.iter().map(Vec::len).sum::<usize>();
                self.batch.patents.push(Prepared { patent, places, ids });
            }
            Err(source) => {
                let what = patent.number.to_string();
                self.error = Some(PartsError::Encoder { number: self.number, what, source });
            }
        }
        if self.batch.tokens >= TOKENS_PER_CALL {
            self.send();
        }
    }

    fn token_ids(&self, patent: &Patent, places: &[Place]) -> Result<Vec<Vec<u32>>, EncoderError> {
        let text = |place| patent.passage_text(place).unwrap_or_default();
        places.iter().map(|place| self.encoder.tokenize(&text(place))).collect()
    }

    fn send(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        self.contents.patents += batch.patents.len() as u64;
        self.contents.passages += batch.patents.iter().map(|patent| patent.places.len() as u64).sum::<u64>();
        self.contents.tokens += batch.tokens as u64;
        if self.out.send(batch).is_err() {
            // Whoever takes no more has failed, and says why.
            self.error = Some(PartsError::Stopped { number: self.number });
        }
    }
}
