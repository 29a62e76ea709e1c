//! Compaction: fewer segments, nothing lost, and readers that go on.

use std::ops::ControlFlow;

use priorart_index::{Compacted, Compaction, NearestOptions, PassageId, Reader, Writer};

use crate::support::{PASSAGES, TestIndex, add, files, found, number, patent, places, vector, vectors};

fn compact(writer: &mut Writer, compaction: Compaction) -> Compacted {
    writer.compact(compaction, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// An index of `commits` commits of five patents; each but the first replaces one of the commit before.
fn updated(commits: u32) -> TestIndex {
    let index = TestIndex::new();
    let mut writer = index.writer();
    for commit in 0..commits {
        add(&mut writer, (5 * commit).saturating_sub(1)..5 * commit + 5);
        writer.commit().unwrap();
    }
    index
}

/// Everything that can be asked about the first `count` patents, apart from their ids.
fn answers(reader: &Reader, count: u32) -> Vec<String> {
    let about = |i| {
        let id = reader.find(&number(i)).unwrap()[0];
        let passages = reader.passages_of(id).map(|ordinal| PassageId { segment: id.segment, ordinal });
        let passages: Vec<_> =
            passages.map(|id| (reader.passage(id).unwrap().1, reader.vector(id))).collect();
        let nearest = reader.nearest(&vector(i, 16), 5, None, NearestOptions::default()).unwrap();
        let near: Vec<_> = nearest
            .into_iter()
            .map(|(id, score)| (reader.patent(reader.passage(id).unwrap().0).unwrap().number, score))
            .collect();
        format!("{:?} {passages:?} {near:?}", reader.patent(id).unwrap())
    };
    (0..count).map(about).collect()
}

#[test]
fn what_can_be_asked_is_answered_alike_before_and_after_and_by_readers_of_before() {
    let index = updated(4);
    let mut writer = index.writer();
    let before = index.reader();
    let expected = answers(&before, 20);
    let report = compact(&mut writer, Compaction::All);
    let wanted = Compacted { merged: 4, made: 1, dropped: 3, generation: 5, interrupted: false };
    assert_eq!(report, wanted);
    let after = index.reader();
    assert_eq!(after.stats().unwrap().segments.len(), 1);
    assert_eq!(found(&after, 30), (0..20).collect::<Vec<_>>());
    assert_eq!(answers(&after, 20), expected);
    assert!(after.verify().unwrap().is_empty());
    assert_eq!((before.generation(), answers(&before, 20)), (4, expected));
}

#[test]
fn merges_of_merges_know_where_every_patent_went() {
    let index = TestIndex::new();
    let mut writer = index.writer();
    for round in 0..6 {
        add(&mut writer, 3 * round..3 * round + 5);
        writer.commit().unwrap();
        add(&mut writer, 3 * round + 1..3 * round + 3);
        compact(&mut writer, Compaction::All);
        let reader = index.reader();
        assert_eq!(reader.stats().unwrap().segments.len(), 1);
        assert_eq!(found(&reader, 40), (0..3 * round + 5).collect::<Vec<_>>());
        for i in 0..3 * round + 5 {
            let known = writer.digest_of(&number(i)).unwrap().unwrap();
            assert_eq!(vec![known.id], reader.find(&number(i)).unwrap());
            assert!(known.embedded);
        }
    }
    drop(writer);
    assert_eq!(index.writer().digest_of(&number(0)).unwrap().unwrap().digest, patent(0).digest());
}

#[test]
fn old_segments_are_gone_and_nothing_else() {
    let index = updated(3);
    let mut writer = index.writer();
    compact(&mut writer, Compaction::All);
    let segments = fs_err::read_dir(index.path().join("segments")).unwrap();
    let names: Vec<_> = segments.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["4-3"]);
    assert!(files(index.path()).iter().any(|path| path.ends_with("4-3/origins.tbl")));
}

#[test]
fn passages_without_vectors_stay_gaps_that_can_be_filled() {
    let index = updated(2);
    let mut writer = index.writer();
    for i in 10..13 {
        writer.add(&patent(i), &places(), None).unwrap();
    }
    writer.commit().unwrap();
    compact(&mut writer, Compaction::All);
    let gaps = writer.gaps().unwrap();
    assert_eq!(gaps.iter().map(|gap| gap.passages).collect::<Vec<_>>(), [3 * PASSAGES]);
    let rows: Vec<Vec<f32>> = (10..13).flat_map(vectors).collect();
    writer.add_vectors(gaps[0].segment, gaps[0].first_passage, &rows).unwrap();
    writer.commit().unwrap();
    let stats = index.reader().stats().unwrap();
    assert_eq!((stats.passages, stats.embedded, stats.segments[0].parts), (26, 26, 2));
    // Two parts where one would do are a reason to write a segment anew.
    compact(&mut writer, Compaction::Tiers(2));
    assert_eq!(index.reader().stats().unwrap().segments[0].parts, 1);
    assert_eq!(compact(&mut writer, Compaction::Tiers(2)).merged, 0);
}

#[test]
fn segments_of_which_nothing_is_left_vanish() {
    let index = TestIndex::with(3);
    let mut writer = index.writer();
    add(&mut writer, 0..3);
    writer.commit().unwrap();
    assert_eq!(compact(&mut writer, Compaction::Tiers(8)).made, 0);
    let stats = index.reader().stats().unwrap();
    assert_eq!((stats.segments.len(), stats.patents), (1, 3));
    assert_eq!(found(&index.reader(), 5), [0, 1, 2]);
}

#[test]
fn one_that_is_ended_leaves_everything_as_it_was() {
    let index = updated(3);
    let mut writer = index.writer();
    let mut seen = Vec::new();
    let report = writer
        .compact(Compaction::All, &mut |at| {
            seen.push((at.done, at.total));
            if at.done == 7 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert!(report.interrupted && report.merged == 0 && report.generation == 3, "{report:?}");
    assert_eq!(seen, (1..=7).map(|done| (done, 15)).collect::<Vec<_>>());
    assert!(!index.path().join("segments/4-3").exists());
    add(&mut writer, 15..18);
    assert_eq!(writer.commit().unwrap(), 4);
    assert_eq!(found(&index.reader(), 30), (0..18).collect::<Vec<_>>());
}

#[test]
fn damage_is_not_merged_but_named_and_the_writer_goes_on() {
    let index = updated(3);
    let path = index.path().join("segments/2-1/vectors-0.i8");
    let mut writer = index.writer();
    let mut bytes = fs_err::read(&path).unwrap();
    bytes[5] ^= 1;
    fs_err::write(&path, bytes).unwrap();
    let error = writer.compact(Compaction::All, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().contains("2-1/vectors-0.i8: damaged"), "{error}");
    add(&mut writer, 15..16);
    assert_eq!(writer.commit().unwrap(), 4);
    assert_eq!(found(&index.reader(), 30), (0..16).collect::<Vec<_>>());
}

#[test]
fn readers_open_while_segments_are_merged() {
    let index = updated(3);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (index, done) = (&index, &done);
        scope.spawn(move || {
            let mut writer = index.writer();
            for i in 15..30 {
                add(&mut writer, i..i + 1);
                compact(&mut writer, Compaction::All);
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            let reader = index.reader();
            let patents = found(&reader, 40);
            assert_eq!(patents, (0..patents.len() as u32).collect::<Vec<_>>());
            assert!(
                patents.len() >= 15 && reader.passages_of(reader.find(&number(14)).unwrap()[0]).len() == 2
            );
        }
    });
}
