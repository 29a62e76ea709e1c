//! Opens whatever holds a dump: a file, a zip (also zips in a zip), gzip, a folder, standard input.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use memchr::memmem;
use walkdir::WalkDir;
use zip::ZipArchive;
use zip::read::ZipFile;

use crate::error::CorpusError;
use crate::format::Format;
use crate::record::RawDocument;
use crate::split::Splitter;

/// Names standard input in place of a file.
pub const STDIN: &str = "-";

/// How much of a file is looked at to tell whether it is a dump.
const SNIFF: usize = 1 << 16;

/// What is called with every document, and with every file that cannot be read; it says whether to go on.
pub type Visit<'a> = dyn FnMut(Result<RawDocument, CorpusError>) -> ControlFlow<()> + 'a;

/// Reads the dump at `path` document by document, in order: a file, a zip, a folder (all files below it,
/// by name), or `-` for standard input.
///
/// Files within an archive or a folder that are neither XML nor archives are passed over: images, lists,
/// reports. An error ends the file it names; the others are still read.
///
/// ```no_run
/// use std::ops::ControlFlow;
/// use priorart_corpus::{Record, parse, read_dump};
///
/// read_dump("ipg240102.zip".as_ref(), &mut |document| {
///     match document.map(|document| parse(&document)) {
///         Ok(Record::Patent(patent)) => println!("{}: {}", patent.number, patent.title),
///         Ok(Record::Skipped(skip)) => eprintln!("skipped {skip}"),
///         Ok(Record::SequenceListing(_)) => {}
///         Err(error) => eprintln!("{error}"),
///     }
///     ControlFlow::Continue(())
/// });
/// ```
pub fn read_dump(path: &Path, visit: &mut Visit<'_>) {
    let mut visitor = Visitor { visit, documents: 0 };
    let flow = if path == Path::new(STDIN) {
        visitor.stream("standard input", &mut std::io::stdin().lock(), Place::Named)
    } else if path.is_dir() {
        visitor.folder(path)
    } else {
        visitor.file(path, Place::Named)
    };
    // Whoever asked to stop knows.
    let _ = flow;
}

/// The bytes of the dump's documents, as far as they can be told without reading it; for progress.
pub fn dump_size(path: &Path) -> u64 {
    files(path).map(|file| file_size(file.path()).unwrap_or(0)).sum()
}

fn files(path: &Path) -> impl Iterator<Item = walkdir::DirEntry> {
    let walk = WalkDir::new(path).sort_by_file_name().follow_links(true);
    walk.into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
}

fn file_size(path: &Path) -> Option<u64> {
    if !is_zip_name(path.to_str()?) {
        return Some(path.metadata().ok()?.len());
    }
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
    let sizes = (0..archive.len()).filter_map(|i| {
        let entry = archive.by_index_raw(i).ok()?;
        let name = entry_name(&entry);
        (is_xml_name(&name) || is_zip_name(&name)).then(|| entry.size())
    });
    Some(sizes.sum())
}

/// Names in an archive need not be text.
fn entry_name<R: Read>(entry: &ZipFile<'_, R>) -> String {
    entry.name().map_or_else(|_| "entry".to_owned(), Cow::into_owned)
}

fn is_xml_name(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("xml"))
}

fn is_zip_name(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("zip"))
}

/// Whether somebody named the file, or it was found in a folder or an archive among others.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Named,
    Found,
}

struct Visitor<'v, 'a> {
    visit: &'v mut Visit<'a>,
    documents: u64,
}

impl Visitor<'_, '_> {
    fn fail(&mut self, error: CorpusError) -> ControlFlow<()> {
        (self.visit)(Err(error))
    }

    fn folder(&mut self, path: &Path) -> ControlFlow<()> {
        let before = self.documents;
        for file in files(path) {
            self.file(file.path(), Place::Found)?;
        }
        self.require_documents_since(before, &path.display().to_string())
    }

    fn require_documents_since(&mut self, before: u64, name: &str) -> ControlFlow<()> {
        if self.documents > before {
            return ControlFlow::Continue(());
        }
        self.fail(CorpusError::NothingInside {
            file: name.to_owned(),
        })
    }

