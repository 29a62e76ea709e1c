//! Looking symbols up.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::Serialize;

use super::FILE;
use super::import::SchemeError;

/// A scheme that was taken in.
#[derive(Debug)]
pub struct Scheme {
    text: String,
}

/// The scheme of an index, read when it is first asked for.
#[derive(Debug)]
pub struct LazyScheme {
    index: PathBuf,
    scheme: OnceLock<Option<Scheme>>,
}

impl LazyScheme {
    /// The scheme of the index in this directory.
    pub fn new(index: &Path) -> Self {
        Self { index: index.to_owned(), scheme: OnceLock::new() }
    }

    /// The scheme; `None` where none was taken in.
    pub fn get(&self) -> Result<Option<&Scheme>, SchemeError> {
        if self.scheme.get().is_none() {
            let _ = self.scheme.set(Scheme::of(&self.index)?);
        }
        Ok(self.scheme.get().and_then(Option::as_ref))
    }
}

/// A symbol of the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Entry<'a> {
    /// Section, class, subclass, or group with its slash: "H01M4/00".
    pub symbol: &'a str,
    /// Dots of a group; a main group has none, and neither have classes.
    pub dots: u32,
    /// Its title.
    pub title: &'a str,
}

impl Scheme {
    /// The scheme in the directory of an index; `None` where none was taken in.
    pub fn of(index: &Path) -> Result<Option<Self>, SchemeError> {
        let path = index.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(Self { text: fs_err::read_to_string(path)? }))
    }

    /// A symbol; a main group also without its "/00".
    pub fn entry(&self, symbol: &str) -> Option<Entry<'_>> {
        self.line(symbol).map(|at| entry(self.lines(at).next().unwrap_or_default()))
    }

    /// Where a symbol's line begins: it is looked for among those of its subclass.
    fn line(&self, symbol: &str) -> Option<usize> {
        let key = head(symbol);
        let (start, end) = (self.first(|other| other >= key), self.first(|other| other > key));
        let find = |symbol: &str| {
            let mut at = start;
            self.text[start..end].lines().find_map(|line| {
                let found = (entry(line).symbol == symbol).then_some(at);
                at += line.len() + 1;
                found
            })
        };
        find(symbol).or_else(|| find(&format!("{symbol}/00")))
    }

    /// The first line whose symbol's head is past a point; subclasses are in the order of their letters.
    fn first(&self, is_past: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (0, self.text.len());
        while low < high {
            let middle = self.text.floor_char_boundary(low.midpoint(high));
            let start = self.text[..middle].rfind('\n').map_or(0, |end| end + 1);
            let line = self.text[start..].lines().next().unwrap_or_default();
            if is_past(head(entry(line).symbol)) {
                high = start;
            } else {
                low = start + line.len() + 1;
            }
        }
        low.min(self.text.len())
    }

    fn lines(&self, at: usize) -> impl Iterator<Item = &str> {
        self.text[at..].lines()
    }

    /// A group and all groups below it, in the scheme's order; nothing where the group is not in the scheme.
    pub fn below(&self, symbol: &str) -> impl Iterator<Item = Entry<'_>> {
        let lines = self.line(symbol).into_iter().flat_map(|at| self.lines(at).map(entry));
        let mut own = None;
        lines.take_while(move |entry| {
            let first = *own.get_or_insert(*entry);
            entry.symbol == first.symbol || (is_group(entry.symbol) && entry.dots > first.dots)
        })
    }

    /// What a symbol lies under, the section first, and itself last; empty where it is not in the scheme.
    pub fn path(&self, symbol: &str) -> Vec<Entry<'_>> {
        let Some(at) = self.line(symbol) else {
            return Vec::new();
        };
        let own = entry(self.lines(at).next().unwrap_or_default());
        let mut path = vec![own];
        if is_group(own.symbol) {
            let mut dots = own.dots;
            for above in self.text[..at].lines().rev().map(entry) {
                if dots == 0 || !is_group(above.symbol) {
                    break;
                }
                if above.dots < dots {
                    dots = above.dots;
                    path.push(above);
                }
            }
        }
        let heads = [4, 3, 1].into_iter().filter(|end| *end < own.symbol.len());
        path.extend(heads.filter_map(|end| self.entry(own.symbol.get(..end)?)));
        path.reverse();
        path
    }
}

/// Section, class and subclass of a symbol, as far as it has them.
pub(super) fn head(symbol: &str) -> &str {
    symbol.get(..4).unwrap_or(symbol)
}

fn is_group(symbol: &str) -> bool {
    symbol.contains('/')
}

/// A line that lacks a field is of an empty one.
fn entry(line: &str) -> Entry<'_> {
    let mut fields = line.splitn(3, '\t');
    let mut next = || fields.next().unwrap_or_default();
    let (symbol, dots, title) = (next(), next(), next());
    Entry { symbol, dots: dots.parse().unwrap_or(0), title }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme() -> Scheme {
        let lines = [
            "H\t\tELECTRICITY",
            "H01\t\tELECTRIC ELEMENTS",
            "H01M\t\tBATTERIES",
            "H01M4/00\t0\tElectrodes",
            "H01M4/02\t1\tof active material",
            "H01M4/04\t2\tProcesses of manufacture",
            "H01M4/0402\t3\tMethods of deposition",
            "H01M4/0404\t4\tby coating",
            "H01M4/0438\t3\tby electrochemical processing",
            "H01M4/044\t4\tActivating",
            "H01M4/13\t2\tElectrodes for accumulators",
            "H01M6/00\t0\tPrimary cells",
        ];
        Scheme { text: format!("{}\n", lines.join("\n")) }
    }

    #[track_caller]
    fn below(symbol: &str, expected: &str) {
        let found: Vec<String> = scheme().below(symbol).map(|entry| entry.symbol.to_owned()).collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn dots_say_what_lies_below() {
        below("H01M4/0438", "H01M4/0438 H01M4/044");
        below("H01M4/04", "H01M4/04 H01M4/0402 H01M4/0404 H01M4/0438 H01M4/044");
        below("H01M4/044", "H01M4/044");
        below("H01M6", "H01M6/00");
        below("H01M9/00", "");
    }

    #[test]
    fn a_path_leads_from_the_section() {
        let scheme = scheme();
        let path: Vec<&str> = scheme.path("H01M4/044").iter().map(|entry| entry.symbol).collect();
        assert_eq!(path, ["H", "H01", "H01M", "H01M4/00", "H01M4/02", "H01M4/04", "H01M4/0438", "H01M4/044"]);
        assert_eq!(scheme.path("H01").len(), 2);
        assert!(scheme.path("G06F").is_empty());
        assert_eq!(scheme.entry("H01M4").map(|entry| entry.title), Some("Electrodes"));
    }
}
