//! A model from a hub: which files there are, and all of them downloaded.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;
use ureq::Body;
use ureq::http::Response;
use ureq::http::header::{CONTENT_LENGTH, ETAG};

use super::cache::Fetched;
use super::download::{Remote, download, sha256_of_etag};
use super::error::{ModelError, Result};
use super::http::{Client, Fault, LINKED_ETAG};
use super::layout::{OPTIONAL, REQUIRED, TOKENIZER, WEIGHTS};
use super::model::Source;
use super::name::RepoName;
use super::options::FetchOptions;
use super::progress::Progress;

/// Downloads the model `repo` into the directory `work`.
pub(super) fn fetch(
    repo: &RepoName,
    work: &Path,
    options: &FetchOptions,
    progress: &dyn Progress,
) -> Result<(Source, Vec<Fetched>)> {
    let hub = Hub { repo, options, client: Client::new(options) };
    let listing = hub.listing()?;
    // Everything is looked up before anything is downloaded: half a gigabyte is too much to find
    // out that a file is missing.
    let remotes = hub.remotes(&listing)?;
    let fetched = remotes
        .iter()
        .map(|remote| download(&hub.client, remote, work, options, progress))
        .collect::<Result<_>>()?;
    let source = Source::Hub { endpoint: options.endpoint.clone(), revision: listing.sha };
    Ok((source, fetched))
}

/// What the hub says about a repository. A mirror that is a plain file server says nothing.
#[derive(Debug, Default, Deserialize)]
struct Listing {
    sha: Option<String>,
    siblings: Option<Vec<Sibling>>,
}

#[derive(Debug, Deserialize)]
struct Sibling {
    rfilename: String,
}

impl Listing {
    /// The files there are; `None` where they must be tried one by one.
    fn files(&self) -> Option<HashSet<&str>> {
        let siblings = self.siblings.as_ref()?;
        Some(siblings.iter().map(|sibling| sibling.rfilename.as_str()).collect())
    }
}

struct Hub<'a> {
    repo: &'a RepoName,
    options: &'a FetchOptions,
    client: Client<'a>,
}

impl Hub<'_> {
    fn listing(&self) -> Result<Listing> {
        let url = format!("{}/api/models/{}", self.options.endpoint, self.repo.as_str());
        let mut response = self.client.get(&url, 0).map_err(|fault| self.error(&url, fault))?;
        match response.status().as_u16() {
            200 => {
                let text = response.body_mut().read_to_string().unwrap_or_default();
                Ok(serde_json::from_str(&text).unwrap_or_default())
            }
            status @ (401 | 403) => Err(self.refused(status)),
            _ => Ok(Listing::default()),
        }
    }

    fn remotes(&self, listing: &Listing) -> Result<Vec<Remote>> {
        let files = listing.files();
        let revision = listing.sha.as_deref().unwrap_or("main");
        let look_up = |file: &str| match &files {
            Some(files) if !files.contains(file) => Ok(None),
            _ => self.remote(revision, file),
        };
        let mut remotes = Vec::new();
        for file in REQUIRED {
            remotes.push(look_up(file)?.ok_or_else(|| self.lacks(file, files.is_some()))?);
        }
        let model = self.repo.as_str();
        remotes.push(look_up(TOKENIZER)?.ok_or_else(|| ModelError::NoTokenizer { model: model.into() })?);
        for file in OPTIONAL {
            remotes.extend(look_up(file)?);
        }
        for file in WEIGHTS {
            if let Some(remote) = look_up(file)? {
                remotes.push(remote);
                return Ok(remotes);
            }
        }
        Err(self.lacks("model.safetensors or pytorch_model.bin", true))
    }

    /// What the hub promises about a file; `None` where it has none of that name.
    fn remote(&self, revision: &str, file: &str) -> Result<Option<Remote>> {
        let url = format!("{}/{}/resolve/{revision}/{file}", self.options.endpoint, self.repo.as_str());
        let response = self.client.head(&url).map_err(|fault| self.error(&url, fault))?;
        match response.status().as_u16() {
            200..=399 => Ok(Some(promise(&response, url, file))),
            404 => Ok(None),
            status @ (401 | 403) => Err(self.refused(status)),
            status => Err(ModelError::Status { url, status }),
        }
    }

    /// Where even the first file is missing and no list says that the repository exists, it does not.
    fn lacks(&self, file: &str, listed: bool) -> ModelError {
        let repo = self.repo.as_str().to_owned();
        if listed || file != REQUIRED[0] {
            ModelError::NoSuchFile { repo, file: file.to_owned() }
        } else {
            ModelError::NoSuchRepo { endpoint: self.options.endpoint.clone(), repo }
        }
    }

    fn refused(&self, status: u16) -> ModelError {
        let (endpoint, repo) = (self.options.endpoint.clone(), self.repo.as_str().to_owned());
        ModelError::Refused { endpoint, repo, status }
    }

    fn error(&self, url: &str, fault: Fault) -> ModelError {
        match fault {
            Fault::OutOfReach(reason) => {
                ModelError::HubUnreachable { endpoint: self.options.endpoint.clone(), reason }
            }
            Fault::Protocol(reason) => ModelError::Protocol { url: url.to_owned(), reason },
        }
    }
}

/// Large files are linked: the hub's answer then speaks of the link, and of the file in headers of
/// its own (`x-linked-etag`, `x-linked-size`).
fn promise(response: &Response<Body>, url: String, file: &str) -> Remote {
    let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    let etag = header(LINKED_ETAG).or_else(|| header(ETAG.as_str()));
    let etag = etag.map(|etag| etag.trim_start_matches("W/").trim_matches('"').to_owned());
    let own_length = response.status().is_success().then(|| header(CONTENT_LENGTH.as_str())).flatten();
    Remote {
        file: file.to_owned(),
        url,
        sha256: etag.as_deref().and_then(sha256_of_etag),
        etag,
        bytes: header("x-linked-size").or(own_length).and_then(|bytes| bytes.parse().ok()),
    }
}
