//! The real grants and applications: every document is read or reported, and what is in it is found.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use priorart_corpus::{Patent, PatentType, RawDocument, Record, parse, read_dump};

/// The shared real patents; `None`, loudly, where they are absent.
fn shared(folder: &str) -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = std::env::var("PRIORART_SHARED").unwrap_or_else(|_| "../shared".into());
    let path = workspace.join(root).join("data/uspto").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is absent; set PRIORART_SHARED", path.display());
    None
}

fn documents(path: &Path) -> Vec<RawDocument> {
    let mut documents = Vec::new();
    read_dump(path, &mut |document| {
        documents.push(document.unwrap());
        ControlFlow::Continue(())
    });
    documents
}

fn patents(path: &Path) -> Vec<(RawDocument, Patent)> {
    let parsed = documents(path)
        .into_iter()
        .map(|document| (parse(&document), document));
    parsed
        .filter_map(|(record, document)| match record {
            Record::Patent(patent) => Some((document, *patent)),
            _ => None,
        })
        .collect()
}

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
    [
        "<us-patent-grant ",
        "<us-patent-grant>",
        "<us-patent-application ",
    ]
    .iter()
    .map(|start| memchr::memmem::find_iter(bytes, start).count())
    .sum()
}

#[track_caller]
fn check_folder(folder: &str, least: usize, skips: usize) {
    let Some(folder) = shared(folder) else { return };
    let (mut read, mut skipped) = (0, 0);
    for file in std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        let records: Vec<Record> = documents(&file).iter().map(parse).collect();
        let patents = records
            .iter()
            .filter(|record| matches!(record, Record::Patent(_)))
            .count();
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

/// Of the patents whose raw document has an element, how many have the field.
#[derive(Default)]
struct Completeness(BTreeMap<&'static str, (usize, usize)>);

impl Completeness {
    fn count(&mut self, field: &'static str, raw: &[u8], element: &str, found: bool) {
        if memchr::memmem::find(raw, element.as_bytes()).is_some() {
            let (has, all) = self.0.entry(field).or_default();
            *has += usize::from(found);
            *all += 1;
        }
    }
}

#[test]
fn what_is_in_the_document_is_in_the_patent() {
    let (Some(grants), Some(applications)) = (shared("grants-v4"), shared("applications-v4")) else {
        return;
    };
    let mut fields = Completeness::default();
    for (raw, patent) in patents(&grants).into_iter().chain(patents(&applications)) {
        let raw = &raw.bytes;
        fields.count(
            "number",
            raw,
            "<publication-reference",
            !patent.number.kind.is_empty(),
        );
        fields.count("title", raw, "<invention-title", !patent.title.is_empty());
        fields.count("abstract", raw, "<abstract", !patent.abstract_text.is_empty());
        fields.count(
            "claims",
            raw,
            "<claim-text",
            patent.claims.iter().any(|claim| claim.text.len() > 20),
        );
        fields.count(
            "dependent claims",
            raw,
            "<claim-ref",
            patent.claims.iter().any(|c| !c.is_independent()),
        );
        fields.count(
            "description",
            raw,
            "<description",
            patent.description.iter().any(|p| !p.heading),
        );
        fields.count(
            "publication date",
            raw,
            "<publication-reference",
            patent.publication_date.is_some(),
        );
        fields.count(
            "filing date",
            raw,
            "<application-reference",
            patent.filing_date.is_some(),
        );
        fields.count(
            "priority date",
            raw,
            "<application-reference",
            patent.priority_date.is_some(),
        );
        fields.count("ipc", raw, "<classification-ipcr", !patent.ipc.is_empty());
        fields.count("cpc", raw, "<classification-cpc>", !patent.cpc.is_empty());
        // What is cited has a class as well.
        let front = memchr::memmem::find(raw, b"references-cited>").map_or(&raw[..], |end| &raw[..end]);
        fields.count("uspc", front, "<classification-national", !patent.uspc.is_empty());
        fields.count(
            "locarno",
            raw,
            "<classification-locarno",
            patent.locarno.is_some(),
        );
        fields.count(
            "citations",
            raw,
            "<patcit",
            patent.citations.iter().any(|c| c.number.is_some()),
        );
        fields.count(
            "literature",
            raw,
            "<nplcit",
            patent.citations.iter().any(|c| c.number.is_none()),
        );
        fields.count(
            "inventors",
            raw,
            "applicant-inventor",
            !patent.inventors.is_empty(),
        );
        fields.count("inventors", raw, "<inventor ", !patent.inventors.is_empty());
        fields.count("assignees", raw, "<assignee>", !patent.assignees.is_empty());
        fields.count(
            "examiners",
            raw,
            "<primary-examiner",
            !patent.examiners.is_empty(),
        );
        fields.count(
            "related",
            raw,
            "<us-related-documents",
            !patent.related.is_empty(),
        );
        fields.count(
            "priorities",
            raw,
            "<priority-claim ",
            !patent.priorities.is_empty(),
        );
        fields.count("pct", raw, "<pct-or-regional", patent.pct.is_some());
    }
    for (field, (has, all)) in &fields.0 {
        println!("{field}: {has} of {all}");
        assert!(*has * 1000 >= *all * 995, "{field}: {has} of {all}");
    }
}

fn one(number: &str) -> Option<Patent> {
    let all = [shared("grants-v4")?, shared("applications-v4")?];
    let found = all
        .iter()
        .flat_map(|path| patents(path))
        .find(|(_, patent)| patent.number.to_string() == number);
    Some(found.unwrap_or_else(|| panic!("{number} is not there")).1)
}

#[test]
fn a_design_has_one_claim_and_a_locarno_class() {
    let Some(design) = one("USD907292S1") else { return };
    assert_eq!(design.patent_type, PatentType::Design);
    assert_eq!(design.claims.len(), 1);
    assert!(
        design.claims[0].text.starts_with("The ornamental design"),
        "{}",
        design.claims[0].text
    );
    assert!(design.abstract_text.is_empty() && design.locarno.is_some());
}
