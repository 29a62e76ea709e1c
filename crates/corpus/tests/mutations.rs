//! No input makes a reader panic, hang or fill the memory.
//!
//! Documents of every format are damaged at random, the same way for the same seed, and parsed. The gate makes a
//! few thousand inputs a format; `PRIORART_MUTATIONS=100000` makes as many, and also asserts that none takes
//! longer than a second, which only a quiet machine can promise.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]
#![expect(clippy::print_stdout, reason = "the counts are what the test shows")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use priorart_corpus::{RawDocument, Record, parse, read_dump};

/// Files and folders of each format, in `data` and in the shared data.
const FORMATS: [(&str, &[&str], &[&str]); 14] = [
    ("aps", &["formats/pftaps841113.txt"], &["uspto/aps/patentr__TXT-sample-2"]),
    ("patdoc sgml", &["formats/pg010102.sgml"], &[]),
    ("patdoc xml", &["formats/pg030107.xml"], &["uspto/patdoc-v2"]),
    ("pap", &["formats/pa010719.xml"], &["uspto/pap-v1"]),
    ("grant", &["grants.xml"], &["uspto/grants-v4/patentprocessor__ipg120327.18.xml"]),
    ("application", &["applications.xml"], &["uspto/applications-v4"]),
    ("ep", &["formats/ep.xml"], &["epo/fulltext"]),
    ("docdb", &["formats/docdb.xml"], &["epo/docdb"]),
    ("marec", &["formats/marec.xml"], &["marec"]),
    ("patentsview", &["formats/patentsview"], &[]),
    ("bigquery", &["formats/bigquery.jsonl", "formats/bigquery.csv"], &[]),
    ("hupd", &["formats/hupd.json"], &[]),
    ("lens", &["formats/lens.jsonl", "formats/lens.csv"], &[]),
    ("json", &["formats/patents.jsonl"], &[]),
];

/// Inputs a format in the gate.
const FEW: usize = 4000;

/// Larger documents take too long to be parsed thousands of times.
const LARGEST: usize = 60_000;

const SLOWEST: Duration = Duration::from_secs(1);
const MOST_MEMORY_KB: u64 = 256 << 10;

/// Splitmix64: a generator that is the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { (self.next() % bound as u64) as usize }
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length);
        start..start + self.below((length - start).min(200))
    }
}

/// What breaks parsers of one format or another.
const TOKENS: [&[u8]; 24] = [
    b"<",
    b">",
    b"&",
    b";",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<?",
    b"?>",
    b"</",
    b"/>",
    b"&#x0;",
    b"&#99999999;",
    b"<!ENTITY a \"b\">",
    b"\0",
    b"\xff\xfe",
    "\u{feff}é\u{3000}".as_bytes(),
    b"\n",
    b"\r",
    b"{\"",
    b"[[[[",
    b"99999999999",
    b".sub.",
];

fn mutate(document: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    for _ in 0..=random.below(6) {
        let length = document.len();
        match random.below(7) {
            0 if length > 0 => document[random.below(length)] ^= 1 << random.below(8),
            1 => drop(document.drain(random.range(length))),
            2 => {
                let copy = document[random.range(length)].to_vec();
                insert(document, &copy.repeat(1 + random.below(3)), random);
            }
            3 => insert(document, TOKENS[random.below(TOKENS.len())], random),
            4 if random.below(8) == 0 => document.truncate(random.below(length)),
            5 => {
                let piece = &other[random.range(other.len())];
                insert(document, piece, random);
            }
            _ => {
                let token = TOKENS[random.below(TOKENS.len())].repeat(1 + random.below(2000));
                if random.below(20) == 0 {
                    insert(document, &token, random);
                }
            }
        }
    }
}

