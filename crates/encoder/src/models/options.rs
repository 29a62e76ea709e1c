//! The settings of a fetch, and where they come from.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use etcetera::base_strategy::{BaseStrategy as _, choose_native_strategy};

use super::error::{ModelError, Result};

/// The hub that is asked where `HF_ENDPOINT` names none.
const HUB: &str = "https://huggingface.co";

/// Where models are kept and how they are fetched.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// The directory of cached models: `$PRIORART_HOME/models`, or `priorart/models` in the
    /// platform's cache directory.
    pub cache: PathBuf,
    /// The hub: `HF_ENDPOINT`, or <https://huggingface.co>.
    pub endpoint: String,
    /// Who asks: `HF_TOKEN`, or what `hf auth login` left in `HF_HOME/token`.
    pub token: Option<Token>,
    /// Hugging Face's directory, whose `hub` is a cache to read from: `HF_HOME`, or
    /// `~/.cache/huggingface`.
    pub hf_home: PathBuf,
    /// Commands that may be pip, the first that runs is used.
    pub pip: Vec<Vec<String>>,
    /// How long a connection may take to be made. Usual: 10 s.
    pub connect_timeout: Duration,
    /// How long a connection may be silent before it is taken for cut. Usual: 30 s.
    pub read_timeout: Duration,
    /// How often a download that was cut is taken up again without gaining a byte. Usual: 5.
    pub retries: u32,
    /// The wait before the first retry; it doubles with each. Usual: 1 s.
    pub retry_wait: Duration,
}

/// A hub token, which never shows in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token as the hub gives it out, without "Bearer".
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    pub(super) fn header(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl FetchOptions {
    /// The settings that the environment asks for: `PRIORART_HOME`, `HF_ENDPOINT`, `HF_HOME` and
    /// `HF_TOKEN`.
    ///
    /// # Errors
    /// [`ModelError::NoHome`] where a directory is neither named nor to be found.
    pub fn from_env() -> Result<Self> {
        Self::from_lookup(|key| std::env::var(key).ok())
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let set = |key| lookup(key).filter(|value| !value.trim().is_empty());
        let hf_home = set("HF_HOME").map_or_else(default_hf_home, |path| Ok(path.into()))?;
        let token = set("HF_TOKEN").or_else(|| hf_hub::Cache::new(hf_home.join("hub")).token());
        Ok(Self {
            cache: set("PRIORART_HOME").map_or_else(default_home, |path| Ok(path.into()))?.join("models"),
            endpoint: set("HF_ENDPOINT").unwrap_or_else(|| HUB.into()).trim_end_matches('/').to_owned(),
            token: token.map(|token| Token::new(token.trim())),
            hf_home,
            pip: ["pip", "pip3", "python3 -m pip", "python -m pip", "py -m pip"].map(words).into(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            retries: 5,
            retry_wait: Duration::from_secs(1),
        })
    }
}

fn words(command: &str) -> Vec<String> {
    command.split(' ').map(str::to_owned).collect()
}

fn default_home() -> Result<PathBuf> {
    let strategy = choose_native_strategy().map_err(|_| ModelError::NoHome)?;
    Ok(strategy.cache_dir().join("priorart"))
}

/// Hugging Face keeps to this path on every platform.
fn default_hf_home() -> Result<PathBuf> {
    let home = etcetera::home_dir().map_err(|_| ModelError::NoHome)?;
    Ok(home.join(".cache").join("huggingface"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(settings: &[(&str, &str)]) -> FetchOptions {
        let find = |key: &str| settings.iter().find(|(k, _)| *k == key).map(|(_, v)| (*v).to_owned());
        FetchOptions::from_lookup(find).unwrap()
    }

    #[test]
    fn the_environment_is_honoured() {
        let options = options(&[
            ("PRIORART_HOME", "/somewhere"),
            ("HF_ENDPOINT", "http://mirror:8080/"),
            ("HF_HOME", "/hf"),
            ("HF_TOKEN", " hf_x\n"),
        ]);
        assert_eq!(options.cache, PathBuf::from("/somewhere/models"));
        assert_eq!(options.endpoint, "http://mirror:8080");
        assert_eq!(options.hf_home, PathBuf::from("/hf"));
        assert_eq!(options.token.unwrap().header(), "Bearer hf_x");
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let options = options(&[("HF_ENDPOINT", ""), ("PRIORART_HOME", " ")]);
        assert_eq!(options.endpoint, HUB);
        assert!(options.cache.ends_with("priorart/models"));
    }

    #[test]
    fn the_token_that_a_login_left_is_used() {
        let home = tempfile::tempdir().unwrap();
        fs_err::write(home.path().join("token"), "hf_login\n").unwrap();
        let options = options(&[("HF_HOME", home.path().to_str().unwrap())]);
        assert_eq!(options.token, Some(Token::new("hf_login")));
    }

    #[test]
    fn a_token_is_not_shown() {
        let options = options(&[("HF_TOKEN", "hf_secret"), ("HF_HOME", "/hf")]);
        assert!(!format!("{options:?}").contains("secret"));
    }
}
