//! What requests share.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use priorart_query::{Index, Store};

use crate::error::ServerError;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::model::{Model, TextEncoder};
use crate::problem::Problem;
use crate::snapshot::Snapshot;
use crate::work::Work;

/// What requests share: what is searched, the model, and how much may be done at a time. Its clones are one.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    current: RwLock<Arc<Snapshot>>,
    model: Option<Model>,
    work: Work,
    limits: Limits,
    metrics: Metrics,
    stopping: AtomicBool,
}

impl App {
    /// Opens an index; with the encoder that embedded it, it is searched semantically as well.
    ///
    /// # Errors
    /// The index cannot be read, or another model embedded it.
    pub fn open(
        index: &Path,
        encoder: Option<Arc<dyn TextEncoder>>,
        limits: Limits,
    ) -> Result<Self, ServerError> {
        Self::on(Arc::new(Index::open(index)?), encoder, limits)
    }

    /// The same with whatever is searched.
    ///
    /// # Errors
    /// Another model embedded it.
    pub fn on(
        store: Arc<dyn Store>,
        encoder: Option<Arc<dyn TextEncoder>>,
        limits: Limits,
    ) -> Result<Self, ServerError> {
        let metrics = Metrics::new();
        let batches = metrics.batches.clone();
        let observe = move |texts: usize| batches.observe(texts as f64);
        let model = encoder.map(|encoder| Model::start(encoder, observe)).transpose()?;
        let snapshot = Snapshot::of(store, model.clone())?;
        Ok(Self(Arc::new(Inner {
            current: RwLock::new(Arc::new(snapshot)),
            model,
            work: Work::new(limits.running, limits.waiting, limits.time),
            limits,
            metrics,
            stopping: AtomicBool::new(false),
        })))
    }

    /// What is served now: an index at its last commit.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn model(&self) -> Option<&Model> {
        self.0.model.as_ref()
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// How many searches run, and how many wait.
    pub(crate) fn load(&self) -> (usize, usize) {
        self.0.work.load()
    }

    /// Says that no new requests should be sent here.
    pub(crate) fn stop(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Takes the last commit if there is a newer one than that which is served; what is running goes on with
    /// its own. Whether there was one.
    ///
    /// # Errors
    /// The newer one cannot be read; the older one goes on being served.
    pub fn reload(&self) -> Result<bool, ServerError> {
        let Some(newer) = self.snapshot().newer()? else {
            return Ok(false);
        };
        *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(newer);
        Ok(true)
    }

    /// Runs work on what is served now off the async threads.
    ///
    /// # Errors
    /// The work's own problem; 503 where too much is waiting, or where it took too long.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Snapshot) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let snapshot = self.snapshot();
        self.0.work.run(move || work(&snapshot)).await?
    }

    /// Runs the next part of what was begun on a snapshot; it waits where [`run`](Self::run) would refuse.
    pub(crate) async fn run_in_turn<T: Send + 'static>(
        &self,
        snapshot: &Arc<Snapshot>,
        work: impl FnOnce(&Snapshot) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let snapshot = Arc::clone(snapshot);
        self.0.work.run_in_turn(move || work(&snapshot)).await?
    }
}
