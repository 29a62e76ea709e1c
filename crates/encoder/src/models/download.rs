//! One file of a hub, resumed after every cut and verified at the end.

use std::io::{Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs_err::File;
use ureq::Body;
use ureq::http::Response;
use ureq::http::header::CONTENT_RANGE;

use super::cache::Fetched;
use super::error::{ModelError, Result};
use super::http::{Client, Fault};
use super::options::FetchOptions;
use super::progress::{Note, Progress};
use crate::hash;

/// What the hub promises about a file.
#[derive(Debug)]
pub(super) struct Remote {
    /// Its path in the repository.
    pub(super) file: String,
    pub(super) url: String,
    /// Changes when the file does.
    pub(super) etag: Option<String>,
    /// `None` for small files, which the hub does not keep by their SHA-256, and on plain mirrors.
    pub(super) sha256: Option<String>,
    pub(super) bytes: Option<u64>,
}

/// What became of one connection.
enum Attempt {
    Whole,
    Cut(String),
}

/// Downloads `remote` into the directory `work`, going on from what an earlier attempt left there.
pub(super) fn download(
    client: &Client,
    remote: &Remote,
    work: &Path,
    options: &FetchOptions,
    progress: &dyn Progress,
) -> Result<Fetched> {
    let download = Download { client, remote, part: part(remote, work), progress };
    download.all(options)?;
    download.verified()
}

/// A part is named after the version of the file it belongs to, so that versions are never mixed.
fn part(remote: &Remote, work: &Path) -> PathBuf {
    let version = remote.etag.as_deref().unwrap_or("unknown");
    let version: String = version.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    work.join(format!("{}.{version}.part", remote.file.replace('/', "--")))
}

struct Download<'a> {
    client: &'a Client<'a>,
    remote: &'a Remote,
    part: PathBuf,
    progress: &'a dyn Progress,
}

impl Download<'_> {
    fn all(&self, options: &FetchOptions) -> Result<()> {
        let mut file = fs_err::OpenOptions::new().create(true).append(true).read(true).open(&self.part)?;
        if self.remote.etag.is_none() {
            file.set_len(0)?;
        }
        let mut cuts = 0;
        loop {
            let before = file.metadata()?.len();
            let Attempt::Cut(reason) = self.attempt(&mut file, before)? else {
                return Ok(file.sync_all()?);
            };
            let done = file.metadata()?.len();
            cuts = if done > before { 1 } else { cuts + 1 };
            if cuts > options.retries {
                return Err(self.given_up(done, reason));
            }
            self.progress.note(&Note::Resuming { file: self.remote.file.clone(), done, reason });
            std::thread::sleep(options.retry_wait.saturating_mul(1 << (cuts - 1).min(5)));
        }
    }

    /// One request for what is missing.
    fn attempt(&self, file: &mut File, start: u64) -> Result<Attempt> {
        if start > 0 && self.remote.bytes == Some(start) {
            self.progress.advance(&self.remote.file, start, Some(start));
            return Ok(Attempt::Whole);
        }
        let response = match self.client.get(&self.remote.url, start) {
            Ok(response) => response,
            Err(Fault::OutOfReach(reason)) => return Ok(Attempt::Cut(reason)),
            Err(Fault::Protocol(reason)) => {
                return Err(ModelError::Protocol { url: self.remote.url.clone(), reason });
            }
        };
        match response.status().as_u16() {
            206 if starts_at(&response, start) => self.receive(file, start, response),
            // Range is ignored: the whole file comes, so what is there must go.
            200 => {
                file.set_len(0)?;
                self.receive(file, 0, response)
            }
            206 | 416 => {
                file.set_len(0)?;
                Ok(Attempt::Cut("the server sent another part than was asked for".into()))
            }
            status @ (429 | 500..) => Ok(Attempt::Cut(format!("status {status}"))),
            status => Err(ModelError::Status { url: self.remote.url.clone(), status }),
        }
    }

    fn receive(&self, file: &mut File, start: u64, response: Response<Body>) -> Result<Attempt> {
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0; 1 << 16];
        let mut done = start;
        file.seek(SeekFrom::End(0))?;
        loop {
            self.progress.advance(&self.remote.file, done, self.remote.bytes);
            match body.read(&mut buffer) {
                Ok(0) => return Ok(self.ended(done)),
                Ok(read) => file.write_all(&buffer[..read])?,
                Err(error) => return Ok(Attempt::Cut(error.to_string())),
            }
            done = file.stream_position()?;
        }
    }

    fn ended(&self, done: u64) -> Attempt {
        match self.remote.bytes {
            Some(bytes) if done < bytes => Attempt::Cut(format!("{bytes} bytes were promised")),
            _ => Attempt::Whole,
        }
    }

    /// Not one byte came: the host of the files cannot be reached, whatever the hub itself says.
    fn given_up(&self, done: u64, reason: String) -> ModelError {
        if done == 0 {
            ModelError::HubUnreachable { endpoint: self.remote.url.clone(), reason }
        } else {
            ModelError::Interrupted { file: self.remote.file.clone(), done, reason }
        }
    }

    fn verified(&self) -> Result<Fetched> {
        let found = hash::of_file(&self.part)?;
        let length = fs_err::metadata(&self.part)?.len();
        if let Some(expected) = self.remote.sha256.as_ref().filter(|expected| **expected != found) {
            fs_err::remove_file(&self.part)?;
            let (file, expected) = (self.remote.file.clone(), expected.clone());
            return Err(ModelError::WrongHash { file, expected, found });
        }
        if let Some(expected) = self.remote.bytes.filter(|expected| *expected != length) {
            fs_err::remove_file(&self.part)?;
            return Err(ModelError::Protocol {
                url: self.remote.url.clone(),
                reason: format!("{length} bytes came where {expected} were promised; they were deleted"),
            });
        }
        Ok(Fetched { name: self.remote.file.clone(), path: self.part.clone(), sha256: found })
    }
}

fn starts_at(response: &Response<Body>, start: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {start}-")))
}

/// The SHA-256 in an etag, for the files that have one.
pub(super) fn sha256_of_etag(etag: &str) -> Option<String> {
    hash::is_sha256(etag).then(|| etag.to_ascii_lowercase())
}
