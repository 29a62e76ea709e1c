//! What is not the USPTO's: every document is read or reported, and what is in it is found.

#![expect(clippy::print_stdout, reason = "the counts are what the tests show")]

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use priorart_corpus::{Patent, Record, parse};

use crate::support::{documents, patents, shared_data};

/// The bytes of all files at a path, unpacked.
fn bytes(path: &Path) -> Vec<u8> {
    if path.is_dir() {
        return files(path).iter().flat_map(|file| bytes(file)).collect();
    }
    let bytes = std::fs::read(path).unwrap();
    if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut all = Vec::new();
        for index in 0..archive.len() {
            archive.by_index(index).unwrap().read_to_end(&mut all).unwrap();
        }
        return all;
    }
    let mut unpacked = Vec::new();
    match flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked) {
        Ok(_) => unpacked,
        Err(_) => bytes,
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// What records begin with, or what each has once.
fn starts(bytes: &[u8], start: &str) -> usize {
    memchr::memmem::find_iter(bytes, start).count()
}

#[track_caller]
fn check(path: &str, expected: impl Fn(&[u8]) -> usize, least: usize, skips: usize) {
    let Some(path) = shared_data(path) else { return };
    let records: Vec<Record> = documents(&path).iter().map(parse).collect();
    let read = records.iter().filter(|record| matches!(record, Record::Patent(_))).count();
    for record in &records {
        if let Record::Skipped(skip) = record {
            println!("skipped {skip}");
        }
    }
    println!("{}: {read} patents, {} skipped", path.display(), records.len() - read);
    assert_eq!(records.len(), expected(&bytes(&path)), "{}", path.display());
    assert!(read >= least, "only {read} patents in {}", path.display());
    assert_eq!(records.len() - read, skips, "{}", path.display());
}

#[test]
fn every_document_of_the_epo_is_read() {
    check("epo/fulltext", |bytes| starts(bytes, "<ep-patent-document "), 22, 0);
    check("epo/docdb", |bytes| starts(bytes, "exchange-document country="), 12, 0);
}

#[test]
fn every_document_of_marec_is_read() {
    check("marec", |bytes| starts(bytes, "<patent-document "), 47, 0);
}

const BIGQUERY: &str = "datasets/bigquery/Patent-Prior-Art-Finder__";
const PATENTSVIEW: &str = "datasets/patentsview/";

#[test]
fn every_row_of_bigquery_is_read() {
    let lines = "bq-results-20210716-122855-k3ohqdlyn8nc_(1).json.gz";
    for (file, rows) in
        [(lines, 10_000), ("results-20210716-123205.json", 1000), ("results-20210716-123228.json.gz", 1000)]
    {
        check(&format!("{BIGQUERY}{file}"), |bytes| starts(bytes, "\"publication_number\":"), rows, 0);
    }
    for (file, rows) in [("1000patents.csv", 1000), ("Day2-GoldSet.csv", 10), ("tenmatch.csv", 10)] {
        check(&format!("{BIGQUERY}{file}"), |bytes| starts(bytes, "\nUS-"), rows, 0);
    }
}

#[test]
fn every_record_of_the_lens_is_read() {
    let exports = [("Coronavirus-CPC-based", 1470), ("Coronavirus-MERS", 259)];
    for (name, records) in exports {
        let file = format!("datasets/lens/covid-patent-dataset__{name}-patents.jsonl");
        check(&file, |bytes| starts(bytes, "\"lensId\":"), records, 0);
    }
    let file = "datasets/lens/drones_data__drones_fulltext_families_5884_raw.csv";
    check(file, |bytes| starts(bytes, ",https://lens.org/"), 5884, 0);
}

#[test]
fn every_application_in_json_is_read() {
    let file = "datasets/json/patent-search-engine-v1__UTF-8patent_data_small.zip";
    check(file, |bytes| starts(bytes, "\"doc_number\":"), 640, 0);
    let file = "datasets/json/IP-patent-data-parsing__patent_grants.json";
    check(file, |bytes| starts(bytes, "\"patent_title\":"), 150, 0);
}

/// The identifiers in one column, with rows told by what their first column looks like.
fn identifiers(bytes: &[u8], separator: char, column: usize, is_row: fn(&str) -> bool) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let rows = text.lines().filter(|line| line.split(separator).next().is_some_and(is_row));
    rows.filter_map(|line| line.split(separator).nth(column))
        .filter(|id| id.len() > 5)
        .collect::<BTreeSet<_>>()
        .len()
}

