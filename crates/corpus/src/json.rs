//! Cuts a stream of JSON into records: JSON lines, an array, one object, an array within an object, or an
//! object in which every patent stands under its number.
//!
//! A record is an object; what stands between records (blanks, commas, brackets) is passed over. Only one
//! record is in memory at a time, and a broken one does not take the next with it: a line that begins with
//! `{"` begins a record, and no string goes on beyond its line.

use std::io::Read;

use memchr::{memchr, memchr3};

use crate::datasets::folded;
use crate::error::CorpusError;
use crate::format::Format;
use crate::number::PatentNumber;
use crate::record::RawDocument;
use crate::window::Window;

/// Members of an object that hold records: the answers of the APIs of `PatentsView` and The Lens.
const WRAPPERS: [&str; 2] = ["patents", "data"];

/// Where in its text a piece of JSON stands.
#[derive(Debug, Default, Clone, Copy)]
struct State {
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl State {
    /// Goes on by one byte.
    fn step(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' | b'\n' => self.in_string = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }
}

/// The names of the first record's members, as far as they are within `start`; `None` if `start` does not
/// begin as JSON does.
pub(crate) fn member_names(start: &[u8]) -> Option<Vec<String>> {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let start = start.trim_ascii_start();
    if !matches!(start, [b'{' | b'[', ..]) {
        return None;
    }
    let record = start.iter().position(|&byte| byte == b'{')?;
    Some(match Shape::of(start) {
        Shape::Wrapped => names_at(&start[record..], 3),
        Shape::Keyed => names_at(&start[record..], 2),
        Shape::Plain => names_at(&start[record..], 1),
    })
}

/// Where the records lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One after another, or in an array.
    Plain,
    /// In an array within an object.
    Wrapped,
    /// In an object, each under its number.
    Keyed,
}

impl Shape {
    fn of(start: &[u8]) -> Self {
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        if !start.starts_with(b"{") {
            return Self::Plain;
        }
        let names = names_at(start, 1);
        let is_number = |name: &String| name.len() > 5 && PatentNumber::parse(name).is_some();
        if names.iter().any(|name| WRAPPERS.contains(&name.as_str())) {
            Self::Wrapped
        } else if !names.is_empty() && names.iter().all(is_number) {
            Self::Keyed
        } else {
            Self::Plain
        }
    }
}

/// The names of members at that depth, up to the end of the first object there.
fn names_at(text: &[u8], depth: u32) -> Vec<String> {
    let mut state = State::default();
    let mut names = Vec::new();
    let mut string = 0..0;
    for (at, &byte) in text.iter().enumerate() {
        let before = state;
        state.step(byte);
        match (before.in_string, state.in_string) {
            (false, true) => string.start = at + 1,
            (true, false) => string.end = at,
            _ => {}
        }
        if byte == b':' && !before.in_string && state.depth == depth {
            names.push(folded(&String::from_utf8_lossy(text.get(string.clone()).unwrap_or_default())));
        }
        if state.depth < before.depth && before.depth == depth {
            break;
        }
    }
    names
}

/// `"US7654321": {"title": …` as `{"number": "US7654321", "title": …`.
fn with_number(record: &[u8]) -> Vec<u8> {
    let Some(brace) = memchr(b'{', record) else {
        return record.to_vec();
    };
    let number = record[..brace].trim_ascii_end();
    let number = number.strip_suffix(b":").unwrap_or(number);
    [&b"{\"number\": "[..], number, b", ", &record[brace + 1..]].concat()
}

/// Cuts one stream into records.
pub(crate) struct JsonRecords<R> {
    window: Window<R>,
    format: Format,
    /// `None` before the stream's start is known.
    shape: Option<Shape>,
}

impl<R: Read> JsonRecords<R> {
    pub(crate) fn new(file: String, input: R, format: Format) -> Self {
        Self { window: Window::new(file, input), format, shape: None }
    }

    /// The next record; `None` at the end of the stream.
    pub(crate) fn next_document(&mut self) -> Result<Option<RawDocument>, CorpusError> {
        let shape = self.shape()?;
        if !self.seek_record(shape)? {
            return Ok(None);
        }
        let begin = self.window.begin();
        let length = self.record_length(shape)?;
        let mut record = self.window.take(length, begin, self.format);
        if shape == Shape::Keyed {
            record.bytes = with_number(&record.bytes);
        }
        Ok(Some(record))
    }

    /// Where the records lie; the first time, goes to where they begin.
    fn shape(&mut self) -> Result<Shape, CorpusError> {
        if let Some(shape) = self.shape {
            return Ok(shape);
        }
        self.window.read_on()?;
        let shape = Shape::of(self.window.content());
        match shape {
            Shape::Plain => {}
            Shape::Wrapped => self.pass_to(b'[')?,
            Shape::Keyed => self.pass_to(b'{')?,
        }
        self.shape = Some(shape);
        Ok(shape)
    }

    /// Goes behind the first such bracket.
    fn pass_to(&mut self, bracket: u8) -> Result<(), CorpusError> {
        let mut state = State::default();
        while let Some(byte) = self.window.byte(0)? {
            state.step(byte);
            self.window.pass(1);
            if byte == bracket && !state.in_string {
                break;
            }
        }
        Ok(())
    }

    /// Passes over what stands between records; false at the end.
    fn seek_record(&mut self, shape: Shape) -> Result<bool, CorpusError> {
        while let Some(byte) = self.window.byte(0)? {
            match byte {
                b']' if shape == Shape::Wrapped => return Ok(false),
                b'}' if shape == Shape::Keyed => return Ok(false),
                b',' | b'[' | b']' | 0 | 0xef | 0xbb | 0xbf => self.window.pass(1),
                byte if byte.is_ascii_whitespace() => self.window.pass(1),
                _ => return Ok(true),
            }
        }
        Ok(false)
    }

