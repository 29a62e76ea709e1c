//! A user's machine for the tests of fetching.

use std::cell::RefCell;
use std::time::Duration;

use priorart_encoder::models::{self, FetchOptions, ModelDir, ModelError, Note, Progress};

use super::{Script, Server};

/// The model's name.
pub(crate) const NAME: &str = "org/name";
/// Its weights file, the last of its files.
pub(crate) const WEIGHTS: &str = "model.safetensors";

/// A model of a few files; the weights are long enough to be cut in several reads.
pub(crate) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let weights = (0..600_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let small = ["config.json", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json"];
    let mut files: Vec<_> = small.map(|name| (name, format!("{{\"{name}\":1}}").into_bytes())).into();
    files.push(("tokenizer.json", b"{}".to_vec()));
    files.push((WEIGHTS, weights));
    files
}

/// A hub with that model, its weights linked as large files are.
pub(crate) fn script() -> Script {
    Script { files: files(), linked: vec![WEIGHTS], ..Script::default() }
}

/// A user's machine: caches of its own, a hub, and no pip unless one is given.
pub(crate) struct Bench {
    home: tempfile::TempDir,
    pub(crate) options: FetchOptions,
    pub(crate) hub: Server,
    pub(crate) log: RefCell<Vec<Note>>,
}

impl Progress for Bench {
    fn advance(&self, _file: &str, done: u64, total: Option<u64>) {
        assert!(total.is_none_or(|total| done <= total));
    }

    fn note(&self, note: &Note) {
        self.log.borrow_mut().push(note.clone());
    }
}

impl Bench {
    pub(crate) fn new(script: Script) -> Self {
        let (home, hub) = (tempfile::tempdir().unwrap(), Server::start(script));
        let options = FetchOptions {
            cache: home.path().join("models"),
            endpoint: hub.address.clone(),
            token: None,
            hf_home: home.path().join("hf"),
            pip: vec![vec!["priorart-no-such-pip".into()]],
            retry_wait: Duration::ZERO,
            ..FetchOptions::from_env().unwrap()
        };
        Self { home, options, hub, log: RefCell::default() }
    }

    pub(crate) fn fetch(&self) -> Result<ModelDir, ModelError> {
        models::fetch(NAME, &self.options, self)
    }

    /// The error's text; nothing may have been cached.
    #[track_caller]
    pub(crate) fn fails(&self) -> String {
        let error = self.fetch().unwrap_err();
        assert_eq!(models::list(&self.options).unwrap(), [], "{error}");
        error.to_string()
    }

    /// Whether anything of the weights waits to be gone on with.
    pub(crate) fn has_part(&self) -> bool {
        let work = self.home.path().join("models/.partial/org--name");
        fs_err::read_dir(work)
            .unwrap()
            .any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with(WEIGHTS))
    }
}
