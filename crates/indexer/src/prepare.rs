//! The parse stage: a document becomes a patent, its passages and their tokens.

use std::sync::Mutex;

use crossbeam_channel::{Sender, bounded};
use priorart_corpus::{Patent, Place, Record, parse};
use priorart_encoder::Encoder;
use priorart_index::{Known, Writer};

use crate::error::IndexerError;
use crate::item::{Content, Item, Work};
use crate::load::Embedded;
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
        let patent = self.joined_unless_known(patent, bytes, outgoing)?;
        let places = cut(&patent, self.passages, self.embedding.tokens());
        if self.is_unchanged(&patent, &places, self.embedding.encoder().is_some())? {
            return Ok(Content::Unchanged);
        }
        self.work(patent, places)
    }

    /// A patent that is embedded already.
    pub(crate) fn embedded(
        &self,
        record: Embedded,
        bytes: u64,
        outgoing: &Sender<Item>,
    ) -> Result<Content, IndexerError> {
        let Embedded { patent: own, places, vectors } = record;
        let patent = self.joined_unless_known(Box::new(own.clone()), bytes, outgoing)?;
        let (places, vectors) = if reads_alike(&patent, &own) {
            (places, Some(vectors))
        } else {
            (cut(&patent, self.passages, self.embedding.tokens()), None)
        };
        if self.is_unchanged(&patent, &places, vectors.is_some())? {
            return Ok(Content::Unchanged);
        }
        self.recent.sent(&patent);
        Ok(Content::Work(Work { patent, places, ids: Vec::new(), vectors }))
    }

    fn joined_unless_known(
        &self,
        patent: Box<Patent>,
        bytes: u64,
        outgoing: &Sender<Item>,
    ) -> Result<Box<Patent>, IndexerError> {
        let is_known = self.known(&patent)?.is_some_and(|known| known.digest == patent.digest());
        if is_known { Ok(patent) } else { self.joined(patent, bytes, outgoing) }
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

    /// What the index holds under the patent's number, unless another record of that number is on its way there.
    fn known(&self, patent: &Patent) -> Result<Option<Known>, IndexerError> {
        if self.recent.joins(&patent.number.to_string()).is_some() {
            return Ok(None);
        }
        Ok(lock(self.writer).digest_of(&patent.number)?)
    }

    /// Whether the index holds this very patent, cut into as many passages and embedded as it would be now.
    fn is_unchanged(&self, patent: &Patent, places: &[Place], embed: bool) -> Result<bool, IndexerError> {
        Ok(self.known(patent)?.is_some_and(|known| {
            known.digest == patent.digest()
                && known.passages as usize == places.len()
                && (known.embedded || !embed)
        }))
    }
}

/// Whether passages of the one are those of the other.
fn reads_alike(one: &Patent, other: &Patent) -> bool {
    one.title == other.title
        && one.abstract_text == other.abstract_text
        && one.claims == other.claims
        && one.description == other.description
}

/// The token ids of the passages at `places`.
fn token_ids(encoder: &Encoder, patent: &Patent, places: &[Place]) -> Result<Vec<Vec<u32>>, IndexerError> {
    let text = |place| patent.passage_text(place).unwrap_or_default();
    let ids = places.iter().map(|place| encoder.tokenize(&text(place))).collect::<Result<_, _>>();
    ids.map_err(|source| IndexerError::Encoder { what: patent.number.to_string(), source })
}
