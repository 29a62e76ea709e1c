//! Loading patents into a collection: resumable, and the same set however often it is done.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use milvus::v2::prelude::{ConsistencyLevel, DeleteRequest, FlushRequest, InsertRequest};
use priorart_corpus::PatentNumber;
use priorart_index::ModelStamp;
use serde::Serialize;

use crate::address::Address;
use crate::client::{Server, check_model, numbers, texts};
use crate::engine::MOST_ROWS;
use crate::error::MilvusError;
use crate::filter::{all, by_number};
use crate::record::{Columns, Record};
use crate::schema::{self, Collection, DIGEST, ID, Layout, PATENT};
use crate::text::one_of;

/// Rows that are sent at once: some 3 MB, below every limit of Milvus on the size of a message.
const ROWS: usize = 500;
/// Patents that are looked up at once.
const PATENTS: usize = 400;
/// How often a batch is tried whose connection is lost, and the first wait before it is tried again.
const ATTEMPTS: u32 = 5;
const WAIT: Duration = Duration::from_secs(1);
/// A push has to see what was just written.
const FRESH: ConsistencyLevel = ConsistencyLevel::Strong;
/// How often the client tries again where the server asks for patience.
const PATIENCE: u32 = 75;

/// How patents are pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushOptions {
    /// The layout of a collection that is made.
    pub layout: Layout,
    /// Batches that are under way at once. Usual: 4.
    pub parallel: usize,
}

impl Default for PushOptions {
    fn default() -> Self {
        Self { layout: Layout::default(), parallel: 4 }
    }
}

/// What a push has done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Pushed {
    /// Patents that were not there.
    pub added: u64,
    /// Patents that were there in another state.
    pub replaced: u64,
    /// Patents that were there as they are.
    pub unchanged: u64,
    /// Patents that were removed.
    pub removed: u64,
    /// Rows that were written.
    pub rows: u64,
    /// Of what Milvus could not hold all, and how much it holds.
    pub shortened: Vec<String>,
}

/// Counts as it goes; another thread may look on.
#[derive(Debug, Default)]
pub struct Pusher {
    done: AtomicU64,
    stop: AtomicBool,
}

impl Pusher {
    /// Patents that were dealt with.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Ends the push after the batches that are under way.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Pushes records into a collection, which is made where there is none.
///
/// A patent that is there as it is, with all its rows, is left alone; otherwise what is there of it is deleted
/// and it is written anew. So a push that was cut short ends, when it is run again, with the same rows.
///
/// # Errors
/// The server is not there or refuses; the collection is not priorart's, or another model's; a record cannot
/// be read.
///
/// # Panics
/// Where a thread of its own has.
pub fn push(
    address: &Address,
    model: &ModelStamp,
    records: impl Iterator<Item = Result<Record, MilvusError>> + Send,
    options: &PushOptions,
    progress: &Pusher,
) -> Result<Pushed, MilvusError> {
    let server = Server::connect(address, PATIENCE)?;
    let collection = prepared(&server, model, &options.layout)?;
    let work = Work {
        server: &server,
        collection: &collection,
        records: Mutex::new(records),
        pushed: Mutex::default(),
        progress,
    };
    let result = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..options.parallel.max(1)).map(|_| scope.spawn(|| work.run())).collect();
        let ends = workers.into_iter().map(|worker| worker.join().expect("a worker does not panic"));
        ends.collect::<Vec<_>>().into_iter().collect::<Result<(), _>>()
    });
    result?;
    flush(&server)?;
    if progress.stop.load(Ordering::Relaxed) {
        return Err(MilvusError::Stopped);
    }
    Ok(work.pushed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// Removes patents; how many were there.
///
/// # Errors
/// As for [`push`].
pub fn remove(address: &Address, numbers: &[PatentNumber]) -> Result<u64, MilvusError> {
    let server = Server::connect(address, PATIENCE)?;
    if server.collection()?.is_none() {
        return Err(MilvusError::NoCollection { at: address.to_string() });
    }
    let mut removed = 0;
    for number in numbers {
        let rows = rows_of(&server, &by_number(number))?;
        removed += rows.len() as u64;
        delete(&server, rows.into_values().flat_map(|known| known.ids).collect())?;
    }
    flush(&server)?;
    Ok(removed)
}

/// Removes the patents that are not to be kept; how many there were.
///
/// # Errors
/// As for [`push`].
pub fn prune(address: &Address, keep: &dyn Fn(&str) -> bool) -> Result<u64, MilvusError> {
    let server = Server::connect(address, PATIENCE)?;
    let mut doomed_patents = BTreeSet::new();
    server.pages("", &[PATENT], FRESH, |rows| {
        let doomed = texts(rows, ID).iter().zip(texts(rows, PATENT)).filter(|(_, patent)| !keep(patent));
        let (ids, patents): (Vec<String>, Vec<String>) =
            doomed.map(|(id, patent)| (id.clone(), patent.clone())).unzip();
        doomed_patents.extend(patents);
        delete(&server, ids)?;
        Ok(ControlFlow::Continue(()))
    })?;
    let removed = doomed_patents.len() as u64;
    flush(&server)?;
    Ok(removed)
}

/// The collection, made and loaded.
fn prepared(server: &Server, model: &ModelStamp, layout: &Layout) -> Result<Collection, MilvusError> {
    if let Some(collection) = server.collection()? {
        check_model(server, &collection, model)?;
        schema::load(server, layout)?;
        return Ok(collection);
    }
    schema::create(server, model, layout)?;
    server.collection()?.ok_or_else(|| MilvusError::NoCollection { at: server.address.to_string() })
}

fn flush(server: &Server) -> Result<(), MilvusError> {
    let request = FlushRequest::builder().collection_names([server.address.collection()]);
    server.ask(|client| async move { client.flush(request.build()?).await })?;
    Ok(())
}

/// What is there of a patent.
#[derive(Default)]
struct Known {
    ids: Vec<String>,
    /// The digest of its rows, if they have one and the same.
    digest: Option<i64>,
}

fn rows_of(server: &Server, filter: &str) -> Result<BTreeMap<String, Known>, MilvusError> {
    let found = server.query(filter, &[ID, PATENT, DIGEST], MOST_ROWS, FRESH)?;
    let rows = found.get_output_fields();
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    for ((id, patent), digest) in texts(rows, ID).iter().zip(texts(rows, PATENT)).zip(numbers(rows, DIGEST)) {
        let known = known.entry(patent.clone()).or_default();
        let is_first = known.ids.is_empty();
        known.digest = Some(*digest).filter(|digest| is_first || known.digest == Some(*digest));
        known.ids.push(id.clone());
    }
    Ok(known)
}

fn delete(server: &Server, ids: Vec<String>) -> Result<(), MilvusError> {
    if ids.is_empty() {
        return Ok(());
    }
    // By a filter and not by `ids`, which the client sends in a form that old servers do not know.
    let request =
        DeleteRequest::builder().collection_name(server.address.collection()).filter(one_of(ID, ids));
    server.ask(|client| async move { client.delete(request.build()?).await })?;
    Ok(())
}

/// What the workers share.
struct Work<'a, R> {
    server: &'a Server,
    collection: &'a Collection,
    records: Mutex<R>,
    pushed: Mutex<Pushed>,
    progress: &'a Pusher,
}

