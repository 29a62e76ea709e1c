//! The model behind dynamic batching: texts that are asked for at one time are encoded in one call.

use std::error::Error;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use lru::LruCache;
use priorart_index::ModelStamp;
use priorart_query::EmbedQuery;

use crate::error::ServerError;

/// How long the first text of a batch waits for others: less than anybody notices, and long enough for those
/// that were sent together to meet.
const WAIT: Duration = Duration::from_millis(2);

/// Texts of a batch at most, so that nobody waits long for the texts of others.
const MOST_TEXTS: usize = 32;

/// Queries whose vectors are kept, at 3 KB each.
const RECENT: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// What the server needs of a model.
pub trait TextEncoder: Send + Sync {
    /// Which model it is.
    fn stamp(&self) -> ModelStamp;

    /// The number of tokens of the whole of a text, special tokens included, uncut.
    ///
    /// # Errors
    /// Whatever the tokenizer says.
    fn count_tokens(&self, text: &str) -> Result<usize, AnyError>;

    /// The token ids of a text, special tokens included, cut to what the model reads.
    ///
    /// # Errors
    /// Whatever the tokenizer says.
    fn tokenize(&self, text: &str) -> Result<Vec<u32>, AnyError>;

    /// A vector for each text of token ids, in their order, as the pooling leaves it: not scaled to length 1.
    ///
    /// # Errors
    /// Whatever the model says.
    fn encode(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, AnyError>;
}

/// What a model says went wrong.
pub type AnyError = Box<dyn Error + Send + Sync>;

/// A model that threads share.
#[derive(Clone)]
pub(crate) struct Model {
    encoder: Arc<dyn TextEncoder>,
    stamp: Arc<ModelStamp>,
    jobs: Sender<Job>,
    /// The next page of a query, and each filter, ask for its vector again.
    recent: Arc<Mutex<LruCache<String, Vec<f32>>>>,
}

/// Texts as token ids, and who waits for their vectors.
struct Job {
    texts: Vec<Vec<u32>>,
    reply: SyncSender<Result<Vec<Vec<f32>>, EncodeError>>,
}

/// Why a batch failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(crate) struct EncodeError(String);

impl Model {
    /// Starts the thread that encodes; it ends with the last of the model's clones. `observe` is told the number of
    /// texts of each batch.
    pub(crate) fn start(
        encoder: Arc<dyn TextEncoder>,
        observe: impl Fn(usize) + Send + 'static,
    ) -> Result<Self, ServerError> {
        let stamp = Arc::new(encoder.stamp());
        let (jobs, queue) = channel();
        let own = Arc::clone(&encoder);
        thread::Builder::new()
            .name("encoder".to_owned())
            .spawn(move || encode_batches(&*own, &queue, observe))
            .map_err(|source| ServerError::System { what: "the encoder's thread", source })?;
        Ok(Self { encoder, stamp, jobs, recent: Arc::new(Mutex::new(LruCache::new(RECENT))) })
    }

    pub(crate) fn stamp(&self) -> &ModelStamp {
        &self.stamp
    }

    pub(crate) fn encoder(&self) -> &dyn TextEncoder {
        &*self.encoder
    }

    fn recent(&self) -> MutexGuard<'_, LruCache<String, Vec<f32>>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The vectors of texts that are token ids already, as the pooling leaves them. Blocks until a batch with them
    /// is done.
    pub(crate) fn encode(&self, texts: Vec<Vec<u32>>) -> Result<Vec<Vec<f32>>, EncodeError> {
        let ended = |_| EncodeError("the encoder's thread has ended".to_owned());
        let (reply, vectors) = sync_channel(1);
        self.jobs.send(Job { texts, reply }).map_err(|_| ended(std::sync::mpsc::RecvError))?;
        vectors.recv().map_err(ended)?
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("stamp", &self.stamp).finish_non_exhaustive()
    }
}

impl EmbedQuery for Model {
    fn embed(&self, text: &str) -> Result<Vec<f32>, AnyError> {
        if let Some(vector) = self.recent().get(text) {
            return Ok(vector.clone());
        }
        let tokens = self.encoder.tokenize(text)?;
        let vector = self.encode(vec![tokens])?.swap_remove(0);
        self.recent().put(text.to_owned(), vector.clone());
        Ok(vector)
    }
}

fn encode_batches(encoder: &dyn TextEncoder, queue: &Receiver<Job>, observe: impl Fn(usize)) {
    while let Ok(first) = queue.recv() {
        let batch = gather(first, queue);
        observe(batch.iter().map(|job| job.texts.len()).sum());
        answer(encoder, batch);
    }
}

/// The first job and those that come while it waits.
fn gather(first: Job, queue: &Receiver<Job>) -> Vec<Job> {
    let until = Instant::now() + WAIT;
    let mut texts = first.texts.len();
    let mut batch = vec![first];
    while texts < MOST_TEXTS {
        match queue.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(job) => {
                texts += job.texts.len();
                batch.push(job);
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    batch
}

fn answer(encoder: &dyn TextEncoder, batch: Vec<Job>) {
    let mut texts = Vec::new();
    let mut waiting = Vec::new();
    for job in batch {
        waiting.push((job.texts.len(), job.reply));
        texts.extend(job.texts);
    }
    let answer = encoder.encode(&texts).map_err(|error| EncodeError(error.to_string()));
    let mut vectors = answer.map(Vec::into_iter);
    for (count, reply) in waiting {
        let own = match &mut vectors {
            Ok(vectors) => Ok(vectors.take(count).collect()),
            Err(error) => Err(error.clone()),
        };
        // Who gave up has dropped the other end.
        let _ = reply.send(own);
    }
}
