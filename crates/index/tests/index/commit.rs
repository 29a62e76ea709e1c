//! Commits, replacement, readers on their generation, one writer.

use priorart_index::{Added, DumpProgress, IndexError, Reader};

use crate::support::{TestIndex, add, found, number, open, patent, places, stamp, vectors};

#[test]
fn what_was_added_is_there_after_the_commit_and_not_before() {
    let index = TestIndex::new();
    let mut writer = index.writer();
    add(&mut writer, 0..3);
    assert_eq!((writer.pending(), index.reader().generation()), (3, 0));
    assert!(found(&index.reader(), 3).is_empty());
    assert_eq!((writer.commit().unwrap(), writer.pending()), (1, 0));
    let reader = index.reader();
    assert_eq!(found(&reader, 5), [0, 1, 2]);
    assert_eq!(reader.patent(reader.find(&number(1)).unwrap()[0]).unwrap(), patent(1));
    let stats = reader.stats().unwrap();
    assert_eq!((stats.patents, stats.passages, stats.embedded, stats.generation), (3, 6, 6, 1));
    assert!(stats.bytes > 0);
    assert_eq!(reader.model(), Some(&stamp(16)));
}

#[test]
fn a_commit_of_nothing_is_no_generation() {
    let index = TestIndex::with(2);
    let mut writer = index.writer();
    assert_eq!(writer.commit().unwrap(), 1);
}

#[test]
fn a_reader_keeps_its_generation() {
    let index = TestIndex::with(20);
    let before = index.reader();
    let mut writer = index.writer();
    for round in 0..3 {
        add(&mut writer, 10 * round..10 * round + 15);
        writer.commit().unwrap();
    }
    assert_eq!((before.generation(), found(&before, 40)), (1, (0..20).collect()));
    let after = index.reader();
    assert_eq!((after.generation(), found(&after, 40)), (4, (0..35).collect()));
}

#[test]
fn readers_open_while_commits_go_on() {
    let index = TestIndex::with(5);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (path, done) = (index.path(), &done);
        scope.spawn(move || {
            let mut writer = open(path).unwrap();
            for round in 1..15 {
                add(&mut writer, 5 * round..5 * round + 5);
                writer.commit().unwrap();
            }
            writer.close().unwrap();
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        let mut opened = 0;
        while !done.load(std::sync::atomic::Ordering::Relaxed) || opened == 0 {
            let reader = Reader::open(path).unwrap();
            let patents = reader.generation() as u32 * 5;
            assert_eq!(found(&reader, 80), (0..patents).collect::<Vec<_>>());
            opened += 1;
        }
    });
}