impl<R: Iterator<Item = Result<Record, MilvusError>>> Work<'_, R> {
    /// Takes batch after batch until there are no more.
    fn run(&self) -> Result<(), MilvusError> {
        while !self.progress.stop.load(Ordering::Relaxed) {
            let batch = self.batch().inspect_err(|_| self.progress.stop())?;
            if batch.is_empty() {
                break;
            }
            self.insist(&batch).inspect_err(|_| self.progress.stop())?;
            self.progress.done.fetch_add(batch.len() as u64, Ordering::Relaxed);
        }
        Ok(())
    }

    fn batch(&self) -> Result<Vec<Record>, MilvusError> {
        let mut records = self.records.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (mut batch, mut rows) = (Vec::new(), 0);
        while rows < ROWS && batch.len() < PATENTS {
            let Some(record) = records.next().transpose()? else {
                break;
            };
            rows += record.passages.len();
            batch.push(record);
        }
        Ok(batch)
    }

    /// Writes a batch; once more where the connection is lost, for what is there of it is looked up first.
    fn insist(&self, batch: &[Record]) -> Result<(), MilvusError> {
        let mut wait = WAIT;
        for _ in 1..ATTEMPTS {
            match self.write(batch) {
                Err(MilvusError::Unreachable { .. } | MilvusError::Slow { .. }) => {
                    std::thread::sleep(wait);
                    wait *= 2;
                }
                other => return other,
            }
        }
        self.write(batch)
    }

    fn write(&self, batch: &[Record]) -> Result<(), MilvusError> {
        let numbers: Vec<String> = batch.iter().map(Record::number).collect();
        let mut known = rows_of(self.server, &all(&[one_of(PATENT, &numbers)]))?;
        let (mut result, mut doomed, mut columns) = (Pushed::default(), Vec::new(), Columns::default());
        for (record, number) in batch.iter().zip(&numbers) {
            let Some(mut old) = known.remove(number) else {
                result.added += 1;
                columns.add(record);
                continue;
            };
            old.ids.sort_unstable();
            if old.digest == Some(record.digest()) && old.ids == record.ids() {
                result.unchanged += 1;
            } else {
                result.replaced += 1;
                doomed.extend(old.ids);
                columns.add(record);
            }
        }
        delete(self.server, doomed)?;
        result.rows = columns.len() as u64;
        result.shortened = std::mem::take(&mut columns.shortened);
        if result.rows > 0 {
            let request = InsertRequest::builder()
                .collection_name(self.server.address.collection())
                .columns(columns.into_fields(self.collection));
            self.server.ask(|client| async move { client.insert(request.build()?).await })?;
        }
        self.count(result);
        Ok(())
    }

    fn count(&self, one: Pushed) {
        let mut all = self.pushed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.added += one.added;
        all.replaced += one.replaced;
        all.unchanged += one.unchanged;
        all.rows += one.rows;
        all.shortened.extend(one.shortened);
    }
}
