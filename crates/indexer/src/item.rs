//! What travels through the pipeline: one item for each record, in order.

use std::sync::Arc;

use crossbeam_channel::Sender;
use priorart_corpus::{Patent, Place, Share, Skip};

use crate::report::Failure;

/// A record on its way to the index, or what became of it.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) content: Content,
    /// Bytes of the dumps up to the end of this record.
    pub(crate) bytes: u64,
    /// Its share of the memory for documents under way; a barrier takes none.
    #[expect(dead_code, reason = "it is returned when it is dropped")]
    pub(crate) share: Option<Arc<Share>>,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// A patent to be written.
    Work(Work),
    /// A patent that the index holds already, just so.
    Unchanged,
    /// A record that holds no patent but should.
    Skip(Skip),
    /// A sequence listing.
    SequenceListing,
    /// The dump ended before its time.
    Failure(Failure),
    /// All that came before is to be written and committed, and then this channel told.
    Barrier(Sender<()>),
}

/// A patent to be written.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) patent: Box<Patent>,
    pub(crate) places: Vec<Place>,
    /// Token ids of each place; empty where embedding is put off.
    pub(crate) ids: Vec<Vec<u32>>,
    /// A vector for each place, once they are encoded.
    pub(crate) vectors: Option<Vec<Vec<f32>>>,
}

impl Item {
    pub(crate) fn work_mut(&mut self) -> Option<&mut Work> {
        match &mut self.content {
            Content::Work(work) => Some(work),
            _ => None,
        }
    }

    /// Whether nothing before it may wait for what comes after.
    pub(crate) fn is_barrier(&self) -> bool {
        matches!(self.content, Content::Barrier(_))
    }

    /// Tokens that are to be encoded.
    pub(crate) fn tokens(&self) -> usize {
        match &self.content {
            Content::Work(work) => work.ids.iter().map(Vec::len).sum(),
            _ => 0,
        }
    }
}
