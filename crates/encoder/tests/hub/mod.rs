//! A small HTTP server that plays the hub.

pub(crate) mod bench;

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use sha2::{Digest as _, Sha256};

/// The commit that the played hub is at.
pub(crate) const REVISION: &str = "c0ffee";

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    fn start(&self) -> usize {
        let range = self.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-'));
        range.map_or(0, |start| start.parse().unwrap())
    }
}

/// How the server treats what is asked of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    /// Paths in the repository and their contents.
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    /// Every answer has this status instead.
    pub(crate) status: Option<u16>,
    /// Without the API that lists a repository's files, as on a plain file server.
    pub(crate) no_api: bool,
    /// Files that are linked: to this server's `/lfs/…`, or to another server's.
    pub(crate) linked: Vec<&'static str>,
    pub(crate) linked_to: Option<String>,
    /// Linked files are promised with this digest.
    pub(crate) promised: Option<String>,
    /// As many answers with a linked file's body are cut, each after half of what it has.
    pub(crate) cuts: usize,
    /// `Range` is ignored.
    pub(crate) no_ranges: bool,
    /// Every file redirects to itself.
    pub(crate) circle: bool,
}

impl Script {
    fn body(&self, file: &str) -> Option<&[u8]> {
        self.files.iter().find(|(name, _)| *name == file).map(|(_, body)| body.as_slice())
    }
}

/// A server on a port of its own, until the process ends.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) address: String,
    script: Arc<Mutex<Script>>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { address, script: Arc::new(Mutex::new(script)), requests: Arc::default() };
        let serving = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = serving.clone();
                // A client that hangs up in the middle is part of the play.
                std::thread::spawn(move || server.answer(stream).ok());
            }
        });
        server
    }

    /// Changes what the server does from the next request on.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    /// What was asked so far, and forgets it.
    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let request = read_request(&stream)?;
        self.requests.lock().unwrap().push(request.clone());
        let answer = self.compose(&request);
        write!(stream, "HTTP/1.1 {} status\r\nconnection: close\r\n", answer.status)?;
        for (name, value) in &answer.headers {
            write!(stream, "{name}: {value}\r\n")?;
        }
        write!(stream, "content-length: {}\r\n\r\n", answer.body.len())?;
        if request.method != "HEAD" {
            stream.write_all(&answer.body[..answer.sent.unwrap_or(answer.body.len())])?;
        }
        Ok(())
    }

    fn compose(&self, request: &Request) -> Answer {
        let mut script = self.script.lock().unwrap();
        if let Some(status) = script.status {
            return Answer::empty(status);
        }
        if request.path.starts_with("/api/models/") {
            return listing(&script);
        }
        if let Some(file) = request.path.strip_prefix("/lfs/") {
            return linked_body(&mut script, file, request);
        }
        let Some(file) = request.path.splitn(6, '/').nth(5) else {
            return Answer::empty(404);
        };
        if script.circle {
            return Answer::empty(302).with("location", request.path.clone());
        }
        let Some(body) = script.body(file) else {
            return Answer::empty(404);
        };
        if script.linked.contains(&file) {
            link(&script, file)
        } else {
            body_from(body, 0).with("etag", "\"small\"")
        }
    }
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// Bytes after which the connection is cut.
    sent: Option<usize>,
}

impl Answer {
    fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), sent: None }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

fn read_request(stream: &TcpStream) -> std::io::Result<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().unwrap_or_else(|| Err(std::io::ErrorKind::UnexpectedEof.into()))?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = HashMap::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Ok(Request { method, path, headers })
}

fn listing(script: &Script) -> Answer {
    if script.no_api {
        return Answer::empty(404);
    }
    let siblings: Vec<_> =
        script.files.iter().map(|(name, _)| serde_json::json!({ "rfilename": name })).collect();
    let json = serde_json::json!({ "id": "org/name", "sha": REVISION, "siblings": siblings });
    body_from(json.to_string().as_bytes(), 0)
}

/// The hub's answer for a large file: it speaks of the file, and sends the client elsewhere.
fn link(script: &Script, file: &str) -> Answer {
    let body = script.body(file).unwrap();
    let digest = script.promised.clone().unwrap_or_else(|| sha256(body));
    Answer::empty(302)
        .with("location", format!("{}/lfs/{file}", script.linked_to.as_deref().unwrap_or_default()))
        .with("x-repo-commit", REVISION)
        .with("x-linked-etag", format!("\"{digest}\""))
        .with("x-linked-size", body.len().to_string())
}

fn linked_body(script: &mut Script, file: &str, request: &Request) -> Answer {
    let Some(body) = script.body(file) else {
        return Answer::empty(404);
    };
    let start = if script.no_ranges { 0 } else { request.start() };
    let mut answer = body_from(body, start);
    if script.cuts > 0 {
        script.cuts -= 1;
        answer.sent = Some(answer.body.len() / 2);
    }
    answer
}

fn body_from(body: &[u8], start: usize) -> Answer {
    let mut answer = Answer::empty(if start > 0 { 206 } else { 200 });
    if start > 0 {
        answer = answer.with("content-range", format!("bytes {start}-{}/{}", body.len() - 1, body.len()));
    }
    answer.body = body[start..].to_vec();
    answer
}

/// The digest in lower-case hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
