//! An index of the sample patents, a model that counts words, and a client without a network.

use std::net::{SocketAddr, TcpListener};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use priorart_corpus::{PassageKind, Patent, Place, Record, parse, read_dump};
use priorart_index::{ModelStamp, Writer, WriterOptions};
use priorart_server::{Access, AnyError, App, Limits, TextEncoder, router, serve_until};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tower::ServiceExt;

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// Counts words: a token is a word, and a place of the vector several words'.
#[derive(Debug)]
pub(crate) struct Toy;

pub(crate) const DIMENSION: u32 = 64;
pub(crate) const MOST_TOKENS: u32 = 48;

/// Stand before and after each text.
const SPECIAL: [u32; 2] = [0, 1];

fn token(word: &str) -> u32 {
    let letters = word.bytes().map(|byte| u32::from(byte.to_ascii_lowercase()));
    2 + letters.fold(7_u32, |hash, letter| hash.wrapping_mul(31) + letter) % 30_000
}

impl TextEncoder for Toy {
    fn stamp(&self) -> ModelStamp {
        ModelStamp {
            name: "toy".to_owned(),
            sha256: "0123456789abcdef".to_owned(),
            dimension: DIMENSION,
            pooling: "mean".to_owned(),
            max_tokens: MOST_TOKENS,
        }
    }

    fn count_tokens(&self, text: &str) -> Result<usize, AnyError> {
        Ok(text.split_whitespace().count() + SPECIAL.len())
    }

    fn tokenize(&self, text: &str) -> Result<Vec<u32>, AnyError> {
        let words = text.split_whitespace().take(MOST_TOKENS as usize - SPECIAL.len()).map(token);
        Ok([SPECIAL[0]].into_iter().chain(words).chain([SPECIAL[1]]).collect())
    }

    fn encode(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, AnyError> {
        let vector = |tokens: &Vec<u32>| {
            let mut counts = vec![0.01; DIMENSION as usize];
            tokens.iter().for_each(|token| counts[(token % DIMENSION) as usize] += 1.0);
            counts
        };
        Ok(texts.iter().map(vector).collect())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a server may have no model")]
pub(crate) fn toy() -> Option<Arc<dyn TextEncoder>> {
    Some(Arc::new(Toy))
}

/// Adds the patents of files to the index of a directory, and commits them.
fn add(dir: &Path, files: &[PathBuf], is_embedded: bool) {
    let options = WriterOptions { keyword_memory: 30 << 20, ..WriterOptions::default() };
    let mut writer = Writer::open_with(dir, options).unwrap();
    if is_embedded {
        writer.set_model(&Toy.stamp()).unwrap();
    }
    for file in files {
        read_dump(file, &mut |document| {
            if let Record::Patent(patent) = parse(&document.unwrap()) {
                let places = places(&patent);
                let vectors = is_embedded.then(|| vectors(&patent, &places));
                writer.add(&patent, &places, vectors.as_deref()).unwrap();
            }
            ControlFlow::Continue(())
        });
    }
    writer.commit().unwrap();
    writer.close().unwrap();
}

/// Title and abstract, and each independent claim.
fn places(patent: &Patent) -> Vec<Place> {
    let claims = patent.claims.iter().filter(|claim| claim.is_independent());
    let claims = claims.map(|claim| (PassageKind::Claim, claim.number));
    let all = [(PassageKind::Abstract, 0)].into_iter().chain(claims);
    all.map(|(kind, number)| {
        let end = patent.passage_source(kind, number).unwrap().len() as u32;
        Place { kind, number, start: 0, end }
    })
    .collect()
}

fn vectors(patent: &Patent, places: &[Place]) -> Vec<Vec<f32>> {
    let texts = places.iter().map(|place| Toy.tokenize(&patent.passage_text(place).unwrap()).unwrap());
    Toy.encode(&texts.collect::<Vec<_>>()).unwrap()
}

pub(crate) fn samples(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(|name| workspace().join("data").join(name)).collect()
}

/// An index of all sample patents, with embeddings, made once.
pub(crate) fn sample_index() -> &'static Path {
    static INDEX: OnceLock<TempDir> = OnceLock::new();
    let dir = INDEX.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        add(dir.path(), &samples(&["grants.xml", "applications.xml"]), true);
        dir
    });
    dir.path()
}

/// An index of words alone, for tests that change it.
pub(crate) fn words_index(files: &[PathBuf]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    add_words(dir.path(), files);
    dir
}

pub(crate) fn add_words(dir: &Path, files: &[PathBuf]) {
    add(dir, files, false);
}

pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// A server without a socket.
pub(crate) struct Served {
    pub(crate) app: App,
    router: Router,
}

/// What it answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Served {
    /// The sample patents, to anybody.
    pub(crate) fn samples() -> Self {
        Self::new(App::open(sample_index(), toy(), Limits::default()).unwrap(), Access::open())
    }

    /// The same with other limits.
    pub(crate) fn limited(limits: Limits) -> Self {
        Self::new(App::open(sample_index(), toy(), limits).unwrap(), Access::open())
    }

    pub(crate) fn new(app: App, access: Access) -> Self {
        Self { router: router(app.clone(), access), app }
    }

    pub(crate) async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) fn send(&self, request: Request<Body>) -> Answer {
        runtime().block_on(self.answer(request))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(get(path))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(post(path, "application/json", body.to_string()))
    }

    /// The JSON that a path answers with 200.
    #[track_caller]
    pub(crate) fn json(&self, path: &str) -> Value {
        self.get(path).ok()
    }
}

pub(crate) fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

pub(crate) fn post(path: &str, media: &str, body: String) -> Request<Body> {
    Request::post(path).header("content-type", media).body(body.into()).unwrap()
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self.value()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// A problem of a status whose detail contains a text.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, detail: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.value();
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().unwrap().contains(detail), "{problem}");
    }
}

/// A server on a socket of its own.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Listening {
    pub(crate) fn start(app: App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let stopped = async { drop(stopped.await) };
            let access = Access::local();
            let serving = serve_until(&app, &access, listener, stopped, |_| ());
            Runtime::new().unwrap().block_on(serving).unwrap();
        });
        Self { address, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn tell_to_stop(&mut self) {
        drop(self.stop.take());
    }

    pub(crate) fn wait(mut self) {
        self.tell_to_stop();
        self.thread.take().unwrap().join().unwrap();
    }
}