#[test]
fn the_same_number_replaces_committed_and_pending() {
    let index = TestIndex::with(3);
    let mut writer = index.writer();
    let mut newer = patent(1);
    newer.title = "Better apparatus".to_owned();
    assert_eq!(writer.add(&newer, &places(), None).unwrap(), Added::Replaced);
    newer.title = "Best apparatus".to_owned();
    assert_eq!(writer.add(&newer, &places()[..1], None).unwrap(), Added::Replaced);
    assert_eq!(writer.add(&patent(3), &places(), None).unwrap(), Added::New);
    assert_eq!(writer.pending(), 2);
    writer.commit().unwrap();
    let reader = index.reader();
    assert_eq!(found(&reader, 5), [0, 1, 2, 3]);
    assert_eq!(reader.patent(reader.find(&number(1)).unwrap()[0]).unwrap().title, "Best apparatus");
    let stats = reader.stats().unwrap();
    assert_eq!((stats.patents, stats.passages, stats.embedded), (4, 7, 4));
    assert_eq!(stats.segments.iter().map(|segment| segment.deleted).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn what_is_known_is_digest_passages_and_whether_embedded() {
    let index = TestIndex::with(2);
    let mut writer = index.writer();
    let known = writer.digest_of(&number(1)).unwrap().unwrap();
    assert_eq!((known.digest, known.passages, known.embedded), (patent(1).digest(), 2, true));
    writer.add(&patent(5), &places(), None).unwrap();
    let pending = writer.digest_of(&number(5)).unwrap().unwrap();
    assert_eq!((pending.digest, pending.passages, pending.embedded), (patent(5).digest(), 2, false));
    writer.add(&patent(6), &places(), Some(&vectors(6))).unwrap();
    assert!(writer.digest_of(&number(6)).unwrap().unwrap().embedded);
    assert_eq!(writer.digest_of(&number(9)).unwrap(), None);
    writer.commit().unwrap();
    drop(writer);
    let writer = index.writer();
    assert!(!writer.digest_of(&number(5)).unwrap().unwrap().embedded);
    assert!(writer.digest_of(&number(6)).unwrap().unwrap().embedded);
}

#[test]
fn the_second_writer_is_told_who_is_the_first() {
    let index = TestIndex::with(1);
    let writer = index.writer();
    let error = open(index.path()).unwrap_err();
    let pid = std::process::id().to_string();
    assert!(matches!(&error, IndexError::Locked { holder, .. } if *holder == pid), "{error}");
    drop(writer);
    open(index.path()).unwrap();
}

#[test]
fn a_dropped_writer_leaves_the_last_generation() {
    let index = TestIndex::with(4);
    let mut writer = index.writer();
    add(&mut writer, 2..9);
    drop(writer);
    assert_eq!(found(&index.reader(), 10), [0, 1, 2, 3]);
    let mut writer = index.writer();
    add(&mut writer, 4..6);
    assert_eq!(writer.commit().unwrap(), 2);
    assert_eq!(found(&index.reader(), 10), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn another_model_is_refused_by_both_names() {
    let index = TestIndex::with(1);
    let mut other = stamp(16);
    other.name = "other".to_owned();
    index.writer().set_model(&other).unwrap();
    other.sha256 = "fedcba9876543210".to_owned();
    let refused = |error: IndexError| {
        let text = error.to_string();
        assert!(text.contains("toy") && text.contains("other"), "{text}");
    };
    refused(index.writer().set_model(&other).unwrap_err());
    refused(index.reader().check_model(&other).unwrap_err());
}

#[test]
fn wrong_vectors_leave_the_writer_as_it_was() {
    let index = TestIndex::new();
    let mut writer = open(index.path()).unwrap();
    assert!(matches!(writer.add(&patent(0), &places(), Some(&vectors(0))), Err(IndexError::NoModel)));
    writer.set_model(&stamp(16)).unwrap();
    let mut wrong = vectors(0);
    wrong[1][3] = f32::NAN;
    assert!(matches!(
        writer.add(&patent(0), &places(), Some(&wrong)),
        Err(IndexError::NotFinite { position: 1 })
    ));
    wrong[1].pop();
    assert!(matches!(writer.add(&patent(0), &places(), Some(&wrong)), Err(IndexError::Dimension { .. })));
    wrong.pop();
    let error = writer.add(&patent(0), &places(), Some(&wrong)).unwrap_err().to_string();
    assert!(error.contains("US7000000B2: 1 vectors for 2 passages"), "{error}");
    add(&mut writer, 0..1);
    writer.commit().unwrap();
    assert_eq!(index.reader().stats().unwrap().embedded, 2);
}

#[test]
fn dumps_are_noted_with_the_commit() {
    let index = TestIndex::with(1);
    let dump = DumpProgress { name: "ipg.zip".to_owned(), bytes: 7, records: 3, complete: true };
    let mut writer = index.writer();
    writer.record_dump(dump.clone());
    drop(writer);
    assert!(index.writer().dumps().unwrap().is_empty());
    let mut writer = index.writer();
    writer.record_dump(dump.clone());
    assert_eq!(writer.commit().unwrap(), 1);
    drop(writer);
    assert_eq!(index.writer().dumps().unwrap(), [dump]);
}

#[test]
fn a_directory_without_an_index_is_named() {
    let index = TestIndex::new();
    let error = Reader::open(index.path()).unwrap_err().to_string();
    assert!(error.contains(index.path().to_str().unwrap()) && error.contains("no index here"), "{error}");
}
