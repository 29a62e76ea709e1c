//! The address of a page: what it shows, and nothing else, so that it can be kept and passed on.
//!
//! Every link is the present address with a parameter more or less. A long text does not stand in it as it is
//! but compressed, so that a pasted disclosure has an address, too, without anything being kept on the server.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// A query in the query language.
pub(crate) const QUERY: &str = "q";
/// A text that is searched for as it stands.
pub(crate) const TEXT: &str = "text";
/// What stands before the name of a parameter whose value is compressed.
const PACKED: &str = "z.";
/// The page of the result, from 1.
pub(crate) const PAGE: &str = "page";
/// The hit that a patent was opened from, by its place in the result.
pub(crate) const HIT: &str = "hit";
/// What narrows a result beside its query; each may be there more than once.
pub(crate) const FILTERS: [&str; 4] = ["class", "year", "assignee", "country"];

/// Texts that are longer stand compressed in the address.
const LONGEST_PLAIN: usize = 600;
/// The longest text that is unpacked; a small address could stand for gigabytes.
const LONGEST_TEXT: u64 = 1 << 20;
/// The longest address that browsers, this server and most proxies pass on.
pub(crate) const LONGEST_ADDRESS: usize = 60_000;

/// The parameters of an address, in their order, without those that are empty or say what is usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Address(Vec<(String, String)>);

impl Address {
    /// Reads the part of an address behind its question mark, or a form that was sent. A packed text that
    /// cannot be unpacked is left out, as is what has no value.
    pub(crate) fn parse(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).filter_map(|(name, value)| {
            let value = value.trim();
            match name.strip_prefix(PACKED) {
                Some(packed) => Some((packed.to_owned(), unpacked(value)?)),
                None if value.is_empty() || is_usual(&name, value) => None,
                None => Some((name.into_owned(), value.replace("\r\n", "\n"))),
            }
        });
        Self(pairs.collect())
    }

    /// The first value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter has the value.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|own| own == value)
    }

    /// The parameters.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// With one value more; the result is another, and is shown from its beginning.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.without(name, value);
        changed.0.push((name.to_owned(), value.to_owned()));
        changed
    }

    /// With this value of the parameter and no other.
    pub(crate) fn set(&self, name: &str, value: &str) -> Self {
        self.clear(&[name]).with(name, value)
    }

    /// With one value less.
    pub(crate) fn without(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clear(&[PAGE, HIT]);
        changed.0.retain(|(own, its)| own != name || its != value);
        changed
    }

    /// Without some parameters.
    pub(crate) fn clear(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    /// What stands behind the question mark.
    pub(crate) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs() {
            if value.len() > LONGEST_PLAIN {
                query.append_pair(&format!("{PACKED}{name}"), &packed(value));
            } else {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// The whole address of a page.
    pub(crate) fn to(&self, path: &str) -> String {
        let query = self.query();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// What a form sends of fields that were left as they were.
fn is_usual(name: &str, value: &str) -> bool {
    matches!(
        (name, value),
        ("mode", "hybrid") | ("weight" | PAGE, "1") | ("family", "none") | ("sort", "score")
    )
}

fn packed(text: &str) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let bytes = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    URL_SAFE_NO_PAD.encode(bytes.expect("memory can be written to"))
}

fn unpacked(text: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let mut found = String::new();
    DeflateDecoder::new(bytes.as_slice()).take(LONGEST_TEXT).read_to_string(&mut found).ok()?;
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: &str) {
        assert_eq!(Address::parse(query).query(), expected);
    }

    #[test]
    fn only_what_says_something_stays() {
        check("q=dog+fence&mode=hybrid&sort=score&class=", "q=dog+fence");
        check("q=dog&class=A01K&class=G01S&page=1", "q=dog&class=A01K&class=G01S");
        check("z.text=%21%21", "");
        check("", "");
    }

    #[test]
    fn links_change_one_thing_and_lead_to_the_first_page() {
        let here = Address::parse("q=dog&country=US&page=2");
        assert_eq!(here.with("class", "A01K").to("/search"), "/search?q=dog&country=US&class=A01K");
        assert_eq!(here.without("country", "US").to("/search"), "/search?q=dog");
        assert_eq!(here.with("country", "US"), Address::parse("q=dog&country=US"));
        assert_eq!(here.set(PAGE, "3").to("/search"), "/search?q=dog&country=US&page=3");
    }

    #[test]
    fn long_texts_are_packed_and_come_back_whole() {
        let text = "A wearable device\naround the neck of a pet. ".repeat(200);
        let address = Address::default().with(TEXT, text.trim());
        let link = address.to("/search");
        assert!(link.starts_with("/search?z.text=") && link.len() < 400, "{link}");
        assert_eq!(Address::parse(&link["/search?".len()..]), address);
    }

    #[test]
    fn a_small_address_does_not_become_a_large_text() {
        let bomb = packed(&"a".repeat(8 << 20));
        assert_eq!(Address::parse(&format!("z.text={bomb}")).get(TEXT).map(str::len), Some(1 << 20));
    }
}
