//! The prepare stage: documents are parsed on all cores; each patent becomes passages and their tokens.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crossbeam_channel::{Sender, bounded};
use priorart_corpus::{ParseOptions, Parsed, Patent, Place, Record, parse_dump};
use priorart_encoder::Encoder;
use priorart_index::{Known, Writer};

use crate::error::IndexerError;
use crate::item::{Content, Item, Work};
use crate::load::Embedded;
use crate::passages::{PassageOptions, cut};
use crate::pipeline::{Control, Embedding};
use crate::recent::Recent;
use crate::report::Failure;
use crate::write::lock;

/// Parses the dumps and sends on what they hold, in their order.
#[expect(clippy::needless_pass_by_value, reason = "a stage owns its ends: dropping them ends its neighbours")]
pub(crate) fn prepare_stage(
    preparer: &Preparer<'_>,
    dumps: &[PathBuf],
    parsing: &ParseOptions,
    outgoing: Sender<Item>,
    control: Control<'_>,
) -> Result<(), IndexerError> {
    let mut bytes = 0;
    // Whether whoever comes next takes more.
    let mut goes_on = Ok(true);
    for dump in dumps {
        parse_dump(dump, parsing, &mut |parsed| {
            bytes += parsed.bytes;
            let item = preparer.prepare(dump, parsed, bytes, &outgoing);
            goes_on = item.map(|item| !control.stopped() && outgoing.send(item).is_ok());
            if matches!(goes_on, Ok(true)) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if !matches!(goes_on, Ok(true)) {
            break;
        }
    }
    goes_on.map(drop)
}

/// Cuts patents into passages, unless they are indexed already.
pub(crate) struct Preparer<'a> {
    /// Asked for what is indexed already.
    pub(crate) writer: &'a Mutex<Writer>,
    /// What it cannot be asked for yet.
    pub(crate) recent: &'a Recent,
    pub(crate) embedding: Embedding<'a>,
    pub(crate) passages: PassageOptions,
}

impl Preparer<'_> {
    /// What was parsed as an item; `bytes` are those of all dumps up to its end, and `outgoing` is where it will go.
    fn prepare(
        &self,
        dump: &Path,
        parsed: Parsed,
        bytes: u64,
        outgoing: &Sender<Item>,
    ) -> Result<Item, IndexerError> {
        let content = match parsed.outcome {
            Err(error) => {
                Content::Failure(Failure { file: dump.display().to_string(), error: error.to_string() })
            }
            Ok(Record::Skipped(skip)) => Content::Skip(skip),
            Ok(Record::SequenceListing(_)) => Content::SequenceListing,
            Ok(Record::Patent(patent)) => self.patent(patent, bytes, outgoing)?,
        };
        Ok(Item { content, bytes, share: Some(parsed.share) })
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
