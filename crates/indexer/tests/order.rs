//! Documents are parsed on all cores, and indexed in the order of the dump.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use std::fmt::Write;
use std::sync::atomic::AtomicBool;

use priorart_index::{Reader, Writer};
use priorart_indexer::{Control, Embedding, EstimatedTokens, IndexOptions, Progress, index};

/// How often each of the numbers comes.
const TIMES: u64 = 400;
const NUMBERS: u64 = 5;

/// A document whose title counts up, of a number that comes again and again; a broken one behind every tenth.
fn dump() -> String {
    let mut dump = String::new();
    for i in 0..TIMES * NUMBERS {
        let number = 1_000_000 + i % NUMBERS;
        // Some are many times as long as others, and take as much longer to parse.
        let text = "A pan with a lid. ".repeat(1 + (i * 37 % 100) as usize);
        write!(
            dump,
            "<?xml version=\"1.0\"?>\n<patent-document country=\"EP\" doc-number=\"{number}\" kind=\"B1\">\
             <bibliographic-data><invention-title lang=\"EN\">Pan {i}</invention-title></bibliographic-data>\
             <claims lang=\"EN\"><claim num=\"1\"><claim-text>{text}</claim-text></claim></claims></patent-document>\n"
        )
        .unwrap();
        if i % 10 == 9 {
            writeln!(
                dump,
                "<?xml version=\"1.0\"?>\n<patent-document country=\"EP\"><claims></patent-document>"
            )
            .unwrap();
        }
    }
    dump
}

#[test]
fn the_last_of_each_number_wins_and_skips_are_reported_in_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("dump.xml");
    std::fs::write(&file, dump()).unwrap();
    let index_dir = dir.path().join("index");
    let writer = Writer::open(&index_dir).unwrap();
    let tokens = EstimatedTokens { limit: 510 };
    let control = Control { progress: &Progress::default(), stop: &AtomicBool::new(false) };
    // Little enough that documents wait for one another.
    let options = IndexOptions { documents: 300_000, ..IndexOptions::default() };
    let report =
        index(writer, std::slice::from_ref(&file), Embedding::Later(&tokens), options, control).unwrap();
    assert_eq!((report.indexed, report.replaced), (NUMBERS, TIMES * NUMBERS - NUMBERS));
    let records: Vec<u64> = report.skips.iter().map(|skip| skip.record).collect();
    assert_eq!(records, (1..=TIMES * NUMBERS / 10).map(|i| 11 * i).collect::<Vec<_>>());
    assert_eq!(control.progress.counts().done, file.metadata().unwrap().len());

    let reader = Reader::open(&index_dir).unwrap();
    for i in 0..NUMBERS {
        let number = format!("EP{}B1", 1_000_000 + i).parse().unwrap();
        let found = reader.find(&number).unwrap();
        assert_eq!(found.len(), 1);
        let last = (TIMES - 1) * NUMBERS + i;
        assert_eq!(reader.patent(found[0]).unwrap().title, format!("Pan {last}"));
    }
}
