//! Checking and mending: every damaged file is named, what can be saved is saved, what is lost is listed.

use std::ops::ControlFlow;
use std::path::Path;

use priorart_index::{Compaction, IndexError, NearestOptions, Repaired, WriterOptions, check, repair};

use crate::support::{PASSAGES, TestIndex, add, files, found, number, patent, vector, vectors};

const PATENTS: u32 = 60;

fn options() -> WriterOptions {
    WriterOptions { keyword_memory: 30 << 20, ..WriterOptions::default() }
}

fn mend(index: &TestIndex) -> Repaired {
    repair(index.path(), options()).unwrap()
}

/// A merged segment and one beside it that replaces patents of it.
fn index() -> TestIndex {
    let index = TestIndex::with(30);
    let mut writer = index.writer();
    add(&mut writer, 28..50);
    writer.compact(Compaction::All, &mut |_| ControlFlow::Continue(())).unwrap();
    add(&mut writer, 48..PATENTS);
    writer.commit().unwrap();
    writer.close().unwrap();
    index
}

type Damage = (&'static str, fn(&Path, &[u8]));

const DAMAGES: [Damage; 3] = [
    ("flipped", |path, whole| {
        let mut bytes = whole.to_vec();
        bytes[whole.len() / 2] ^= 0x40;
        fs_err::write(path, bytes).unwrap();
    }),
    ("cut", |path, whole| fs_err::write(path, &whole[..whole.len() / 2]).unwrap()),
    ("removed", |path, _| fs_err::remove_file(path).unwrap()),
];

/// Everything that is not lost is found as before.
fn check_whole(index: &TestIndex, repaired: &Repaired, what: &str) {
    let again = check(index.path()).unwrap();
    assert!(again.faults.is_empty() && again.catalogue, "{what}: {again:?}");
    let reader = index.reader();
    let kept: Vec<u32> = (0..PATENTS).filter(|&i| !repaired.lost.contains(&number(i).to_string())).collect();
    assert_eq!(found(&reader, PATENTS + 5), kept, "{what}");
    assert_eq!(reader.stats().unwrap().patents, kept.len() as u64, "{what}");
    for i in kept {
        let id = reader.find(&number(i)).unwrap()[0];
        assert_eq!(reader.patent(id).unwrap(), patent(i), "{what}");
    }
    let writer = index.writer();
    for i in 0..PATENTS {
        let known = writer.digest_of(&number(i)).unwrap();
        assert_eq!(known.is_none(), repaired.lost.contains(&number(i).to_string()), "{what}");
    }
}

#[test]
fn every_damaged_file_is_named_and_mended() {
    let whole = index();
    let sound = check(whole.path()).unwrap();
    assert!(sound.faults.is_empty() && sound.catalogue && sound.generation == 4, "{sound:?}");
    let mut mended = 0;
    for path in files(whole.path()) {
        let name = path.strip_prefix(whole.path()).unwrap().to_str().unwrap().to_owned();
        let bytes = fs_err::read(&path).unwrap();
        if name.ends_with("LOCK")
            || path.extension().is_some_and(|extension| extension == "lock")
            || name.starts_with("manifest")
            || bytes.is_empty()
        {
            continue;
        }
        // Of the other files one damage each: they are all made again in the same way.
        let damages =
            if name.starts_with("segments") { &DAMAGES[..] } else { &DAMAGES[name.len() % 3..][..1] };
        for (how, damage) in damages {
            let index = whole.copy();
            damage(&index.path().join(&name), &bytes);
            let what = format!("{name} {how}");
            let faults = check(index.path()).unwrap().faults;
            // sled and tantivy have bytes that mean nothing, and a list of files that may be missing.
            let is_harmless = faults.is_empty()
                && ["catalogue/", "keyword/meta", "keyword/."].iter().any(|dir| name.starts_with(dir));
            let is_named = faults.iter().any(|fault| {
                let file = fault.file.strip_prefix(index.path()).unwrap();
                Path::new(&name).starts_with(file)
            });
            assert!(is_named || is_harmless, "{what}: {faults:?}");
            let repaired = mend(&index);
            assert!(repaired.faults.iter().all(|fault| fault.mended.is_some()), "{what}: {repaired:?}");
            assert_eq!(repaired.generation, if is_harmless { 4 } else { 5 }, "{what}");
            assert!(*how != "flipped" || repaired.lost.len() <= 1, "{what}: {:?}", repaired.lost);
            assert!(name.ends_with("patents.blk") || repaired.lost.is_empty(), "{what}: {:?}", repaired.lost);
            check_whole(&index, &repaired, &what);
            mended += u32::from(!is_harmless);
        }
    }
    assert!(mended >= 25, "{mended}");
}

#[test]
fn a_damaged_graph_is_built_again() {
    let index = TestIndex::with(2_600);
    let graph = index.path().join("segments/1-0/graph-0");
    let mut bytes = fs_err::read(&graph).unwrap();
    let before = index.reader().nearest(&vector(9, 16), 20, None, NearestOptions::default()).unwrap();
    bytes[1_000] ^= 1;
    fs_err::write(&graph, bytes).unwrap();
    let repaired = mend(&index);
    assert_eq!(repaired.faults.len(), 1, "{repaired:?}");
    assert!(repaired.faults[0].mended.as_ref().unwrap().contains("built again"), "{repaired:?}");
    assert!(!graph.exists() && index.path().join("segments/1-0/graph-1").exists());
    let after = index.reader().nearest(&vector(9, 16), 20, None, NearestOptions::default()).unwrap();
    assert_eq!(after, before);
}

#[test]
fn damaged_vectors_leave_a_gap_that_embed_fills() {
    let index = index();
    let path = index.path().join("segments/4-3/vectors-0.i8");
    fs_err::write(&path, b"?").unwrap();
    let repaired = mend(&index);
    assert!(repaired.faults[0].mended.as_ref().unwrap().contains("priorart embed"), "{repaired:?}");
    let mut writer = index.writer();
    let gap = writer.gaps().unwrap()[0];
    assert_eq!(gap.passages, 12 * PASSAGES);
    let rows: Vec<Vec<f32>> = (48..PATENTS).flat_map(vectors).collect();
    writer.add_vectors(gap.segment, gap.first_passage, &rows).unwrap();
    writer.commit().unwrap();
    assert!(writer.gaps().unwrap().is_empty());
}

#[test]
fn several_faults_are_mended_at_once() {
    let index = index();
    for name in ["segments/3-2/patents.blk", "segments/3-2/origins.tbl", "keyword/meta.json"] {
        let path = index.path().join(name);
        let whole = fs_err::read(&path).unwrap();
        fs_err::write(&path, &whole[..whole.len() / 2]).unwrap();
    }
    fs_err::remove_dir_all(index.path().join("catalogue")).unwrap();
    let repaired = mend(&index);
    assert!(repaired.faults.len() >= 4 && repaired.faults.iter().all(|fault| fault.mended.is_some()));
    assert!(!repaired.lost.is_empty() && repaired.lost[0].contains("unknown number"), "{repaired:?}");
    assert!(check(index.path()).unwrap().faults.is_empty());
    let kept = 50 - 2 - repaired.lost.len() + 12;
    assert_eq!(found(&index.reader(), PATENTS).len(), kept);
    // What was lost comes back with its dump.
    let mut writer = index.writer();
    add(&mut writer, 0..PATENTS);
    writer.commit().unwrap();
    writer.close().unwrap();
    assert_eq!(found(&index.reader(), PATENTS + 5), (0..PATENTS).collect::<Vec<_>>());
}

#[test]
fn a_damaged_manifest_is_named_and_nothing_is_touched() {
    let index = index();
    let path = index.path().join("manifest-4.json");
    fs_err::write(&path, b"{").unwrap();
    let checked = check(index.path()).unwrap();
    assert_eq!((checked.faults.len(), &checked.faults[0].file), (1, &path));
    let before = files(index.path());
    let error = repair(index.path(), options()).unwrap_err();
    assert!(error.to_string().contains("manifest-4.json: damaged"), "{error}");
    assert_eq!(files(index.path()), before);
}

#[test]
fn beside_a_writer_all_but_the_catalogue_is_checked_and_nothing_is_mended() {
    let index = index();
    let writer = index.writer();
    let checked = check(index.path()).unwrap();
    assert!(checked.faults.is_empty() && !checked.catalogue);
    assert!(matches!(repair(index.path(), options()), Err(IndexError::Locked { .. })));
    drop(writer);
    assert!(matches!(
        check(&index.path().join("none")),
        Err(IndexError::Missing { .. } | IndexError::Io { .. })
    ));
}