    /// How long what is kept of the record at hand is.
    fn record_length(&mut self, shape: Shape) -> Result<usize, CorpusError> {
        let first = if shape == Shape::Keyed { b'"' } else { b'{' };
        if self.window.byte(0)? != Some(first) {
            return Ok(self.window.find(0, b"\n")?.unwrap_or(self.window.content().len()));
        }
        let mut state = State::default();
        let mut at = 0;
        while let Some(byte) = self.window.byte(at)? {
            if byte == b'{' && at > 0 && self.begins_line(at)? {
                break;
            }
            state.step(byte);
            at = self.window.bounded(at + 1);
            if state.depth == 0 && byte == b'}' && !state.in_string {
                break;
            }
            at = self.skip_plain(at, state);
        }
        Ok(at)
    }

    /// Within a string only three bytes matter.
    fn skip_plain(&self, at: usize, state: State) -> usize {
        if !state.in_string || state.escaped {
            return at;
        }
        let rest = self.window.content().get(at..).unwrap_or_default();
        at + memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len())
    }

    /// Whether a line begins here as a record of JSON lines does.
    fn begins_line(&mut self, at: usize) -> Result<bool, CorpusError> {
        Ok(self.window.byte(at - 1)? == Some(b'\n') && self.window.byte(at + 1)? == Some(b'"'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::LARGEST_DOCUMENT;
    use crate::window::tests::Slow;

    fn records(text: &[u8], largest: usize) -> Vec<RawDocument> {
        let mut records = JsonRecords::new("f".into(), Slow(text), Format::Lens);
        records.window.largest = largest;
        std::iter::from_fn(|| records.next_document().unwrap()).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = records(text.as_bytes(), LARGEST_DOCUMENT);
        for record in &found {
            let offset = record.source.offset as usize;
            assert_eq!(&text.as_bytes()[offset..offset + record.bytes.len()], record.bytes);
        }
        let found: Vec<_> = found.iter().map(|d| std::str::from_utf8(&d.bytes).unwrap().trim_end()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_arrays_and_objects_are_records() {
        check("", &[]);
        check("{\"a\":1}\n{\"a\":\"}{\\\"\"}\r\n", &["{\"a\":1}", "{\"a\":\"}{\\\"\"}"]);
        check("\u{feff}[ {\"a\": {}},\n {\"a\": []} ]", &["{\"a\": {}}", "{\"a\": []}"]);
        check("{\n \"a\": [\n {\"b\": 1}\n ]\n}", &["{\n \"a\": [\n {\"b\": 1}\n ]\n}"]);
        check("[]", &[]);
    }

    #[test]
    fn an_object_may_hold_the_records() {
        check(
            "{\"total\": 2, \"patents\": [{\"a\": 1}, {\"a\": [2]}], \"count\": {\"a\": 3}}",
            &["{\"a\": 1}", "{\"a\": [2]}"],
        );
    }

    #[test]
    fn patents_may_stand_under_their_numbers() {
        let text = "{\n \"US7654321\": {\"title\": \"}\"},\n \"US7654322\" : {\"a\": {}}\n}\n";
        let found = records(text.as_bytes(), LARGEST_DOCUMENT);
        let bytes: Vec<_> = found.iter().map(|it| std::str::from_utf8(&it.bytes).unwrap()).collect();
        assert_eq!(
            bytes,
            ["{\"number\": \"US7654321\", \"title\": \"}\"}", "{\"number\": \"US7654322\" , \"a\": {}}"]
        );
        assert_eq!(found[1].source.offset as usize, text.find("\"US7654322").unwrap());
        assert_eq!(member_names(text.as_bytes()).unwrap(), ["title"]);
    }

    #[test]
    fn a_broken_record_ends_with_its_line() {
        check("{\"a\": \"cut of\n{\"a\": 1}\n", &["{\"a\": \"cut of", "{\"a\": 1}"]);
        check("{\"a\": {\"b\": 1}\n{\"a\": 1}\n", &["{\"a\": {\"b\": 1}", "{\"a\": 1}"]);
        check("what is this?\n{\"a\": 1}\n{\"a\"", &["what is this?", "{\"a\": 1}", "{\"a\""]);
    }

    #[test]
    fn a_record_too_large_is_passed_over_in_little_memory() {
        let giant = format!("{{\"a\": \"{}\"}}", "x".repeat(1 << 20));
        let text = format!("{giant}\n{{\"a\": 1}}");
        let found = records(text.as_bytes(), 1 << 16);
        assert_eq!(found[0].format, Format::TooLarge);
        assert!(found[0].bytes.len() < 1 << 19);
        assert_eq!(
            (found[1].bytes.as_slice(), found[1].source.offset),
            (&b"{\"a\": 1}"[..], giant.len() as u64 + 1)
        );
    }

    #[test]
    fn names_are_those_of_the_first_record() {
        let names = |text: &str| member_names(text.as_bytes());
        assert_eq!(names("[{\"lens_id\": 1, \"b\": {\"c\": 2}}, {\"d\": 3}]").unwrap(), ["lensid", "b"]);
        assert_eq!(names("{\"data\": [{\"lens_id\": 1}], \"x\": 1}").unwrap(), ["lensid"]);
        assert_eq!(names("{\"lens_id\": 1, \"b\": \"cut o").unwrap(), ["lensid", "b"]);
        assert_eq!(names("<a/>"), None);
    }
}