    fn file(&mut self, path: &Path, place: Place) -> ControlFlow<()> {
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => self.seekable(&name, BufReader::with_capacity(SNIFF, file), place),
            Err(source) => self.fail(CorpusError::Io {
                file: name,
                offset: 0,
                source,
            }),
        }
    }

    fn seekable<R: BufRead + Seek>(&mut self, name: &str, mut input: R, place: Place) -> ControlFlow<()> {
        let is_zip = input.fill_buf().is_ok_and(|start| start.starts_with(b"PK"));
        if is_zip {
            self.archive(name, input, place)
        } else {
            self.stream(name, &mut input, place)
        }
    }

    fn archive<R: Read + Seek>(&mut self, name: &str, input: R, place: Place) -> ControlFlow<()> {
        let damaged = |error: zip::result::ZipError| CorpusError::Archive {
            file: name.to_owned(),
            message: error.to_string(),
        };
        let mut archive = match ZipArchive::new(input) {
            Ok(archive) => archive,
            Err(error) => return self.fail(damaged(error)),
        };
        let before = self.documents;
        for index in 0..archive.len() {
            match archive.by_index(index) {
                Ok(mut entry) if entry.is_file() => self.entry(name, &mut entry)?,
                Ok(_) => {}
                Err(error) => self.fail(damaged(error))?,
            }
        }
        match place {
            Place::Named => self.require_documents_since(before, name),
            Place::Found => ControlFlow::Continue(()),
        }
    }

    fn entry<R: Read>(&mut self, archive: &str, entry: &mut ZipFile<'_, R>) -> ControlFlow<()> {
        let name = format!("{archive}!{}", entry_name(entry));
        if !is_zip_name(&name) {
            return self.stream(&name, entry, Place::Found);
        }
        // Seeking is what a zip needs and an entry lacks; the zips within a zip hold one patent each.
        let mut inner = Vec::new();
        match entry.read_to_end(&mut inner) {
            Ok(_) => self.archive(&name, Cursor::new(inner), Place::Found),
            Err(source) => self.fail(CorpusError::Io {
                file: name,
                offset: 0,
                source,
            }),
        }
    }

    fn stream(&mut self, name: &str, input: &mut dyn Read, place: Place) -> ControlFlow<()> {
        let mut start = Vec::new();
        if let Err(source) = input.take(SNIFF as u64).read_to_end(&mut start) {
            return self.fail(CorpusError::Io {
                file: name.to_owned(),
                offset: start.len() as u64,
                source,
            });
        }
        let is_gzip = start.starts_with(b"\x1f\x8b");
        let (is_dump, error) = (is_dump(&start), no_dump(name, &start));
        let mut whole = Cursor::new(start).chain(input);
        match place {
            _ if is_gzip => self.stream(name, &mut MultiGzDecoder::new(&mut whole as &mut dyn Read), place),
            Place::Found if !is_dump && !is_xml_name(name) => ControlFlow::Continue(()),
            Place::Named if !is_dump => self.fail(error),
            _ => self.documents(name, &mut whole),
        }
    }

    fn documents(&mut self, name: &str, input: &mut dyn Read) -> ControlFlow<()> {
        let mut splitter = Splitter::new(name.to_owned(), input);
        loop {
            match splitter.next_document() {
                Ok(Some(document)) => {
                    self.documents += 1;
                    (self.visit)(Ok(document))?;
                }
                Ok(None) => return ControlFlow::Continue(()),
                Err(error) => return self.fail(error),
            }
        }
    }
}

/// Whether the start of a file has the root element of a format that can be read.
fn is_dump(start: &[u8]) -> bool {
    Format::of(start) != Format::Unknown
        || [
            &b"<us-patent-grant"[..],
            b"<us-patent-application",
            b"<sequence-cwu",
        ]
        .iter()
        .any(|root| memmem::find(start, root).is_some())
}

fn no_dump(name: &str, start: &[u8]) -> CorpusError {
    const SHOWN: usize = 40;
    if start.is_empty() {
        return CorpusError::Empty {
            file: name.to_owned(),
        };
    }
    let text = String::from_utf8_lossy(&start[..start.len().min(4 * SHOWN)]);
    CorpusError::UnknownFormat {
        file: name.to_owned(),
        start: text.chars().take(SHOWN).collect(),
    }
}
