//! One harness for all: an index in a temporary directory, made-up patents, and vectors around centres.

use std::path::Path;

use priorart_corpus::{Claim, CpcSymbol, Paragraph, Party, PassageKind, Patent, PatentNumber, Place};
use priorart_index::{ModelStamp, Reader, Writer, WriterOptions};
use tempfile::TempDir;

pub(crate) const DIMENSION: u32 = 16;

/// Passages of each made-up patent.
pub(crate) const PASSAGES: u32 = 2;

pub(crate) struct TestIndex {
    dir: TempDir,
}

impl TestIndex {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// An index of `count` embedded patents, one commit.
    pub(crate) fn with(count: u32) -> Self {
        let index = Self::new();
        let mut writer = index.writer();
        add(&mut writer, 0..count);
        assert_eq!(writer.commit().unwrap(), 1);
        index
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A writer to which the toy model was given.
    pub(crate) fn writer(&self) -> Writer {
        let mut writer = open(self.path()).unwrap();
        writer.set_model(&stamp(DIMENSION)).unwrap();
        writer
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::open(self.path()).unwrap()
    }

    /// A copy of the index as it lies on the disk now: what a crash at this moment leaves.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new();
        copy_dir(self.path(), copy.path());
        copy
    }
}

pub(crate) fn open(path: &Path) -> Result<Writer, priorart_index::IndexError> {
    Writer::open_with(path, WriterOptions { keyword_memory: 30 << 20, ..WriterOptions::default() })
}

pub(crate) fn copy_dir(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            // tantivy's temporary files come and go between the listing and the copy.
            match fs_err::copy(entry.path(), target) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                copied => _ = copied.unwrap(),
            }
        }
    }
}

/// All files under a directory, in order.
pub(crate) fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

pub(crate) fn stamp(dimension: u32) -> ModelStamp {
    ModelStamp {
        name: "toy".to_owned(),
        sha256: "0123456789abcdef".to_owned(),
        dimension,
        pooling: "mean".to_owned(),
        max_tokens: 8,
    }
}

pub(crate) fn number(i: u32) -> PatentNumber {
    PatentNumber::new("US", &(7_000_000 + i).to_string(), "B2")
}

pub(crate) fn patent(i: u32) -> Patent {
    let claim = |number, text: String| Claim { number, text, depends_on: Vec::new() };
    let party = |name: String| Party { name, ..Party::default() };
    Patent {
        number: number(i),
        title: format!("Apparatus for sorting item {i}"),
        abstract_text: format!("An apparatus that sorts item{i} by weight."),
        claims: vec![
            claim(1, format!("1. An apparatus comprising a scale and a chute{i}.")),
            claim(2, "2. A method of weighing.".to_owned()),
        ],
        description: vec![Paragraph {
            text: format!("The scales of the embodiment number {i}."),
            ..Paragraph::default()
        }],
        publication_date: Some(priorart_corpus::Date::constant(2010, 1, 5)),
        assignees: vec![party(format!("Sorters {} Inc.", i % 3))],
        inventors: vec![party("Ada Lovelace".to_owned())],
        cpc: vec![CpcSymbol { symbol: "B07C5/16".to_owned(), inventive: true, first: true }],
        ..Patent::default()
    }
}

pub(crate) fn places() -> [Place; PASSAGES as usize] {
    let whole = |kind, number| Place { kind, number, start: 0, end: 10 };
    [whole(PassageKind::Abstract, 0), whole(PassageKind::Claim, 1)]
}

pub(crate) fn vectors(i: u32) -> Vec<Vec<f32>> {
    (0..PASSAGES).map(|passage| vector(i * PASSAGES + passage, DIMENSION)).collect()
}

pub(crate) fn add(writer: &mut Writer, patents: std::ops::Range<u32>) {
    for i in patents {
        writer.add(&patent(i), &places(), Some(&vectors(i))).unwrap();
    }
}

/// The `seed`-th of a set of vectors that lie around centres, some ten around each of the first 5,000.
pub(crate) fn vector(seed: u32, dimension: u32) -> Vec<f32> {
    let mut centre = noise(u64::from(seed) % 500 + 1_000_000);
    let mut own = noise(u64::from(seed));
    (0..dimension).map(|_| centre() + 0.5 * own()).collect()
}

/// Random numbers from -1 to 1, the same for the same seed (Marsaglia's xorshift).
fn noise(seed: u64) -> impl FnMut() -> f32 {
    let mut state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }
}

/// The numbers of all patents that the reader finds under `number(0..count)`.
pub(crate) fn found(reader: &Reader, count: u32) -> Vec<u32> {
    let is_there = |&i: &u32| {
        let ids = reader.find(&number(i)).unwrap();
        for &id in &ids {
            assert_eq!(reader.patent(id).unwrap().number, number(i));
        }
        assert!(ids.len() <= 1, "patent {i} is there {} times", ids.len());
        !ids.is_empty()
    };
    (0..count).filter(is_there).collect()
}
