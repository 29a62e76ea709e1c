//! Files that were cut or altered: refused or found, by name, and never a panic.

use priorart_index::{IndexError, NearestOptions, Reader};

use crate::support::{TestIndex, add, files, found, number, open, patent, vector};

/// Large enough for a graph.
fn index() -> TestIndex {
    let index = TestIndex::with(2_600);
    let mut writer = index.writer();
    add(&mut writer, 2_599..2_605);
    writer.commit().unwrap();
    index
}

/// Opening and reading everything; what is wrong, if anything is.
fn damage(index: &TestIndex) -> Vec<String> {
    let text = |error: IndexError| error.to_string();
    match Reader::open(index.path()) {
        Err(error) => vec![text(error)],
        Ok(reader) => match reader.verify() {
            Err(error) => vec![text(error)],
            Ok(damage) => damage.into_iter().map(text).collect(),
        },
    }
}

#[test]
fn every_damaged_file_is_named() {
    let index = index();
    assert_eq!(damage(&index), [] as [String; 0]);
    let mut seen = 0;
    for path in files(index.path()) {
        let name = path.strip_prefix(index.path()).unwrap().to_str().unwrap().to_owned();
        let whole = fs_err::read(&path).unwrap();
        // The catalogue and the locks are not a reader's; tantivy lists its own files without a checksum.
        if name.starts_with("catalogue")
            || name.contains("LOCK")
            || name.contains("lock")
            || name.contains(".managed")
        {
            continue;
        }
        for position in [0, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
            let mut flipped = whole.clone();
            flipped[position] ^= 0x20;
            for (how, bytes) in [("flip", flipped.as_slice()), ("cut", &whole[..position])] {
                fs_err::write(&path, bytes).unwrap();
                let damage = damage(&index);
                // Some of tantivy's meta file can change without a change of meaning: blanks, opstamps.
                let is_harmless = name == "keyword/meta.json" && damage.is_empty() && {
                    found(&index.reader(), 2_605).len() == 2_605
                };
                let stem = name.rsplit('/').next().unwrap().split('.').next().unwrap();
                let is_named = damage.iter().any(|error| error.contains(stem));
                assert!(is_named || is_harmless, "{how} at {position} of {name}: {damage:?}");
                seen += 1;
            }
        }
        fs_err::write(&path, whole).unwrap();
    }
    assert!(seen >= 100, "{seen}");
    assert_eq!(damage(&index), [] as [String; 0]);
}

#[test]
fn searches_on_damaged_files_do_not_panic() {
    let index = index();
    let segment = index.path().join("segments/1-0");
    for name in ["graph-0", "vectors-0.f16", "passages.tbl", "patents.blk"] {
        let path = segment.join(name);
        let whole = fs_err::read(&path).unwrap();
        for position in (0..whole.len()).step_by(whole.len() / 20) {
            let mut flipped = whole.clone();
            flipped[position] ^= 0xFF;
            fs_err::write(&path, flipped).unwrap();
            let Ok(reader) = Reader::open(index.path()) else {
                continue;
            };
            let hits = reader.nearest(&vector(9, 16), 20, None, NearestOptions::default()).unwrap();
            for (passage, _) in hits {
                if let Ok((id, _)) = reader.passage(passage) {
                    let _ = (reader.patent(id), reader.number(id), reader.passages_of(id));
                }
            }
        }
        fs_err::write(&path, whole).unwrap();
    }
}

#[test]
fn a_damaged_record_is_refused_and_the_others_are_read() {
    let index = TestIndex::with(3);
    let path = index.path().join("segments/1-0/patents.blk");
    let mut bytes = fs_err::read(&path).unwrap();
    bytes[20] ^= 1;
    fs_err::write(&path, bytes).unwrap();
    let reader = index.reader();
    let read = |i| reader.patent(reader.find(&number(i)).unwrap()[0]);
    let error = read(0).unwrap_err().to_string();
    assert!(error.contains("patents.blk") && error.contains("record 0"), "{error}");
    assert_eq!(read(1).unwrap(), patent(1));
}

#[test]
fn a_lost_or_torn_catalogue_is_rebuilt() {
    let check = |tear: &dyn Fn(&std::path::Path)| {
        let index = TestIndex::with(40);
        tear(&index.path().join("catalogue"));
        let mut writer = index.writer();
        for i in 0..40 {
            assert_eq!(writer.digest_of(&number(i)).unwrap().unwrap().digest, patent(i).digest());
        }
        add(&mut writer, 39..41);
        writer.commit().unwrap();
        assert_eq!(found(&index.reader(), 50), (0..41).collect::<Vec<_>>());
    };
    check(&|catalogue| fs_err::remove_dir_all(catalogue).unwrap());
    check(&|catalogue| fs_err::write(catalogue.join("db"), b"torn").unwrap());
    check(&|catalogue| {
        let db = catalogue.join("db");
        let whole = fs_err::read(&db).unwrap();
        fs_err::write(&db, &whole[..whole.len() / 2]).unwrap();
    });
    check(&|catalogue| {
        for file in files(catalogue) {
            if file.file_name().unwrap().to_str().unwrap().starts_with("snap.") {
                fs_err::write(file, b"torn").unwrap();
            }
        }
        fs_err::write(catalogue.join("snap.00000000000000FF"), b"torn").unwrap();
    });
}

#[test]
fn a_missing_meta_file_does_not_cost_the_segments() {
    let index = TestIndex::with(3);
    let meta = index.path().join("keyword/meta.json");
    let whole = fs_err::read(&meta).unwrap();
    fs_err::remove_file(&meta).unwrap();
    let error = open(index.path()).unwrap_err().to_string();
    assert!(error.contains("meta.json") && error.contains("missing"), "{error}");
    fs_err::write(&meta, whole).unwrap();
    drop(open(index.path()).unwrap());
    assert_eq!(found(&index.reader(), 3), [0, 1, 2]);
}
