//! Names of models on the hub.

use super::error::{ModelError, Result};

/// The model that is used where none is named.
pub const DEFAULT_MODEL: &str = "AI-Growth-Lab/PatentSBERTa";

/// A checked name on the hub: `organisation/name`, or `name` for the few without an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RepoName(String);

impl RepoName {
    /// The name becomes part of paths and addresses, so nothing may be in it that means more there.
    pub(super) fn parse(name: &str) -> Result<Self> {
        let mut parts = name.split('/');
        let well_formed = parts.clone().count() <= 2 && parts.all(is_part);
        // The hub itself forbids "--", which separates the parts in a directory's name.
        if well_formed && !name.contains("--") {
            Ok(Self(name.to_owned()))
        } else {
            Err(ModelError::BadName { name: name.to_owned() })
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of its directory in the cache.
    pub(super) fn slug(&self) -> String {
        self.0.replace('/', "--")
    }
}

fn is_part(part: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !part.is_empty() && !part.starts_with('.') && !part.contains("..") && part.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, slug: Option<&str>) {
        assert_eq!(RepoName::parse(name).ok().map(|name| name.slug()).as_deref(), slug);
    }

    #[test]
    fn names_are_checked() {
        check(DEFAULT_MODEL, Some("AI-Growth-Lab--PatentSBERTa"));
        check("sentence-transformers/all-mpnet-base-v2", Some("sentence-transformers--all-mpnet-base-v2"));
        check("gpt2", Some("gpt2"));
        for bad in ["", "/", "a/", "/a", "a/b/c", "../x", "a/..", "./a", "a b/c", "a--b/c", "a/b?x", "a\\b"] {
            check(bad, None);
        }
    }
}
