//! Every document is read or reported, and what is in it is found.

#![expect(clippy::print_stdout, reason = "the counts are what the tests show")]

use std::path::Path;

use priorart_corpus::{Patent, Record, parse};

use crate::support::{documents, patents, shared};

/// Counts record starts by a plain search in what a plain unzip gives out.
fn record_starts(path: &Path) -> usize {
    let bytes = std::fs::read(path).unwrap();
    if !bytes.starts_with(b"PK") {
        return starts_in(&bytes);
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut content = Vec::new();
            std::io::copy(&mut archive.by_index(index).unwrap(), &mut content).unwrap();
            starts_in(&content)
        })
        .sum()
}

fn starts_in(bytes: &[u8]) -> usize {
    ["<us-patent-grant ", "<us-patent-grant>", "<us-patent-application "]
        .iter()
        .map(|start| memchr::memmem::find_iter(bytes, start).count())
        .sum()
}

#[track_caller]
fn check_folder(folder: &str, least: usize, skips: usize) {
    let Some(folder) = shared(folder) else { return };
    let (mut read, mut skipped) = (0, 0);
    for file in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        let records: Vec<Record> = documents(&file).iter().map(parse).collect();
        let patents = records.iter().filter(|record| matches!(record, Record::Patent(_))).count();
        let mut reported = 0;
        for record in &records {
            if let Record::Skipped(skip) = record {
                println!("skipped {skip}");
                reported += 1;
            }
        }
        assert_eq!(patents + reported, record_starts(&file), "{}", file.display());
        read += patents;
        skipped += reported;
    }
    println!("{}: {read} patents, {skipped} skipped", folder.display());
    assert!(read >= least, "only {read} patents");
    assert_eq!(skipped, skips);
}

#[test]
fn every_grant_is_read_or_reported() {
    check_folder("grants-v4", 500, 1);
}

#[test]
fn every_application_is_read_or_reported() {
    check_folder("applications-v4", 13, 0);
}

/// A field, the element whose presence promises it, and whether a patent has it.
type Field = (&'static str, &'static str, fn(&Patent) -> bool);

const FIELDS: [Field; 22] = [
    ("number", "<publication-reference", |p| !p.number.kind.is_empty()),
    ("title", "<invention-title", |p| !p.title.is_empty()),
    ("abstract", "<abstract", |p| !p.abstract_text.is_empty()),
    ("claims", "<claim-text", |p| p.claims.iter().any(|claim| claim.text.len() > 20)),
    ("dependent claims", "<claim-ref", |p| p.claims.iter().any(|claim| !claim.is_independent())),
    ("description", "<description", |p| p.description.iter().any(|paragraph| !paragraph.heading)),
    ("publication date", "<publication-reference", |p| p.publication_date.is_some()),
    ("filing date", "<application-reference", |p| p.filing_date.is_some()),
    ("priority date", "<application-reference", |p| p.priority_date.is_some()),
    ("ipc", "<classification-ipcr", |p| !p.ipc.is_empty()),
    ("cpc", "<classification-cpc>", |p| !p.cpc.is_empty()),
    ("uspc", "<classification-national", |p| !p.uspc.is_empty()),
    ("locarno", "<classification-locarno", |p| p.locarno.is_some()),
    ("citations", "<patcit", |p| p.citations.iter().any(|cited| cited.number.is_some())),
    ("literature", "<nplcit", |p| p.citations.iter().any(|cited| cited.number.is_none())),
    ("inventors", "applicant-inventor", |p| !p.inventors.is_empty()),
    ("inventors apart", "<inventor ", |p| !p.inventors.is_empty()),
    ("assignees", "<assignee>", |p| !p.assignees.is_empty()),
    ("examiners", "<primary-examiner", |p| !p.examiners.is_empty()),
    ("related", "<us-related-documents", |p| !p.related.is_empty()),
    ("priorities", "<priority-claim ", |p| !p.priorities.is_empty()),
    ("pct", "<pct-or-regional", |p| p.pct.is_some()),
];

/// Where a field's element is looked for: what is cited has a national class as well.
fn searched<'a>(raw: &'a [u8], field: &str) -> &'a [u8] {
    let end = memchr::memmem::find(raw, b"references-cited>").filter(|_| field == "uspc");
    &raw[..end.unwrap_or(raw.len())]
}

#[test]
fn what_is_in_the_document_is_in_the_patent() {
    let (Some(grants), Some(applications)) = (shared("grants-v4"), shared("applications-v4")) else {
        return;
    };
    let all: Vec<_> = patents(&grants).into_iter().chain(patents(&applications)).collect();
    for (field, element, has) in FIELDS {
        let promised = || {
            all.iter().filter(|(document, _)| {
                memchr::memmem::find(searched(&document.bytes, field), element.as_bytes()).is_some()
            })
        };
        let (found, of) = (promised().filter(|(_, patent)| has(patent)).count(), promised().count());
        println!("{field}: {found} of {of}");
        assert!(of > 0 && found == of, "{field}: {found} of {of}");
    }
}
