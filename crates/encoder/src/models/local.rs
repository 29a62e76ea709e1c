//! Models that are on disk but not in priorart's cache.

use std::path::Path;

use super::error::{ModelError, Result};
use super::layout::{self, REQUIRED, TOKENIZER, WEIGHTS};
use super::model::{ModelDir, Source};
use super::name::RepoName;

/// The model in the directory `name`; `None` where there is no such directory.
pub(super) fn directory(name: &str) -> Result<Option<ModelDir>> {
    let path = Path::new(name);
    if !path.is_dir() {
        return Ok(None);
    }
    let transformer = layout::transformer(path);
    let mut missing = Vec::new();
    if !transformer.join("config.json").is_file() {
        missing.push("config.json");
    }
    if layout::weights(path).is_none() {
        missing.push("model.safetensors (or pytorch_model.bin)");
    }
    if !missing.is_empty() {
        return Err(ModelError::NotAModel { path: path.to_path_buf(), missing });
    }
    if !transformer.join(TOKENIZER).is_file() {
        return Err(ModelError::NoTokenizer { model: name.to_owned() });
    }
    Ok(Some(found(name, path, Source::Directory)))
}

/// The model in Hugging Face's cache, used where it lies. Other programs keep only what they need
/// there, so it counts only where it is whole.
pub(super) fn hugging_face(repo: &RepoName, hf_home: &Path) -> Option<ModelDir> {
    let cached = hf_hub::Cache::new(hf_home.join("hub")).model(repo.as_str().to_owned());
    let config = cached.get("config.json")?;
    let has = |file: &&str| cached.get(file).is_some();
    let whole = REQUIRED.iter().all(has) && has(&TOKENIZER) && WEIGHTS.iter().any(has);
    let snapshot = config.parent()?;
    whole.then(|| found(repo.as_str(), snapshot, Source::HuggingFaceCache))
}

fn found(name: &str, path: &Path, source: Source) -> ModelDir {
    ModelDir { name: name.to_owned(), path: path.to_path_buf(), source, stands_in_for: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(dir: &Path, files: &[&str]) {
        for file in files {
            let path = dir.join(file);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, "{}").unwrap();
        }
    }

    #[track_caller]
    fn check_directory(files: &[&str], error: Option<&str>) {
        let dir = tempfile::tempdir().unwrap();
        fill(dir.path(), files);
        match (directory(dir.path().to_str().unwrap()), error) {
            (Ok(Some(model)), None) => assert_eq!(model.path, dir.path()),
            (Err(found), Some(part)) => assert!(found.to_string().contains(part), "{found}"),
            (found, error) => panic!("{found:?} where {error:?} was expected"),
        }
    }

    #[test]
    fn a_directory_must_hold_a_model() {
        check_directory(&["config.json", "tokenizer.json", "model.safetensors"], None);
        check_directory(&["config.json", "tokenizer.json", "pytorch_model.bin"], None);
        let folder =
            ["config.json", "tokenizer.json", "pytorch_model.bin"].map(|f| format!("0_Transformer/{f}"));
        check_directory(&folder.each_ref().map(String::as_str), None);
        check_directory(&["config.json", "model.safetensors", "vocab.txt"], Some("AutoTokenizer"));
        check_directory(
            &["tokenizer.json"],
            Some("config.json, model.safetensors (or pytorch_model.bin) missing"),
        );
        check_directory(&[], Some("holds no model"));
    }

    #[test]
    fn hugging_faces_cache_counts_where_it_is_whole() {
        let home = tempfile::tempdir().unwrap();
        let repo = RepoName::parse("org/name").unwrap();
        let cached = home.path().join("hub/models--org--name");
        fill(&cached, &["refs/main"]);
        fs_err::write(cached.join("refs/main"), "c0ffee").unwrap();
        let snapshot = cached.join("snapshots/c0ffee");
        fill(&snapshot, &REQUIRED);
        fill(&snapshot, &["pytorch_model.bin"]);
        assert_eq!(hugging_face(&repo, home.path()), None);

        fill(&snapshot, &["tokenizer.json"]);
        let model = hugging_face(&repo, home.path()).unwrap();
        assert_eq!((model.name.as_str(), model.path), ("org/name", snapshot));
    }
}
