//! Opens whatever holds a dump: a file, a zip (also zips in a zip), gzip, tar, a folder, standard input.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use crate::boundary::Boundary;
use crate::elements::Elements;
use crate::error::CorpusError;
use crate::format::Format;
use crate::json::JsonRecords;
use crate::record::RawDocument;
use crate::size::{entry_name, files, is_xml_name, is_zip_name};
use crate::sniff::{Layout, SNIFF, layout, no_dump, refused, start_of};
use crate::split::Splitter;
use crate::table::Rows;
use crate::tables::Tables;

/// Names standard input in place of a file.
pub const STDIN: &str = "-";

/// Zips within zips deeper than this are made to harm.
const DEEPEST: usize = 3;

/// A zip within a zip is held in memory; those of the USPTO hold one patent and its pictures.
const LARGEST_INNER: u64 = 1 << 30;

/// What is called with every document, and with every file that cannot be read; it says whether to go on.
pub type Visit<'a> = dyn FnMut(Result<RawDocument, CorpusError>) -> ControlFlow<()> + 'a;

/// Reads the dump at `path` document by document, in order: a file, a zip, a tar, a folder (all files below
/// it, by name), or `-` for standard input.
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
    read_dump_as(path, None, visit);
}

/// The same, with all documents taken for `format` where one is given.
pub fn read_dump_as(path: &Path, format: Option<Format>, visit: &mut Visit<'_>) {
    let mut visitor = Visitor { visit, format, documents: 0, depth: 0, tables: Tables::new() };
    let flow = if path == Path::new(STDIN) {
        visitor.stream("standard input", &mut std::io::stdin().lock(), Place::Named)
    } else if path.is_dir() {
        visitor.folder(path)
    } else {
        visitor.file(path, Place::Named)
    };
    // Whoever asked to stop knows.
    let _ = flow.is_continue() && visitor.join().is_continue();
}

/// Whether somebody named the file, or it was found in a folder or an archive among others.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Named,
    Found,
}

struct Visitor<'v, 'a> {
    visit: &'v mut Visit<'a>,
    /// What all documents are taken for, whatever they look like.
    format: Option<Format>,
    documents: u64,
    /// How many archives are open, one within the other.
    depth: usize,
    /// Tables that are joined when all have been read.
    tables: Tables,
}

impl Visitor<'_, '_> {
    fn fail(&mut self, error: CorpusError) -> ControlFlow<()> {
        (self.visit)(Err(error))
    }

    fn folder(&mut self, path: &Path) -> ControlFlow<()> {
        let before = self.documents;
        for file in files(path) {
            match file {
                Ok(file) => self.file(file.path(), Place::Found)?,
                Err(error) => self.fail(unreadable(path, error))?,
            }
        }
        self.require_documents_since(before, &path.display().to_string())
    }

    fn require_documents_since(&mut self, before: u64, name: &str) -> ControlFlow<()> {
        if self.documents > before {
            return ControlFlow::Continue(());
        }
        self.fail(CorpusError::NothingInside { file: name.to_owned() })
    }