fn insert(document: &mut Vec<u8>, piece: &[u8], random: &mut Random) {
    let at = random.below(document.len() + 1);
    document.splice(at..at, piece.iter().copied());
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The samples, and the real documents where there are any.
fn documents(samples: &[&str], shared: &[&str]) -> Vec<RawDocument> {
    let root = std::env::var("PRIORART_SHARED").unwrap_or_else(|_| "../shared".into());
    let samples = samples.iter().map(|file| workspace().join("data").join(file));
    let real = shared
        .iter()
        .map(|file| workspace().join(&root).join("data").join(file))
        .filter(|path| path.exists());
    let mut documents = Vec::new();
    for path in samples.chain(real) {
        read_dump(&path, &mut |document| {
            documents.extend(document.ok().filter(|document| document.bytes.len() < LARGEST));
            ControlFlow::Continue(())
        });
    }
    documents
}

/// Parses `count` damaged documents; gives how many were patents still, and the longest time.
fn run(name: &str, documents: &[RawDocument], count: usize) -> (usize, Duration) {
    assert!(!documents.is_empty(), "{name} has no documents");
    let mut random = Random(name.bytes().map(u64::from).sum());
    let (mut patents, mut slowest) = (0, Duration::ZERO);
    for _ in 0..count {
        let mut document = documents[random.below(documents.len())].clone();
        let other = &documents[random.below(documents.len())].bytes;
        mutate(&mut document.bytes, other, &mut random);
        let start = Instant::now();
        patents += usize::from(matches!(parse(&document), Record::Patent(_)));
        slowest = slowest.max(start.elapsed());
    }
    (patents, slowest)
}

/// The most memory that the process has used, in kilobytes; `None` where the system does not say.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// Inputs a format that the caller wants.
fn asked() -> Option<usize> {
    std::env::var("PRIORART_MUTATIONS").ok().and_then(|count| count.parse().ok())
}

#[test]
fn damaged_documents_are_read_or_reported() {
    let asked = asked();
    let count = asked.unwrap_or(FEW);
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((name, samples, shared)) = FORMATS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (patents, slowest) = run(name, &documents(samples, shared), count);
                    println!("{name}: {count} inputs, {patents} still patents, slowest {slowest:?}");
                    assert!(asked.is_none() || slowest < SLOWEST, "{name}: {slowest:?}");
                }
            });
        }
    });
    if let Some(peak) = peak_memory() {
        println!("peak memory: {} MB", peak >> 10);
        assert!(peak < MOST_MEMORY_KB, "{peak} kB");
    }
}

/// Damaged files, so that what cuts them into documents is put to the test as well.
#[test]
fn damaged_files_are_read_or_reported() {
    let count = asked().unwrap_or(FEW) / 100;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    for file in FORMATS.iter().flat_map(|(_, samples, _)| *samples).flat_map(|sample| files(sample)) {
        let whole = std::fs::read(&file).unwrap();
        let mut random = Random(whole.len() as u64);
        let mut patents = 0;
        for _ in 0..count {
            let mut damaged = whole.clone();
            mutate(&mut damaged, &whole, &mut random);
            std::fs::write(&path, &damaged).unwrap();
            read_dump(&path, &mut |document| {
                let record = document.map(|document| parse(&document));
                patents += usize::from(matches!(record, Ok(Record::Patent(_))));
                ControlFlow::Continue(())
            });
        }
        println!("{}: {count} damaged, {patents} patents", file.display());
    }
}

/// A sample file, or the files of a sample folder.
fn files(sample: &str) -> Vec<PathBuf> {
    let path = workspace().join("data").join(sample);
    match std::fs::read_dir(&path) {
        Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
        Err(_) => vec![path],
    }
}

#[test]
fn damaged_containers_are_read_or_reported() {
    let sample = std::fs::read(workspace().join("data/formats/pa010719.xml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    let mut random = Random(1);
    for container in [zipped(&sample), gzipped(&sample), tarred(&sample)] {
        for _ in 0..200 {
            let mut damaged = container.clone();
            mutate(&mut damaged, &sample, &mut random);
            std::fs::write(&path, &damaged).unwrap();
            let mut outcomes = 0;
            read_dump(&path, &mut |document| {
                outcomes += 1;
                let _ = document.map(|document| parse(&document));
                ControlFlow::Continue(())
            });
            assert!(outcomes > 0, "nothing was said of a damaged container");
        }
    }
}

fn zipped(content: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("a.xml", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut writer, content).unwrap();
    writer.finish().unwrap().into_inner()
}

fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, content).unwrap();
    encoder.finish().unwrap()
}

fn tarred(content: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, "a.xml", content).unwrap();
    builder.into_inner().unwrap()
}
