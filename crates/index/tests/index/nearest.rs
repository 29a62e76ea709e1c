//! Nearest passages: against a scan of everything, with and without filters.

use priorart_index::{
    IndexError, NearestOptions, PassageId, PatentId, PatentSet, Precision, Reader, Writer, WriterOptions,
};

use crate::support::{DIMENSION, TestIndex, add, number, patent, places, stamp, vector};

const EXACT: NearestOptions = NearestOptions { ef: None, exact: true };

/// Few enough candidates that a walk pays off where a filter lets half through.
const WALK: NearestOptions = NearestOptions { ef: Some(32), exact: false };

/// 5,000 patents of one passage each, in one segment, dimension 64.
fn large(precision: Precision) -> TestIndex {
    let index = TestIndex::new();
    let options = WriterOptions { keyword_memory: 30 << 20, precision, ..WriterOptions::default() };
    let mut writer = Writer::open_with(index.path(), options).unwrap();
    writer.set_model(&stamp(64)).unwrap();
    for i in 0..5_000 {
        writer.add(&patent(i), &places()[..1], Some(&[vector(i, 64)])).unwrap();
    }
    writer.commit().unwrap();
    index
}

fn hits(reader: &Reader, query: u32, filter: Option<&PatentSet>, options: NearestOptions) -> Vec<PassageId> {
    let hits = reader.nearest(&vector(query, 64), 10, filter, options).unwrap();
    assert!(hits.is_sorted_by(|a, b| a.1 >= b.1));
    hits.into_iter().map(|(id, _)| id).collect()
}

/// The nearest by plain f64 arithmetic on the vectors as they were given.
fn brute(query: u32, allowed: impl Fn(u32) -> bool) -> Vec<u32> {
    let unit = |seed| {
        let vector: Vec<f64> = vector(seed, 64).into_iter().map(f64::from).collect();
        let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
        vector.into_iter().map(|x| x / length).collect::<Vec<_>>()
    };
    let query = unit(query);
    let score = |i| query.iter().zip(unit(i)).map(|(a, b)| a * b).sum::<f64>();
    let mut scored: Vec<(f64, u32)> = (0..5_000).filter(|&i| allowed(i)).map(|i| (score(i), i)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(10).map(|(_, i)| i).collect()
}

#[test]
fn recall_is_that_of_a_scan_at_every_selectivity() {
    check_recall(Precision::F32);
    check_recall(Precision::F16);
    check_recall(Precision::Int8);
}

#[track_caller]
fn check_recall(precision: Precision) {
    let index = large(precision);
    let reader = index.reader();
    for every in [1, 2, 5, 10, 100, 1_000] {
        let allowed = |i: u32| i.is_multiple_of(every);
        let filter: PatentSet =
            (0..5_000).filter(|&i| allowed(i)).map(|ordinal| PatentId { segment: 0, ordinal }).collect();
        let filter = (every > 1).then_some(&filter);
        let (mut right, mut walked, mut exactly_right, mut total) = (0, 0, 0, 0);
        for query in (0..5_000).step_by(250) {
            let expected = brute(query, allowed);
            let count = |hits: Vec<PassageId>| {
                assert!(hits.iter().all(|id| allowed(id.ordinal)));
                assert_eq!(hits.len(), expected.len());
                hits.iter().filter(|id| expected.contains(&id.ordinal)).count()
            };
            right += count(hits(&reader, query, filter, NearestOptions::default()));
            walked += count(hits(&reader, query, filter, WALK));
            exactly_right += count(hits(&reader, query, filter, EXACT));
            total += expected.len();
        }
        assert!(right * 100 >= total * 98, "one in {every}: {right} of {total}");
        assert!(walked * 100 >= total * 95, "one in {every}, walked: {walked} of {total}");
        assert!(exactly_right * 100 >= total * 99, "one in {every}, exact: {exactly_right} of {total}");
    }
}

#[test]
fn there_are_never_fewer_hits_than_passages() {
    let index = large(Precision::default());
    let reader = index.reader();
    for k in [1, 100, 4_999, 5_000, 9_000] {
        let found = reader.nearest(&vector(1, 64), k, None, NearestOptions::default()).unwrap();
        assert_eq!(found.len(), k.min(5_000));
    }
    let none = PatentSet::new();
    assert!(hits(&reader, 1, Some(&none), NearestOptions::default()).is_empty());
}

#[test]
fn the_same_vectors_give_the_same_index() {
    let graph = |index: &TestIndex| fs_err::read(index.path().join("segments/1-0/graph-0")).unwrap();
    let twice = [large(Precision::default()), large(Precision::default())];
    assert!(graph(&twice[0]) == graph(&twice[1]));
}

#[test]
fn scores_are_cosines_and_vectors_come_back() {
    let index = TestIndex::with(50);
    let reader = index.reader();
    let query = vector(7, DIMENSION);
    let (passage, score) = reader.nearest(&query, 1, None, NearestOptions::default()).unwrap()[0];
    assert_eq!(passage, PassageId { segment: 0, ordinal: 7 });
    assert!((score - 1.0).abs() < 1e-3, "{score}");
    let length = query.iter().map(|x| x * x).sum::<f32>().sqrt();
    let back = reader.vector(passage).unwrap();
    assert!(back.iter().zip(&query).all(|(a, b)| (a - b / length).abs() < 1e-3));
    let (id, place) = reader.passage(passage).unwrap();
    assert_eq!((reader.number(id).unwrap(), place), (number(3).to_string().as_str(), places()[1]));
    assert_eq!(reader.passages_of(id), 6..8);
}

#[test]
fn hits_come_from_all_segments_and_not_from_the_replaced() {
    let index = TestIndex::with(30);
    let mut writer = index.writer();
    add(&mut writer, 20..40);
    writer.commit().unwrap();
    let reader = index.reader();
    let all = reader.nearest(&vector(0, DIMENSION), 500, None, NearestOptions::default()).unwrap();
    assert_eq!(all.len(), 80);
    assert!(all.iter().all(|(id, _)| id.segment == 1 || id.ordinal < 40));
    assert_eq!(all.iter().filter(|(id, _)| id.segment == 1).count(), 40);
}

#[test]
fn parts_searched_together_give_what_each_gives() {
    let index = large(Precision::default());
    let mut writer = Writer::open(index.path()).unwrap();
    for i in 5_000..10_500 {
        writer.add(&patent(i), &places()[..1], Some(&[vector(i, 64)])).unwrap();
    }
    writer.commit().unwrap();
    let reader = index.reader();
    let mut right = 0;
    for query in (0..10_000).step_by(500) {
        let found = hits(&reader, query, None, NearestOptions::default());
        let expected = hits(&reader, query, None, EXACT);
        right += found.iter().filter(|id| expected.contains(id)).count();
        assert_eq!(found[0], expected[0]);
    }
    assert!(right >= 196, "{right} of 200");
}

#[test]
fn a_query_that_cannot_be_compared_is_refused() {
    let index = TestIndex::with(3);
    let reader = index.reader();
    let ask = |query: &[f32]| reader.nearest(query, 1, None, NearestOptions::default());
    assert!(matches!(ask(&[1.0; 3]), Err(IndexError::Dimension { found: 3, expected: 16, .. })));
    assert!(matches!(ask(&[f32::NAN; 16]), Err(IndexError::NotFinite { .. })));
    assert!(matches!(ask(&[0.0; 16]), Err(IndexError::NotFinite { .. })));
}
