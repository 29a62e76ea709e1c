//! The parse stage: a document becomes a patent, its passages and their tokens.

use std::sync::Mutex;

use crossbeam_channel::{Sender, bounded};
use priorart_corpus::{Patent, Place, Record, parse};
use priorart_encoder::Encoder;
use priorart_index::Writer;

use crate::error::IndexerError;
use crate::item::{Content, Item, Work};
use crate::passages::{PassageOptions, cut};
use crate::pipeline::{Embedding, Raw};
use crate::recent::Recent;
use crate::write::lock;

/// Parses documents and cuts them into passages.
pub(crate) struct Preparer<'a> {
    /// Asked for what is indexed already.
    pub(crate) writer: &'a Mutex<Writer>,
    /// What it cannot be asked for yet.
    pub(crate) recent: &'a Recent,
    pub(crate) embedding: Embedding<'a>,
    pub(crate) passages: PassageOptions,
}

impl Preparer<'_> {
    /// `outgoing` is where what is prepared will go.
    pub(crate) fn prepare(&self, raw: Raw, outgoing: &Sender<Item>) -> Result<Item, IndexerError> {
        let content = match raw.document {
            Err(failure) => Content::Failure(failure),
            Ok(document) => match parse(&document) {
                Record::Skipped(skip) => Content::Skip(skip),
                Record::SequenceListing(_) => Content::SequenceListing,
                Record::Patent(patent) => self.patent(patent, raw.bytes, outgoing)?,
            },
        };
        Ok(Item { content, bytes: raw.bytes, share: Some(raw.share) })
    }

    fn patent(
        &self,
        patent: Box<Patent>,
        bytes: u64,
        outgoing: &Sender<Item>,
    ) -> Result<Content, IndexerError> {
        let known = lock(self.writer).digest_of(&patent.number)?;
        let is_known = known.is_some_and(|known| known.digest == patent.digest());
        let patent = if is_known { patent } else { self.joined(patent, bytes, outgoing)? };
        let places = cut(&patent, self.passages, self.embedding.tokens());
        if self.is_unchanged(&patent, &places)? {
            return Ok(Content::Unchanged);
        }
        self.work(patent, places)
    }

    /// The patent together with the record of its number that is indexed, where the two are to be joined.
    fn joined(
        &self,
        patent: Box<Patent>,
        bytes: u64,
        outgoing: &Sender<Item>,
    ) -> Result<Box<Patent>, IndexerError> {
        match self.recent.joins(&patent.number.to_string()) {
            Some(false) if !patent.is_bibliographic() => return Ok(patent),
            // What is on its way can be read when it is committed.
            Some(_) => {
                let (passed, wait) = bounded(1);
                let barrier = Item { content: Content::Barrier(passed), bytes, share: None };
                if outgoing.send(barrier).is_err() || wait.recv().is_err() {
                    return Ok(patent);
                }
            }
            None => {}
        }
        let known = lock(self.writer).committed_patent(&patent.number)?;
        Ok(match known {
            Some(known) => Box::new(patent.joined(known)),
            None => patent,
        })
    }

    fn work(&self, patent: Box<Patent>, places: Vec<Place>) -> Result<Content, IndexerError> {
        let ids = match self.embedding.encoder() {
            Some(encoder) => token_ids(encoder, &patent, &places)?,
            None => Vec::new(),
        };
        self.recent.sent(&patent);
        Ok(Content::Work(Work { patent, places, ids, vectors: None }))
    }

    /// Whether the index holds this very patent, cut into as many passages and embedded as it would be now.
    fn is_unchanged(&self, patent: &Patent, places: &[Place]) -> Result<bool, IndexerError> {
        let known = lock(self.writer).digest_of(&patent.number)?;
        Ok(known.is_some_and(|known| {
            known.digest == patent.digest()
                && known.passages as usize == places.len()
                && (known.embedded || self.embedding.encoder().is_none())
        }))
    }
}

/// The token ids of the passages at `places`.
fn token_ids(encoder: &Encoder, patent: &Patent, places: &[Place]) -> Result<Vec<Vec<u32>>, IndexerError> {
    let text = |place| patent.passage_text(place).unwrap_or_default();
    let ids = places.iter().map(|place| encoder.tokenize(&text(place))).collect::<Result<_, _>>();
    ids.map_err(|source| IndexerError::Encoder { what: patent.number.to_string(), source })
}