#[test]
fn every_patent_of_patentsview_is_read() {
    for (group, records) in [("G21B", 258), ("G21D", 508), ("G21G", 386), ("G21H", 123), ("G21J", 6)] {
        let file = format!("{PATENTSVIEW}nuclear-power-patent-analysis__{group}.json");
        check(&file, |bytes| starts(bytes, "\"patent_number\":"), records, 0);
    }
    let is_quoted = |first: &str| first.starts_with('"') && first.trim_matches('"').parse::<u32>().is_ok();
    for (group, records) in
        [("G21B", 228), ("G21D", 548), ("G21F", 1085), ("G21G", 389), ("G21H", 118), ("G21J", 2)]
    {
        let file = format!("{PATENTSVIEW}nuclear-power-patent-analysis__{group}.csv");
        check(&file, |bytes| identifiers(bytes, ',', 1, is_quoted), records, 0);
    }
    for name in ["test_pd", "train_pd"] {
        let file = format!("{PATENTSVIEW}Exploration_of_Patent_Data__{name}.csv");
        check(&file, |bytes| identifiers(bytes, '|', 3, |first| first.parse::<u32>().is_ok()), 1000, 0);
    }
}

/// A field, a piece of raw text whose presence promises it, and whether a patent has it.
type Field = (&'static str, &'static str, fn(&Patent) -> bool);

/// Prints a row of the table in `docs/formats.md` for each field.
#[track_caller]
fn check_fields(format: &str, paths: &[&str], fields: &[Field]) {
    let Some(all) = paths.iter().map(|path| shared_data(path)).collect::<Option<Vec<_>>>() else { return };
    let all: Vec<_> = all.iter().flat_map(|path| patents(path)).collect();
    for (field, needle, has) in fields {
        let promised =
            || all.iter().filter(|(raw, _)| memchr::memmem::find(&raw.bytes, needle.as_bytes()).is_some());
        let (found, of) = (promised().filter(|(_, patent)| has(patent)).count(), promised().count());
        println!("| {format} | {field} | {found} of {of} |");
        assert!(of > 0 && found * 1000 >= of * 995, "{format}: {field}: {found} of {of}");
    }
}

fn cites_patents(patent: &Patent) -> bool {
    patent.citations.iter().any(|citation| citation.number.is_some())
}

fn cites_literature(patent: &Patent) -> bool {
    patent.citations.iter().any(|citation| citation.number.is_none())
}

fn has_claims(patent: &Patent) -> bool {
    patent.claims.iter().any(|claim| claim.text.len() > 5)
}

#[test]
fn what_is_in_ep_full_text_is_in_the_patent() {
    check_fields(
        "EP full text",
        &["epo/fulltext"],
        &[
            ("number", "<B110>", |p| !p.number.kind.is_empty()),
            ("title", "<B542>", |p| !p.title.is_empty()),
            ("abstract", "<abstract", |p| !p.abstract_text.is_empty()),
            ("claims", "<claim-text", has_claims),
            ("claims in three languages", "<claims id=\"claims03\"", |p| {
                p.translations.iter().filter(|other| !other.claims.is_empty()).count() == 2
            }),
            ("description", "<description", |p| !p.description.is_empty()),
            ("publication date", "<B140>", |p| p.publication_date.is_some()),
            ("filing date", "<B220>", |p| p.filing_date.is_some()),
            ("priority date", "<B220>", |p| p.priority_date.is_some()),
            ("ipc", "<B51", |p| !p.ipc.is_empty()),
            ("citations", "<B561>", cites_patents),
            ("literature", "<B562>", cites_literature),
            ("applicants", "<B711>", |p| !p.applicants.is_empty()),
            ("inventors", "<B721>", |p| !p.inventors.is_empty()),
            ("proprietors", "<B731>", |p| !p.assignees.is_empty()),
            ("priorities", "<B310>", |p| !p.priorities.is_empty()),
            ("parents", "<B620EP>", |p| !p.related.is_empty()),
            ("pct", "<B871>", |p| p.pct.is_some()),
        ],
    );
}

