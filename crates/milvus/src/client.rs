//! A connection to one collection: each call waits for its answer.

use std::fmt;
use std::future::Future;
use std::ops::ControlFlow;
use std::time::Duration;

use milvus::v2::prelude::{
    ClientV2, ConnectConfig, ConsistencyLevel, DescribeCollectionRequest, FieldData, GetServerVersionRequest,
    QueryRequest, QueryResults, RetryConfig, SearchRequest, SearchVectors, SingleResult, TelemetryConfig,
};
use priorart_index::ModelStamp;
use tokio::runtime::{Builder, Runtime};

use crate::address::Address;
use crate::error::{MilvusError, told};
use crate::filter::all;
use crate::schema::{self, Collection, Features, ID};
use crate::text::quoted;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// The wait before a call is tried again.
const BACKOFF: Duration = Duration::from_millis(300);

/// Rows of a page at most, 2 KB each where texts are fetched: the client takes answers of 4 MB.
const PAGE: usize = 1024;
/// What has Milvus answer the first rows in the order of their primary keys, and not any rows.
const IN_ORDER: [&str; 2] = ["iterator", "reduce_stop_for_best"];

/// A server and a collection on it.
pub(crate) struct Server {
    pub(crate) client: ClientV2,
    runtime: Runtime,
    pub(crate) address: Address,
    pub(crate) features: Features,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Server {
    /// Connects; a call whose connection is lost is tried `attempts` times.
    pub(crate) fn connect(address: &Address, attempts: u32) -> Result<Self, MilvusError> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| unreachable_at(address, &error.to_string()))?;
        let retry = RetryConfig::new()
            .max_attempts(attempts)
            .max_retry_timeout(address.timeout)
            .initial_backoff(BACKOFF);
        let connect = CONNECT.min(address.timeout);
        let mut config = ConnectConfig::new()
            .uri(address.uri())
            .connect_timeout(connect)
            .rpc_timeout(address.timeout)
            .retry(retry)
            .telemetry(TelemetryConfig::new().enabled(false));
        if let Some(user) = &address.user {
            config = config.username_password(user, address.password().unwrap_or_default());
        }
        if let Some(database) = &address.database {
            config = config.database(database.as_str());
        }
        if let Some(ca) = &address.ca {
            config = config.ca_certificate(ca.as_str());
        }
        let client = runtime.block_on(ClientV2::new(&config)).map_err(|error| {
            match told(&address.to_string(), connect, &error) {
                // The client goes on trying to connect for as long as it may.
                MilvusError::Slow { .. } => unreachable_at(address, "no connection in time"),
                other => other,
            }
        })?;
        let mut server = Self { client, runtime, address: address.clone(), features: Features::of("") };
        let version = server.ask(|client| async move {
            client.server_version(GetServerVersionRequest::builder().build()?).await
        })?;
        server.features = Features::of(version.version());
        Ok(server)
    }

    /// Waits for a call.
    pub(crate) fn ask<'c, T, F>(&'c self, call: impl FnOnce(&'c ClientV2) -> F) -> Result<T, MilvusError>
    where
        F: Future<Output = Result<T, milvus::v2::error::Error>>,
    {
        self.runtime.block_on(call(&self.client)).map_err(|error| self.told(&error))
    }

    pub(crate) fn told(&self, error: &milvus::v2::error::Error) -> MilvusError {
        told(&self.address.to_string(), self.address.timeout, error)
    }

    /// What the collection holds; `None` where there is none of that name.
    pub(crate) fn collection(&self) -> Result<Option<Collection>, MilvusError> {
        let request = DescribeCollectionRequest::builder().collection_name(self.address.collection());
        let described = self.ask(|client| async move { client.describe_collection(request.build()?).await });
        match described {
            Ok(described) => {
                let found = schema::read(described.description());
                Ok(Some(found.map_err(|what| MilvusError::Foreign { at: self.address.to_string(), what })?))
            }
            Err(MilvusError::NoCollection { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Fields of the rows that a filter lets through, `limit` at most.
    pub(crate) fn query(
        &self,
        filter: &str,
        fields: &[&str],
        limit: usize,
        fresh: ConsistencyLevel,
    ) -> Result<QueryResults, MilvusError> {
        let request = QueryRequest::builder()
            .collection_name(self.address.collection())
            .filter(filter)
            .output_fields(fields.iter().copied())
            .limit(limit as i64)
            .consistency_level(fresh);
        let found = self.ask(|client| async move { client.query(request.build()?).await })?;
        Ok(found.results().clone())
    }

    /// Hands the rows that a filter lets through over, in pages that an answer can hold, for as long as `take` says
    /// that it wants more. Their primary keys are among the fields. What fits one page is asked for as it is; more,
    /// in the order of primary keys.
    pub(crate) fn pages(
        &self,
        filter: &str,
        fields: &[&str],
        fresh: ConsistencyLevel,
        mut take: impl FnMut(&[FieldData]) -> Result<ControlFlow<()>, MilvusError>,
    ) -> Result<(), MilvusError> {
        let fields: Vec<&str> = fields.iter().copied().chain([ID]).collect();
        let first = self.query(filter, &fields, PAGE, fresh);
        let (mut rows, mut last) = (PAGE, String::new());
        match first {
            Err(MilvusError::TooLarge { .. }) => rows /= 4,
            found => {
                let found = found?;
                let page = found.get_output_fields();
                let count = texts(page, ID).len();
                if count < PAGE {
                    return if count > 0 { take(page).map(drop) } else { Ok(()) };
                }
            }
        }
        loop {
            let behind = all(&[format!("{ID} > {}", quoted(&last)), filter.to_owned()]);
            let request = QueryRequest::builder()
                .collection_name(self.address.collection())
                .filter(behind)
                .output_fields(fields.iter().copied())
                .limit(rows as i64)
                .extra_params(IN_ORDER.map(|name| (name.to_owned(), "true".to_owned())).into())
                .consistency_level(fresh);
            let found = match self.ask(|client| async move { client.query(request.build()?).await }) {
                Err(MilvusError::TooLarge { .. }) if rows > 1 => {
                    rows /= 4;
                    continue;
                }
                found => found?,
            };
            let page = found.results().get_output_fields();
            let Some(greatest) = texts(page, ID).iter().max() else {
                return Ok(());
            };
            last.clone_from(greatest);
            if take(page)?.is_break() {
                return Ok(());
            }
        }
    }

    /// How many rows a filter lets through.
    pub(crate) fn count(&self, filter: &str) -> Result<u64, MilvusError> {
        let request = QueryRequest::builder()
            .collection_name(self.address.collection())
            .filter(filter)
            .output_fields(["count(*)"])
            .consistency_level(ConsistencyLevel::Bounded);
        let found = self.ask(|client| async move { client.query(request.build()?).await })?;
        Ok(found.results().get_row_count())
    }
}

fn unreachable_at(address: &Address, what: &str) -> MilvusError {
    MilvusError::Unreachable { at: address.to_string(), what: what.to_owned() }
}

/// A collection that is searched.
#[derive(Debug)]
pub struct Milvus {
    pub(crate) server: Server,
    pub(crate) collection: Collection,
}

/// What a search compares with.
pub(crate) enum Near<'a> {
    Vector(&'a [f32]),
    Words(String),
}

impl Milvus {
    /// Connects to a server and looks at the collection. A search whose connection is lost is tried once more.
    ///
    /// # Errors
    /// The server is not there, refuses, or has no such collection; or the collection is not priorart's.
    pub fn open(address: &Address) -> Result<Self, MilvusError> {
        let server = Server::connect(address, 2)?;
        let collection = server.collection()?;
        let collection = collection.ok_or_else(|| MilvusError::NoCollection { at: address.to_string() })?;
        Ok(Self { server, collection })
    }

    /// The model whose embeddings the collection holds.
    pub fn model(&self) -> &ModelStamp {
        &self.collection.model
    }

    /// Makes sure that the vectors of `model` may be compared with those of the collection.
    ///
    /// # Errors
    /// [`MilvusError::ModelMismatch`].
    pub fn check_model(&self, model: &ModelStamp) -> Result<(), MilvusError> {
        check_model(&self.server, &self.collection, model)
    }

    /// The rows nearest to something, nearest first, with fields of theirs.
    pub(crate) fn search(
        &self,
        near: &Near<'_>,
        filter: &str,
        fields: &[&str],
        limit: usize,
    ) -> Result<SingleResult, MilvusError> {
        let (field, vectors) = match near {
            Near::Words(words) => (schema::SPARSE, SearchVectors::EmbeddedText(vec![words.clone()])),
            Near::Vector(vector) if self.collection.half => {
                let half = vector.iter().map(|x| half::f16::from_f32(*x).to_bits()).collect();
                (schema::DENSE, SearchVectors::Float16(vec![half]))
            }
            Near::Vector(vector) => (schema::DENSE, SearchVectors::Float(vec![vector.to_vec()])),
        };
        let mut request = SearchRequest::builder()
            .collection_name(self.server.address.collection())
            .vector_field(field)
            .vectors(vectors)
            .filter(filter)
            .output_fields(fields.iter().copied())
            .limit(limit as i64)
            .consistency_level(ConsistencyLevel::Bounded);
        if field == schema::DENSE {
            // A walk over a graph keeps more candidates than it is asked for, as the embedded index does.
            let width = (limit + limit / 2).max(128);
            request = request.extra_params([("ef".to_owned(), width.to_string())].into());
        }
        let found = self.server.ask(|client| async move { client.search(request.build()?).await })?;
        Ok(found.results().iter().next().cloned().unwrap_or_else(SingleResult::new))
    }
}

/// Makes sure that the collection's vectors may be compared with a model's.
pub(crate) fn check_model(
    server: &Server,
    collection: &Collection,
    model: &ModelStamp,
) -> Result<(), MilvusError> {
    if collection.model.is_comparable(model) {
        return Ok(());
    }
    Err(MilvusError::ModelMismatch {
        at: server.address.to_string(),
        collection: Box::new(collection.model.clone()),
        given: Box::new(model.clone()),
    })
}

/// The texts of a field.
pub(crate) fn texts<'r>(fields: &'r [FieldData], name: &str) -> &'r [String] {
    fields.iter().find(|field| field.name() == name).and_then(FieldData::as_varchar).unwrap_or_default()
}

/// The whole numbers of a field.
pub(crate) fn numbers<'r>(fields: &'r [FieldData], name: &str) -> &'r [i64] {
    fields.iter().find(|field| field.name() == name).and_then(FieldData::as_int64).unwrap_or_default()
}

/// The lists of texts of a field.
pub(crate) fn lists<'r>(fields: &'r [FieldData], name: &str) -> &'r [Vec<String>] {
    fields.iter().find(|field| field.name() == name).and_then(FieldData::as_array_varchar).unwrap_or_default()
}
