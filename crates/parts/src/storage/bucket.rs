//! A bucket of an object store that speaks S3.

use std::time::Duration;

use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{ClientOptions, Error, ObjectStore, ObjectStoreExt, Result, RetryConfig};
use tokio::runtime::{Builder, Runtime};

use crate::PartsError;

/// How long a store that does not answer is asked again.
const PATIENCE: Duration = Duration::from_mins(1);

/// The objects of a bucket whose keys begin with a prefix.
#[derive(Debug)]
pub(crate) struct Bucket {
    store: Box<AmazonS3>,
    prefix: Key,
    runtime: Runtime,
}

impl Bucket {
    /// Opens "bucket/prefix"; `name` is what errors call it.
    pub(crate) fn open(name: &str, path: &str) -> std::result::Result<Self, PartsError> {
        let bad = |reason: String| PartsError::BadPlace { place: name.to_owned(), reason };
        let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
        if bucket.is_empty() {
            return Err(bad("names no bucket; write s3://BUCKET/PREFIX".to_owned()));
        }
        let prefix = Key::parse(prefix).map_err(|error| bad(error.to_string()))?;
        let store = Box::new(connect(bucket).map_err(|error| bad(error.to_string()))?);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { store, prefix, runtime })
    }

    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let listed = self.runtime.block_on(self.store.list_with_delimiter(Some(&self.prefix)))?;
        let names = listed.objects.iter().filter_map(|object| object.location.filename());
        Ok(names.map(str::to_owned).collect())
    }

    pub(crate) fn get(&self, name: &str) -> Result<Option<Bytes>> {
        let key = self.prefix.clone().join(name);
        match self.runtime.block_on(async { self.store.get(&key).await?.bytes().await }) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn put(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        let key = self.prefix.clone().join(name);
        self.runtime.block_on(self.store.put(&key, bytes.into())).map(|_| ())
    }
}

/// A client with the environment's endpoint, region and credentials.
fn connect(bucket: &str) -> Result<AmazonS3> {
    // reqwest takes the cryptography of the process; whoever set one before is welcome.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let retry = RetryConfig { retry_timeout: PATIENCE, max_retries: 5, ..RetryConfig::default() };
    // A part may take long; a connection that stands still is noticed.
    let client = ClientOptions::new().with_timeout_disabled().with_read_timeout(PATIENCE);
    let http = std::env::var("AWS_ALLOW_HTTP").is_ok_and(|value| value == "true");
    AmazonS3Builder::from_env()
        .with_client_options(client.with_allow_http(http))
        .with_bucket_name(bucket)
        .with_retry(retry)
        .build()
}
