//! Where a collection is: `milvus://user:password@host:port/collection?tls=true`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use url::Url;

/// The port that Milvus listens on.
const PORT: u16 = 19530;
/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What stands in place of a password that is printed.
const HIDDEN: &str = "***";

/// A server, a collection, and how to get there. It shows no password, not even when it is debugged.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) collection: String,
    pub(crate) database: Option<String>,
    pub(crate) user: Option<String>,
    password: Option<String>,
    pub(crate) tls: bool,
    /// A file of certificates that are trusted beside those of the system.
    pub(crate) ca: Option<String>,
    pub(crate) timeout: Duration,
}

/// An address that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{what}; an address is milvus://[user:password@]host[:port]/collection[?tls=true&db=NAME&ca=FILE&timeout=SECONDS]"
)]
pub struct AddressError {
    what: String,
}

fn wrong(what: impl Into<String>) -> AddressError {
    AddressError { what: what.into() }
}

impl Address {
    /// Takes user and password from elsewhere, where the address names none.
    #[must_use]
    pub fn or_credentials(mut self, user: Option<String>, password: Option<String>) -> Self {
        if self.user.is_none() {
            (self.user, self.password) = (user, password);
        } else if self.password.is_none() {
            self.password = password;
        }
        self
    }

    /// The collection's name.
    pub fn collection(&self) -> &str {
        &self.collection
    }

    pub(crate) fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    pub(crate) fn uri(&self) -> String {
        format!("{}://{}:{}", if self.tls { "https" } else { "http" }, self.host, self.port)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        // What cannot be read is not repeated: there may be a password in it.
        let url = Url::parse(text).map_err(|error| wrong(format!("not a URL: {error}")))?;
        if url.scheme() != "milvus" {
            return Err(wrong(format!("\"{}\" is no engine that is known", url.scheme())));
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("there is no host"))?;
        let mut address = Self {
            host: host.to_owned(),
            port: url.port().unwrap_or(PORT),
            collection: collection(url.path())?,
            database: None,
            user: (!url.username().is_empty()).then(|| decoded(url.username())).transpose()?,
            password: url.password().map(decoded).transpose()?,
            tls: false,
            ca: None,
            timeout: TIMEOUT,
        };
        for (key, value) in url.query_pairs() {
            address.set(&key, &value)?;
        }
        Ok(address)
    }
}

impl Address {
    fn set(&mut self, key: &str, value: &str) -> Result<(), AddressError> {
        match (key, value) {
            ("tls", "true" | "1" | "yes") => self.tls = true,
            ("tls", "false" | "0" | "no") => self.tls = false,
            ("db", name) => self.database = Some(name.to_owned()),
            ("ca", file) => (self.tls, self.ca) = (true, Some(file.to_owned())),
            ("timeout", seconds) => {
                let seconds = seconds.parse::<f64>().ok().filter(|seconds| (0.1..=3600.0).contains(seconds));
                let seconds = seconds.ok_or_else(|| wrong("timeout must be 0.1 to 3600 seconds"))?;
                self.timeout = Duration::from_secs_f64(seconds);
            }
            ("tls", _) => return Err(wrong("tls must be true or false")),
            _ => return Err(wrong(format!("\"{key}\" is no option"))),
        }
        Ok(())
    }
}

/// The rules are Milvus's own.
fn collection(path: &str) -> Result<String, AddressError> {
    let name = path.trim_matches('/');
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !name.chars().all(is_name) {
        return Err(wrong("the path must be a collection: letters, digits and _, not a digit first"));
    }
    Ok(name.to_owned())
}

/// A user or password without its percent escapes.
fn decoded(text: &str) -> Result<String, AddressError> {
    let decoded = percent_decode_str(text).decode_utf8();
    Ok(decoded.map_err(|_| wrong("user or password is not UTF-8"))?.into_owned())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "milvus://{}:{}/{}", self.host, self.port, self.collection)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("at", &self.to_string())
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| HIDDEN))
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = match text.parse::<Address>() {
            Ok(address) => format!("{address} {:?} {:?} {}", address.user, address.password, address.tls),
            Err(error) => error.what,
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn addresses_are_read() {
        check("milvus://a:1/c", "milvus://a:1/c None None false");
        check("milvus://a/c?tls=true", "milvus://a:19530/c None None true");
        check("milvus://u:p%40ss%3A@a/c", r#"milvus://a:19530/c Some("u") Some("p@ss:") false"#);
        check("milvus://[::1]:7/c_1", "milvus://[::1]:7/c_1 None None false");
    }

    #[test]
    fn what_is_no_address() {
        check("http://a/c", "\"http\" is no engine that is known");
        check("milvus://a:1", "the path must be a collection: letters, digits and _, not a digit first");
        check("milvus://a/c-d", "the path must be a collection: letters, digits and _, not a digit first");
        check("milvus://a/c?tls=maybe", "tls must be true or false");
        check("milvus://a/c?timeout=0", "timeout must be 0.1 to 3600 seconds");
        check("milvus://a/c?what=1", "\"what\" is no option");
        check("milvus://u:%ff@a/c", "user or password is not UTF-8");
    }

    #[test]
    fn a_password_is_not_shown() {
        let address: Address = "milvus://user:secret@a/c".parse().unwrap();
        let other = "milvus://a/c".parse::<Address>().unwrap();
        let other = other.or_credentials(Some("u".into()), Some("secret".into()));
        for shown in [format!("{address}"), format!("{address:?}"), format!("{other:#?}")] {
            assert!(!shown.contains("secret"), "{shown}");
        }
        for wrong in ["milvus://user:secret@a:b/c", "milvus://user:secret@a", "milvus:/user:secret@"] {
            let error = wrong.parse::<Address>().unwrap_err();
            assert!(!format!("{error}{error:?}").contains("secret"), "{error}");
        }
    }

    #[test]
    fn the_address_goes_before_what_lies_elsewhere() {
        let of =
            |text: &str| text.parse::<Address>().unwrap().or_credentials(Some("x".into()), Some("y".into()));
        assert_eq!(of("milvus://u:p@a/c").password(), Some("p"));
        assert_eq!(of("milvus://u@a/c").password(), Some("y"));
        assert_eq!(of("milvus://a/c").user.as_deref(), Some("x"));
    }
}
