//! Every document is read or reported, and what is in it is found.

#![expect(clippy::print_stdout, reason = "the counts are what the tests show")]

use std::path::{Path, PathBuf};

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

/// What a document of each format begins with.
const STARTS: [&str; 6] = [
    "<us-patent-grant ",
    "<us-patent-grant>",
    "<us-patent-application ",
    "<PATDOC ",
    "<patent-application-publication>",
    "\nPATN",
];

fn starts_in(bytes: &[u8]) -> usize {
    STARTS.iter().map(|start| memchr::memmem::find_iter(bytes, start).count()).sum()
}

/// The files of a folder that are dumps: the shared data has a parsed one among them.
fn dumps(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_none_or(|extension| extension != "rda")).collect()
}

#[track_caller]
fn check_folder(folder: &str, least: usize, skips: usize) {
    let Some(folder) = shared(folder) else { return };
    let (mut read, mut skipped) = (0, 0);
    for file in dumps(&folder) {
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

#[test]
fn every_older_document_is_read_or_reported() {
    check_folder("patdoc-v2", 17, 0);
    check_folder("pap-v1", 5, 0);
    check_folder("aps", 2, 0);
}

/// A field, the mark-up whose presence promises it, and whether a patent has it.
type Field = (&'static str, &'static str, fn(&Patent) -> bool);

const V4: [Field; 22] = [
    ("number", "<publication-reference", |p| !p.number.kind.is_empty()),
    ("title", "<invention-title", |p| !p.title.is_empty()),
    ("abstract", "<abstract", |p| !p.abstract_text.is_empty()),
    ("claims", "<claim-text", has_claims),
    ("dependent claims", "<claim-ref", has_dependent_claims),
    ("description", "<description", has_description),
    ("publication date", "<publication-reference", |p| p.publication_date.is_some()),
    ("filing date", "<application-reference", |p| p.filing_date.is_some()),
    ("priority date", "<application-reference", |p| p.priority_date.is_some()),
    ("IPC", "<classification-ipcr", |p| !p.ipc.is_empty()),
    ("CPC", "<classification-cpc>", |p| !p.cpc.is_empty()),
    ("USPC", "<classification-national", |p| !p.uspc.is_empty()),
    ("Locarno", "<classification-locarno", |p| p.locarno.is_some()),
    ("citations", "<patcit", has_citations),
    ("literature", "<nplcit", has_literature),
    ("inventors", "applicant-inventor", |p| !p.inventors.is_empty()),
    ("inventors apart", "<inventor ", |p| !p.inventors.is_empty()),
    ("assignees", "<assignee>", |p| !p.assignees.is_empty()),
    ("examiners", "<primary-examiner", |p| !p.examiners.is_empty()),
    ("related documents", "<us-related-documents", |p| !p.related.is_empty()),
    ("priorities", "<priority-claim ", |p| !p.priorities.is_empty()),
    ("PCT", "<pct-or-regional", |p| p.pct.is_some()),
];

const PATDOC: [Field; 17] = [
    ("number", "<B110>", |p| !p.number.kind.is_empty()),
    ("title", "<B540>", |p| !p.title.is_empty()),
    ("abstract", "<SDOAB>", |p| !p.abstract_text.is_empty()),
    ("claims", "<CLM ", has_claims),
    ("dependent claims", "<CLREF", has_dependent_claims),
    ("description", "<SDODE>", has_description),
    ("publication date", "<B140>", |p| p.publication_date.is_some()),
    ("filing date", "<B220>", |p| p.filing_date.is_some()),
    ("IPC or Locarno", "<B511>", |p| !p.ipc.is_empty() || p.locarno.is_some()),
    ("USPC", "<B521>", |p| !p.uspc.is_empty()),
    ("citations", "<B561>", has_citations),
    ("literature", "<B562>", has_literature),
    ("inventors", "<B721>", |p| !p.inventors.is_empty()),
    ("assignees", "<B731>", |p| !p.assignees.is_empty()),
    ("examiners", "<B746>", |p| !p.examiners.is_empty()),
    ("related documents", "<PARENT-US>", |p| !p.related.is_empty()),
    ("priorities", "<B310>", |p| !p.priorities.is_empty()),
];

const PAP: [Field; 13] = [
    ("number", "<kind-code>", |p| !p.number.kind.is_empty()),
    ("title", "<title-of-invention>", |p| !p.title.is_empty()),
    ("abstract", "<subdoc-abstract>", |p| !p.abstract_text.is_empty()),
    ("claims", "<claim ", has_claims),
    ("dependent claims", "<dependent-claim-reference", has_dependent_claims),
    ("description", "<subdoc-description>", has_description),
    ("publication date", "<document-date>", |p| p.publication_date.is_some()),
    ("filing date", "<filing-date>", |p| p.filing_date.is_some()),
    ("IPC", "<ipc>", |p| !p.ipc.is_empty()),
    ("USPC", "<uspc>", |p| !p.uspc.is_empty()),
    ("inventors", "<inventors>", |p| !p.inventors.is_empty()),
    ("related documents", "<continuity-data>", |p| !p.related.is_empty()),
    ("priorities", "<foreign-priority-data>", |p| !p.priorities.is_empty()),
];

const APS: [Field; 13] = [
    ("number", "WKU  ", |p| !p.number.serial.is_empty()),
    ("title", "\nTTL  ", |p| !p.title.is_empty()),
    ("abstract", "\nABST", |p| !p.abstract_text.is_empty()),
    ("claims", "\nCLMS", has_claims),
    ("dependent claims", "in claim 1", has_dependent_claims),
    ("description", "\nDETD", has_description),
    ("publication date", "\nISD  ", |p| p.publication_date.is_some()),
    ("filing date", "\nAPD  ", |p| p.filing_date.is_some()),
    ("IPC", "\nICL  ", |p| !p.ipc.is_empty()),
    ("USPC", "\nOCL  ", |p| !p.uspc.is_empty()),
    ("citations", "\nUREF", has_citations),
    ("inventors", "\nINVT", |p| !p.inventors.is_empty()),
    ("related documents", "\nREIS", |p| !p.related.is_empty()),
];

fn has_claims(patent: &Patent) -> bool {
    patent.claims.iter().any(|claim| claim.text.len() > 20)
}

fn has_dependent_claims(patent: &Patent) -> bool {
    patent.claims.iter().any(|claim| !claim.is_independent())
}

fn has_description(patent: &Patent) -> bool {
    patent.description.iter().any(|paragraph| !paragraph.heading)
}

fn has_citations(patent: &Patent) -> bool {
    patent.citations.iter().any(|cited| cited.number.is_some())
}

fn has_literature(patent: &Patent) -> bool {
    patent.citations.iter().any(|cited| cited.number.is_none())
}

/// Where a field's mark-up is looked for: what is cited has a national class as well.
fn searched<'a>(raw: &'a [u8], field: &str) -> &'a [u8] {
    let end = memchr::memmem::find(raw, b"references-cited>").filter(|_| field == "USPC");
    &raw[..end.unwrap_or(raw.len())]
}

/// Of the patents whose document has the mark-up, how many have the field? All must.
fn check_fields(folders: &[&str], fields: &[Field]) {
    let found: Option<Vec<PathBuf>> = folders.iter().map(|folder| shared(folder)).collect();
    let Some(found) = found else { return };
    let all: Vec<_> = found.iter().flat_map(|folder| dumps(folder)).flat_map(|file| patents(&file)).collect();
    println!("\n| {} | patents with it | of |\n| --- | --- | --- |", folders.join(", "));
    for (field, element, has) in fields {
        let promised = || {
            all.iter().filter(|(document, _)| {
                memchr::memmem::find(searched(&document.bytes, field), element.as_bytes()).is_some()
            })
        };
        let (found, of) = (promised().filter(|(_, patent)| has(patent)).count(), promised().count());
        println!("| {field} | {found} | {of} |");
        assert!(of > 0 && found == of, "{field}: {found} of {of}");
    }
}

#[test]
fn what_is_in_the_document_is_in_the_patent() {
    check_fields(&["grants-v4", "applications-v4"], &V4);
    check_fields(&["patdoc-v2"], &PATDOC);
    check_fields(&["pap-v1"], &PAP);
    check_fields(&["aps"], &APS);
}
