//! Crashes, played by copying the directory while a writer is at work: what lies there is what a kill at
//! that moment leaves.

use crate::support::{TestIndex, add, files, found, open};

/// The copy holds a committed state, whole; the next writer opens it, adds and commits.
fn check(copy: &TestIndex, before: u32, after: u32) {
    let reader = copy.reader();
    let patents = found(&reader, 200);
    let expected = [before, after].map(|count| (0..count).collect::<Vec<_>>());
    assert!(expected.contains(&patents), "{patents:?}");
    let generation = reader.generation();
    assert!(reader.verify().unwrap().is_empty());
    drop(reader);
    let mut writer = copy.writer();
    assert_eq!(writer.generation(), generation);
    add(&mut writer, 0..after);
    writer.commit().unwrap();
    writer.close().unwrap();
    let reader = copy.reader();
    assert_eq!(found(&reader, 200), (0..after).collect::<Vec<_>>());
    assert_eq!(reader.stats().unwrap().patents, u64::from(after));
    assert!(reader.verify().unwrap().is_empty());
}

#[test]
fn a_crash_before_the_commit_leaves_the_generation_before() {
    let index = TestIndex::with(5);
    let mut writer = index.writer();
    add(&mut writer, 3..20);
    check(&index.copy(), 5, 20);
}

#[test]
fn a_crash_at_the_last_moment_before_the_commit_leaves_the_generation_before() {
    let index = TestIndex::with(5);
    let before = index.copy();
    let mut writer = index.writer();
    add(&mut writer, 3..20);
    writer.commit().unwrap();
    writer.close().unwrap();
    // Everything of generation 2 is there but tantivy's commit.
    let torn = index.copy();
    fs_err::remove_dir_all(torn.path().join("keyword")).unwrap();
    crate::support::copy_dir(&before.path().join("keyword"), &torn.path().join("keyword"));
    fs_err::copy(before.path().join("manifest-1.json"), torn.path().join("manifest-1.json")).unwrap();
    check(&torn, 5, 20);
    let strays = files(torn.path()).into_iter().filter(|path| path.ends_with("manifest-1.json")).count();
    assert_eq!(strays, 0);
}

#[test]
fn a_crash_anywhere_in_a_commit_leaves_one_generation_or_the_other() {
    let index = TestIndex::with(5);
    let mut copies = Vec::new();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (path, done) = (index.path(), &done);
        scope.spawn(move || {
            let mut writer = open(path).unwrap();
            add(&mut writer, 3..60);
            writer.commit().unwrap();
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        while !done.load(std::sync::atomic::Ordering::Relaxed) && copies.len() < 40 {
            // A copy of a directory that changes may itself fail on a file that goes away: then try again.
            if let Ok(copy) = std::panic::catch_unwind(|| index.copy()) {
                copies.push(copy);
            }
        }
    });
    assert!(!copies.is_empty());
    // A copy takes its files one after the other, so it may mix moments that no crash mixes; those whose
    // keyword index names a manifest that was not yet there, or no longer, are refused, not misread.
    let mut whole = 0;
    for copy in &copies {
        if priorart_index::Reader::open(copy.path())
            .is_ok_and(|reader| reader.verify().is_ok_and(|d| d.is_empty()))
        {
            check(copy, 5, 60);
            whole += 1;
        }
    }
    assert!(whole > 0, "none of {} copies was whole", copies.len());
}

#[test]
fn what_was_left_unfinished_is_removed() {
    let index = TestIndex::with(5);
    let mut writer = index.writer();
    add(&mut writer, 5..9);
    let copy = index.copy();
    drop(writer);
    assert!(copy.path().join("segments/2-1").exists());
    fs_err::write(copy.path().join("manifest-2.json"), b"{").unwrap();
    fs_err::write(copy.path().join("segments/1-0/vectors-9.f16"), b"?").unwrap();
    drop(copy.writer());
    for stray in ["segments/2-1", "manifest-2.json", "segments/1-0/vectors-9.f16"] {
        assert!(!copy.path().join(stray).exists(), "{stray}");
    }
    assert_eq!(found(&copy.reader(), 10), [0, 1, 2, 3, 4]);
}