#[test]
fn what_is_in_docdb_is_in_the_patent() {
    check_fields(
        "DOCDB",
        &["epo/docdb"],
        &[
            ("number", "doc-number=", |p| !p.number.kind.is_empty()),
            ("title", "invention-title ", |p| !p.title.is_empty()),
            ("abstract", "abstract lang", |p| !p.abstract_text.is_empty()),
            ("publication date", "date-publ=", |p| p.publication_date.is_some()),
            ("filing date", "application-reference ", |p| p.filing_date.is_some()),
            ("priority date", "priority-claim ", |p| p.priority_date.is_some()),
            ("ipc", "classification-ipcr ", |p| !p.ipc.is_empty()),
            ("cpc", "scheme=\"CPCI\"", |p| !p.cpc.is_empty()),
            ("citations", "<patcit ", cites_patents),
            ("literature", "<nplcit ", cites_literature),
            ("applicants", "applicant-name>", |p| !p.applicants.is_empty()),
            ("inventors", "inventor-name>", |p| !p.inventors.is_empty()),
            ("priorities", "priority-claim ", |p| !p.priorities.is_empty()),
            ("family", "family-id=", |p| p.family.is_some()),
            ("family members", "<family-member>", |p| !p.family_members.is_empty()),
        ],
    );
}

#[test]
fn what_is_in_marec_is_in_the_patent() {
    check_fields(
        "MAREC",
        &["marec"],
        &[
            ("number", "<patent-document ", |p| !p.number.serial.is_empty()),
            ("title", "<invention-title ", |p| !p.title.is_empty()),
            ("abstract", "<abstract", |p| !p.abstract_text.is_empty()),
            ("claims", "<claim-text", has_claims),
            ("description", "<description", |p| !p.description.is_empty()),
            ("publication date", "<publication-reference", |p| p.publication_date.is_some()),
            ("filing date", "<application-reference", |p| p.filing_date.is_some()),
            ("priority date", "<application-reference", |p| p.priority_date.is_some()),
            ("ipc", "<classification-ipcr", |p| !p.ipc.is_empty()),
            ("uspc", "<classification-national", |p| !p.uspc.is_empty()),
            ("citations", "<patcit ", cites_patents),
            ("literature", "<nplcit ", cites_literature),
            ("applicants", "<applicant ", |p| !p.applicants.is_empty()),
            ("inventors", "<inventor ", |p| !p.inventors.is_empty()),
            ("assignees", "<assignee ", |p| !p.assignees.is_empty()),
            ("priorities", "<priority-claim ", |p| !p.priorities.is_empty()),
            ("family", "family-id=", |p| p.family.is_some()),
        ],
    );
}

