//! Backups: one generation, whole, while the writer goes on.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use priorart_index::{Compaction, IndexError, Reader, backup, check, restore};

use crate::support::{TestIndex, add, files, found, number, open, patent};

/// Backs up and restores; gives back the place of the restored index.
fn check_both(index: &TestIndex, name: &str) -> std::path::PathBuf {
    let place = index
        .path()
        .parent()
        .unwrap()
        .join(format!("{}-{name}", index.path().file_name().unwrap().display()));
    let restored = place.with_extension("restored");
    let made = backup(index.path(), &place).unwrap();
    assert_eq!(restore(&place, &restored).unwrap(), made);
    fs_err::remove_file(&place).or_else(|_| fs_err::remove_dir_all(&place)).unwrap();
    restored
}

#[test]
fn what_is_restored_is_the_generation_that_was_backed_up() {
    for name in ["backup", "backup.tar"] {
        let index = TestIndex::with(20);
        let mut writer = index.writer();
        add(&mut writer, 18..30);
        writer.compact(Compaction::All, &mut |_| ControlFlow::Continue(())).unwrap();
        // A writer is at work and has not committed.
        add(&mut writer, 30..40);
        let restored = check_both(&index, name);
        assert_eq!(found(&Reader::open(&restored).unwrap(), 50), (0..30).collect::<Vec<_>>());
        assert!(check(&restored).unwrap().faults.is_empty());
        let mut second = open(&restored).unwrap();
        assert_eq!(second.digest_of(&number(7)).unwrap().unwrap().digest, patent(7).digest());
        add(&mut second, 25..50);
        second.commit().unwrap();
        second.close().unwrap();
        assert_eq!(found(&Reader::open(&restored).unwrap(), 50), (0..50).collect::<Vec<_>>());
        fs_err::remove_dir_all(restored).unwrap();
    }
}

#[test]
fn a_directory_that_is_a_backup_can_be_searched_as_it_is() {
    let index = TestIndex::with(5);
    let place = index.path().join("backup");
    backup(index.path(), &place).unwrap();
    assert_eq!(found(&Reader::open(&place).unwrap(), 9), [0, 1, 2, 3, 4]);
}

#[test]
fn backups_are_consistent_while_commits_and_merges_go_on() {
    let index = TestIndex::with(5);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (index, done) = (&index, &done);
        scope.spawn(move || {
            let mut writer = index.writer();
            for i in 5..25 {
                add(&mut writer, i..i + 1);
                writer.compact(Compaction::Tiers(2), &mut |_| ControlFlow::Continue(())).unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        let mut made = 0;
        while !done.load(Ordering::Relaxed) {
            let restored = check_both(index, &format!("{made}.tar"));
            let patents = found(&Reader::open(&restored).unwrap(), 30);
            assert_eq!(patents, (0..patents.len() as u32).collect::<Vec<_>>());
            assert!(patents.len() >= 5);
            fs_err::remove_dir_all(restored).unwrap();
            made += 1;
        }
    });
}

#[test]
fn damage_is_neither_backed_up_nor_restored() {
    let index = TestIndex::with(5);
    let (place, target) = (index.path().join("b.tar"), index.path().join("r"));
    backup(index.path(), &place).unwrap();
    let error = backup(index.path(), &place).unwrap_err();
    assert!(matches!(error, IndexError::Exists { .. }), "{error}");
    let whole = fs_err::read(&place).unwrap();
    for position in [whole.len() / 4, whole.len() / 2] {
        let mut bytes = whole.clone();
        bytes[position] ^= 1;
        fs_err::write(&place, bytes).unwrap();
        // The blanks between the files of an archive mean nothing.
        if let Err(error) = restore(&place, &target) {
            assert!(error.to_string().contains("b.tar"), "{error}");
            assert!(!target.exists());
        } else {
            fs_err::remove_dir_all(&target).unwrap();
        }
    }
    let records = files(index.path()).into_iter().find(|path| path.ends_with("patents.blk")).unwrap();
    let mut bytes = fs_err::read(&records).unwrap();
    bytes[30] ^= 1;
    fs_err::write(&records, bytes).unwrap();
    let error = backup(index.path(), &index.path().join("c")).unwrap_err().to_string();
    assert!(error.contains("patents.blk") && !index.path().join("c").exists(), "{error}");
}
