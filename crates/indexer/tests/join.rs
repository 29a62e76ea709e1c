//! Bibliographic records are joined with the texts of the same publication.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use priorart_corpus::Patent;
use priorart_index::{Reader, Writer};
use priorart_indexer::{Control, Embedding, EstimatedTokens, IndexOptions, Progress, Report, index};

const TEXT: &str = "<patent-document country=\"EP\" doc-number=\"1000000\" kind=\"B1\" date=\"20000102\"><bibliographic-data>\
    <invention-title lang=\"EN\">Pan</invention-title></bibliographic-data><claims lang=\"EN\"><claim num=\"1\">\
    <claim-text>A pan with a lid.</claim-text></claim></claims></patent-document>";

const DOCDB: &str = "<exch:exchange-documents xmlns:exch=\"http://www.epo.org/exchange\"><exch:exchange-document \
    country=\"EP\" doc-number=\"1000000\" kind=\"B1\" family-id=\"77\"><exch:bibliographic-data>\
    <exch:invention-title lang=\"en\">PAN</exch:invention-title></exch:bibliographic-data><exch:abstract lang=\"en\">\
    <exch:p>A pan.</exch:p></exch:abstract></exch:exchange-document><exch:exchange-document country=\"EP\" \
    doc-number=\"1000001\" kind=\"A1\" family-id=\"78\"/></exch:exchange-documents>";

fn run(index_dir: &Path, dumps: &[PathBuf]) -> Report {
    let writer = Writer::open(index_dir).unwrap();
    let tokens = EstimatedTokens { limit: 510 };
    let control = Control { progress: &Progress::default(), stop: &AtomicBool::new(false) };
    index(writer, dumps, Embedding::Later(&tokens), IndexOptions::default(), control).unwrap()
}

fn indexed(index_dir: &Path, number: &str) -> Patent {
    let reader = Reader::open(index_dir).unwrap();
    let found = reader.find(&number.parse().unwrap()).unwrap();
    assert_eq!(found.len(), 1);
    reader.patent(found[0]).unwrap()
}

/// Indexes the two files in that order, each run a list of them, and then both again.
#[track_caller]
fn check(runs: &[&[&str]]) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("text.xml"), TEXT).unwrap();
    std::fs::write(dir.path().join("docdb.xml"), DOCDB).unwrap();
    let dumps = |names: &[&str]| names.iter().map(|name| dir.path().join(name)).collect::<Vec<_>>();
    let index_dir = dir.path().join("index");
    for names in runs {
        run(&index_dir, &dumps(names));
    }
    let patent = indexed(&index_dir, "EP1000000B1");
    assert_eq!((patent.title.as_str(), patent.abstract_text.as_str()), ("Pan", "A pan."));
    assert_eq!((patent.claims.len(), patent.family.as_deref()), (1, Some("77")));
    assert!(patent.source.file.ends_with("text.xml"));
    assert!(patent.supplement.unwrap().file.ends_with("docdb.xml"));
    assert_eq!(indexed(&index_dir, "EP1000001A1").family.as_deref(), Some("78"));
    let again = run(&index_dir, &dumps(&["text.xml", "docdb.xml"]));
    assert_eq!((again.read, again.unchanged), (3, 3));
}

#[test]
fn in_two_runs() {
    check(&[&["text.xml"], &["docdb.xml"]]);
    check(&[&["docdb.xml"], &["text.xml"]]);
}

#[test]
fn in_one_run() {
    check(&[&["text.xml", "docdb.xml"]]);
    check(&[&["docdb.xml", "text.xml"]]);
}

#[test]
fn whatever_is_read_again_in_between() {
    check(&[&["text.xml", "docdb.xml", "text.xml", "text.xml", "docdb.xml"]]);
}

#[test]
fn of_two_texts_the_later_wins_however_often_both_are_read() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("first.xml"), TEXT).unwrap();
    std::fs::write(dir.path().join("second.xml"), TEXT.replace("Pan", "Pot")).unwrap();
    let dumps = ["first.xml", "second.xml"].map(|name| dir.path().join(name));
    for _ in 0..3 {
        run(&dir.path().join("index"), &dumps);
        assert_eq!(indexed(&dir.path().join("index"), "EP1000000B1").title, "Pot");
    }
}

#[test]
fn of_a_publication_that_is_twice_in_a_file_the_later_wins() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("twice.xml");
    let declared = |text: &str| format!("<?xml version=\"1.0\"?>\n{text}\n");
    std::fs::write(&dump, [declared(TEXT), declared(&TEXT.replace("Pan", "Pot"))].concat()).unwrap();
    let report = run(&dir.path().join("index"), &[dump]);
    assert_eq!((report.read, report.indexed, report.replaced), (2, 1, 1));
    assert_eq!(indexed(&dir.path().join("index"), "EP1000000B1").title, "Pot");
}