#[test]
fn what_is_in_the_data_sets_is_in_the_patent() {
    check_fields(
        "BigQuery",
        &["datasets/bigquery"],
        &[
            ("number", "ublication", |p| !p.number.kind.is_empty()),
            ("abstract", "\"abstract_en\":", |p| !p.abstract_text.is_empty()),
            ("abstract (CSV)", "\"Abstract\":", |p| !p.abstract_text.is_empty()),
            ("claims (CSV)", "\"Claim\":", has_claims),
            ("description (CSV)", "\"Description\":", |p| !p.description.is_empty()),
            ("citations", "\"Citations\": \"US", cites_patents),
            ("citations (lines)", "\"Citations\":\"US", cites_patents),
        ],
    );
    check_fields(
        "Lens",
        &["datasets/lens"],
        &[
            ("number", "\"displayKey\":", |p| !p.number.serial.is_empty()),
            ("number (CSV)", "\"Publication Number\":", |p| !p.number.serial.is_empty()),
            ("title", "\"title\":\"", |p| !p.title.is_empty()),
            ("title (CSV)", "\"Title\":\"", |p| !p.title.is_empty()),
            ("publication date", "\"publicationDate\":", |p| p.publication_date.is_some()),
            ("filing date", "\"filingDate\":", |p| p.filing_date.is_some()),
            ("filing date (CSV)", "\"Application Date\":\"", |p| p.filing_date.is_some()),
            ("priority date", "\"earliestPriorityDate\":", |p| p.priority_date.is_some()),
            ("cpc", "\"cpcClassifications\":[\"", |p| !p.cpc.is_empty()),
            ("cpc (CSV)", "\"CPC Classifications\":\"", |p| !p.cpc.is_empty()),
            ("ipc", "\"ipcrClassifications\":[\"", |p| !p.ipc.is_empty()),
            ("uspc", "\"usClassifications\":[\"", |p| !p.uspc.is_empty()),
            ("applicants", "\"applicants\":[\"", |p| !p.applicants.is_empty()),
            ("inventors (CSV)", "\"Inventors\":\"", |p| !p.inventors.is_empty()),
            ("owners", "\"owners\":[{", |p| !p.assignees.is_empty()),
            ("priorities", "\"priorityFilingKeysActive\":[\"", |p| !p.priorities.is_empty()),
            ("literature", "\"nplCitations\":[\"", cites_literature),
        ],
    );
    check_fields(
        "PatentsView",
        &["datasets/patentsview"],
        &[
            ("number", "\"patent_number\":", |p| !p.number.serial.is_empty()),
            ("title", "\"patent_title\":", |p| !p.title.is_empty()),
            ("title (tables)", "\"application_title\":", |p| !p.title.is_empty()),
            ("abstract", "\"patent_abstract\":\"", |p| !p.abstract_text.is_empty()),
            ("abstract (tables)", "\"application_abstract\":", |p| !p.abstract_text.is_empty()),
            ("publication date", "\"patent_date\":", |p| p.publication_date.is_some()),
            ("publication date (tables)", "\"published_date\":", |p| p.publication_date.is_some()),
            ("filing date", "\"app_date\":\"", |p| p.filing_date.is_some()),
            ("cpc", "\"cpc_subgroup_id\":\"", |p| !p.cpc.is_empty()),
            ("cpc (tables)", "\"cpc_group\":", |p| !p.cpc.is_empty()),
            ("citations", "\"cited_patent_number\":\"", cites_patents),
            ("assignees (tables)", "\"disambig_assignee_organization\":", |p| !p.assignees.is_empty()),
        ],
    );
    check_fields(
        "applications in JSON",
        &["datasets/json/patent-search-engine-v1__UTF-8patent_data_small.zip"],
        &[
            ("number", "\"doc_number\":", |p| !p.number.kind.is_empty()),
            ("title", "\"title\":", |p| !p.title.is_empty()),
            ("abstract", "\"abstract\": \"A", |p| !p.abstract_text.is_empty()),
            ("claims", "\"claims\": [\"", has_claims),
            ("classification", "\"classification\": \"", |p| !p.ipc.is_empty()),
        ],
    );
    check_fields(
        "grants in JSON",
        &["datasets/json/IP-patent-data-parsing__patent_grants.json"],
        &[
            ("number", "\"number\":", |p| p.number.serial.len() > 6),
            ("title", "\"patent_title\":", |p| !p.title.is_empty()),
            ("claims", "\"claims_text\": \"[1", has_claims),
            ("several claims", ".,2. ", |p| p.claims.len() > 1),
            ("inventors", "\"inventors\": \"[", |p| !p.inventors.is_empty()),
        ],
    );
}
