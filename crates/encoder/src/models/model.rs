//! A model on disk.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A directory that holds a whole model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelDir {
    /// The model's name on the hub; for a directory, the path as it was given.
    pub name: String,
    /// Where `modules.json`, `config.json`, the tokenizer and the weights lie.
    pub path: PathBuf,
    /// How it came here.
    pub source: Source,
    /// The model that was asked for, where this one was taken in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_in_for: Option<String>,
}

impl ModelDir {
    /// What a user must be told before trusting a result: that this is not the model they asked for.
    pub fn notice(&self) -> Option<String> {
        self.stands_in_for.as_ref().map(|asked| {
            let Self { name, .. } = self;
            format!("using {name}, a general-purpose MPNet, not {asked}, which could not be fetched")
        })
    }
}

/// How a model came to be on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Source {
    /// A directory that the user named; nothing was fetched or verified.
    Directory,
    /// Hugging Face's own cache, used in place.
    HuggingFaceCache,
    /// Fetched from a hub.
    Hub {
        /// The hub's address.
        endpoint: String,
        /// The commit, where the hub said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        revision: Option<String>,
    },
    /// Packaged weights of a general-purpose `MPNet`, from the Python registry.
    Packaged,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory => f.write_str("a directory"),
            Self::HuggingFaceCache => f.write_str("Hugging Face's cache"),
            Self::Hub { endpoint, revision: None } => f.write_str(endpoint),
            Self::Hub { endpoint, revision: Some(revision) } => write!(f, "{endpoint}, revision {revision}"),
            Self::Packaged => f.write_str("packaged weights of the general-purpose MPNet"),
        }
    }
}

/// What [`info`](super::info) finds out about a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelDetails {
    /// The model.
    #[serde(flatten)]
    pub model: ModelDir,
    /// The path of the weights that are loaded.
    pub weights: PathBuf,
    /// The weights' SHA-256 in lower-case hex, computed now.
    pub sha256: String,
    /// All files, by name.
    pub files: Vec<ModelFile>,
    /// When it was fetched, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetched: Option<Timestamp>,
}

/// A file of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelFile {
    /// Its path in the model's directory, with `/` between the parts.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &Source, json: &str) {
        assert_eq!(serde_json::to_string(source).unwrap(), json);
        assert_eq!(serde_json::from_str::<Source>(json).unwrap(), *source);
    }

    #[test]
    fn sources_keep_their_form_in_json() {
        check(&Source::Packaged, r#"{"kind":"packaged"}"#);
        check(
            &Source::Hub { endpoint: "http://h".into(), revision: Some("c0ffee".into()) },
            r#"{"kind":"hub","endpoint":"http://h","revision":"c0ffee"}"#,
        );
        check(
            &Source::Hub { endpoint: "http://h".into(), revision: None },
            r#"{"kind":"hub","endpoint":"http://h"}"#,
        );
    }

    #[test]
    fn a_stand_in_says_so() {
        let mut model = ModelDir {
            name: "org/general".into(),
            path: "m".into(),
            source: Source::Packaged,
            stands_in_for: None,
        };
        assert_eq!(model.notice(), None);
        model.stands_in_for = Some("org/patents".into());
        let notice = model.notice().unwrap();
        assert!(notice.contains("general-purpose MPNet, not org/patents"), "{notice}");
    }
}