    fn file(&mut self, path: &Path, place: Place) -> ControlFlow<()> {
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => self.seekable(&name, BufReader::with_capacity(SNIFF, file), place),
            Err(source) => self.fail(CorpusError::Io { file: name, offset: 0, source }),
        }
    }

    fn seekable<R: BufRead + Seek>(&mut self, name: &str, mut input: R, place: Place) -> ControlFlow<()> {
        let is_zip = input.fill_buf().is_ok_and(|start| start.starts_with(b"PK"));
        if is_zip { self.archive(name, input, place) } else { self.stream(name, &mut input, place) }
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
                Ok(mut entry) if entry.is_file() => {
                    self.member(&format!("{name}!{}", entry_name(&entry)), &mut entry)?;
                }
                Ok(_) => {}
                Err(error) => self.fail(damaged(error))?,
            }
        }
        match place {
            Place::Named => self.require_documents_since(before, name),
            Place::Found => ControlFlow::Continue(()),
        }
    }

    /// Reads what lies in an archive.
    fn member(&mut self, name: &str, input: &mut dyn Read) -> ControlFlow<()> {
        if !is_zip_name(name) {
            return self.stream(name, input, Place::Found);
        }
        if self.depth == DEEPEST {
            return self.fail(refused(name, "it lies too deep in other archives"));
        }
        // Seeking is what a zip needs and a member lacks.
        let mut inner = Vec::new();
        match input.take(LARGEST_INNER + 1).read_to_end(&mut inner) {
            Ok(_) if inner.len() as u64 > LARGEST_INNER => {
                self.fail(refused(name, "it is too large to be read within another; unpack it"))
            }
            Ok(_) => {
                self.depth += 1;
                let flow = self.archive(name, Cursor::new(inner), Place::Found);
                self.depth -= 1;
                flow
            }
            Err(source) => self.fail(CorpusError::Io { file: name.to_owned(), offset: 0, source }),
        }
    }

    fn tar(&mut self, name: &str, input: &mut dyn Read, place: Place) -> ControlFlow<()> {
        let before = self.documents;
        let damaged = |source: std::io::Error| CorpusError::Archive {
            file: name.to_owned(),
            message: source.to_string(),
        };
        let mut archive = tar::Archive::new(input);
        match archive.entries() {
            Ok(entries) => {
                for entry in entries {
                    match entry {
                        Ok(mut entry) if entry.header().entry_type().is_file() => {
                            let inner = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                            self.member(&format!("{name}!{inner}"), &mut entry)?;
                        }
                        Ok(_) => {}
                        // Where the next member begins is not known any more.
                        Err(error) => return self.fail(damaged(error)),
                    }
                }
            }
            Err(error) => return self.fail(damaged(error)),
        }
        match place {
            Place::Named => self.require_documents_since(before, name),
            Place::Found => ControlFlow::Continue(()),
        }
    }

    fn stream(&mut self, name: &str, input: &mut dyn Read, place: Place) -> ControlFlow<()> {
        let start = match start_of(name, input) {
            Ok(start) => start,
            Err(error) => return self.fail(error),
        };
        let is_gzip = start.starts_with(b"\x1f\x8b");
        let mut whole = Cursor::new(&start).chain(input);
        if !is_gzip {
            return self.plain(name, &start, &mut whole, place);
        }
        let mut inner = MultiGzDecoder::new(whole);
        let start = match start_of(name, &mut inner) {
            Ok(start) => start,
            Err(error) => return self.fail(error),
        };
        self.plain(name, &start, &mut Cursor::new(&start).chain(inner), place)
    }

    /// What is not compressed, or no longer.
    fn plain(&mut self, name: &str, start: &[u8], whole: &mut dyn Read, place: Place) -> ControlFlow<()> {
        if is_tar(start) {
            return self.tar(name, whole, place);
        }
        match layout(start, self.format) {
            Some(layout) => self.laid_out(name, layout, whole),
            None if place == Place::Named => self.fail(no_dump(name, start)),
            None if !is_xml_name(name) => ControlFlow::Continue(()),
            None if start.is_empty() => self.fail(no_dump(name, start)),
            None => self.laid_out(name, Layout::Documents(Boundary::Prolog), whole),
        }
    }

    fn laid_out(&mut self, name: &str, layout: Layout, input: &mut dyn Read) -> ControlFlow<()> {
        let file = name.to_owned();
        match layout {
            Layout::Documents(boundary) => {
                let mut splitter = Splitter::new(file, boundary, input);
                self.documents(|| splitter.next_document())
            }
            Layout::Elements => {
                let mut elements = Elements::new(file, input);
                self.documents(|| elements.next_document())
            }
            Layout::Records(format) => {
                let mut records = JsonRecords::new(file, input, format);
                self.documents(|| records.next_document())
            }
            Layout::Rows(format, delimiter) => match Rows::new(file, input, delimiter) {
                Ok(mut rows) => self.documents(|| rows.next_document(format)),
                Err(error) => self.fail(error),
            },
            Layout::Joined(delimiter) => {
                self.documents += 1;
                let added = self.tables.add(name, input, delimiter, self.visit);
                added.unwrap_or_else(|error| self.fail(error))
            }
        }
    }

    fn documents(
        &mut self,
        mut next: impl FnMut() -> Result<Option<RawDocument>, CorpusError>,
    ) -> ControlFlow<()> {
        loop {
            match next() {
                Ok(Some(document)) => {
                    self.documents += 1;
                    let document = self.taken_for(document);
                    (self.visit)(Ok(document))?;
                }
                Ok(None) => return ControlFlow::Continue(()),
                Err(error) => return self.fail(error),
            }
        }
    }

    fn taken_for(&self, document: RawDocument) -> RawDocument {
        match self.format {
            Some(format) if document.format.info().is_some() || document.format == Format::Unknown => {
                RawDocument { format, ..document }
            }
            _ => document,
        }
    }

    fn join(&mut self) -> ControlFlow<()> {
        let tables = std::mem::replace(&mut self.tables, Tables::new());
        if tables.is_empty() {
            return ControlFlow::Continue(());
        }
        let joined = tables.join(self.visit);
        joined.unwrap_or_else(|error| self.fail(error))
    }
}

/// The mark of a tar archive's first header.
fn is_tar(start: &[u8]) -> bool {
    start.get(257..262).is_some_and(|mark| mark == b"ustar")
}

fn unreadable(folder: &Path, error: walkdir::Error) -> CorpusError {
    CorpusError::Io {
        file: error.path().unwrap_or(folder).display().to_string(),
        offset: 0,
        source: error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRANT: &str = "<?xml version=\"1.0\"?>\n<us-patent-grant/>\n";

    #[test]
    fn a_pipe_is_read_as_it_comes() {
        let mut found = Vec::new();
        let mut visit = |document: Result<RawDocument, CorpusError>| {
            found.push(document.map_or_else(|e| e.to_string(), |d| d.source.record.to_string()));
            ControlFlow::Continue(())
        };
        let mut visitor =
            Visitor { visit: &mut visit, format: None, documents: 0, depth: 0, tables: Tables::new() };
        let _ = visitor.stream("pipe", &mut GRANT.as_bytes(), Place::Named);
        let _ = visitor.stream("pipe", &mut &b"PK\x03\x04"[..], Place::Named);
        assert_eq!(found[0], "1");
        assert!(found[1].contains("name the file"), "{found:?}");
    }
}
