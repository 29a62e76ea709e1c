//! Filling in vectors later.

use priorart_index::{Gap, IndexError, NearestOptions, Writer};

use crate::support::{DIMENSION, PASSAGES, TestIndex, add, number, patent, places, vector};

fn gap(segment: u32, first_passage: u32, passages: u32) -> Gap {
    Gap { segment, first_passage, passages }
}

fn without_vectors(count: u32) -> TestIndex {
    let index = TestIndex::new();
    let mut writer = index.writer();
    for i in 0..count {
        writer.add(&patent(i), &places(), None).unwrap();
    }
    writer.commit().unwrap();
    index
}

fn fill(writer: &mut Writer, gap: Gap) {
    let vectors: Vec<_> =
        (gap.first_passage..gap.first_passage + gap.passages).map(|i| vector(i, DIMENSION)).collect();
    writer.add_vectors(gap.segment, gap.first_passage, &vectors).unwrap();
}

#[test]
fn gaps_are_filled_in_pieces_and_across_commits() {
    let index = without_vectors(10);
    let mut writer = index.writer();
    assert_eq!(writer.gaps().unwrap(), [gap(0, 0, 20)]);
    fill(&mut writer, gap(0, 0, 3));
    fill(&mut writer, gap(0, 3, 4));
    assert_eq!(writer.gaps().unwrap(), [gap(0, 7, 13)]);
    assert!(writer.digest_of(&number(0)).unwrap().unwrap().embedded);
    assert!(!writer.digest_of(&number(3)).unwrap().unwrap().embedded);
    assert_eq!(index.reader().stats().unwrap().embedded, 0);
    assert_eq!(writer.commit().unwrap(), 2);
    let stats = index.reader().stats().unwrap();
    assert_eq!((stats.embedded, stats.segments[0].parts), (7, 1));
    fill(&mut writer, gap(0, 15, 5));
    fill(&mut writer, gap(0, 7, 2));
    writer.commit().unwrap();
    drop(writer);
    let mut writer = index.writer();
    assert_eq!(writer.gaps().unwrap(), [gap(0, 9, 6)]);
    fill(&mut writer, gap(0, 9, 6));
    writer.commit().unwrap();
    assert!(writer.gaps().unwrap().is_empty());
    let reader = index.reader();
    assert_eq!(reader.stats().unwrap().embedded, 20);
    for passage in 0..20 {
        let hits = reader.nearest(&vector(passage, DIMENSION), 1, None, NearestOptions::default()).unwrap();
        assert_eq!(hits[0].0.ordinal, passage);
    }
    assert!(reader.verify().unwrap().is_empty());
}

#[test]
fn what_is_no_gap_is_refused() {
    let index = without_vectors(2);
    let mut writer = index.writer();
    fill(&mut writer, gap(0, 0, 2));
    let one = [vector(0, DIMENSION)];
    assert!(matches!(writer.add_vectors(0, 1, &one), Err(IndexError::NotAGap { first: 1, end: 2, .. })));
    assert!(matches!(writer.add_vectors(0, 4, &one), Err(IndexError::NotAGap { .. })));
    assert!(matches!(writer.add_vectors(3, 0, &one), Err(IndexError::NoSuch { what: "segment", .. })));
    fill(&mut writer, gap(0, 2, 2));
    writer.commit().unwrap();
}

#[test]
fn the_texts_of_a_gap_can_be_made() {
    let index = without_vectors(3);
    let places = index.writer().gap_places(0, 1, 4).unwrap();
    let numbers: Vec<_> =
        places.iter().map(|(patent, place)| (patent.number.clone(), place.number)).collect();
    assert_eq!(numbers, [(number(0), 1), (number(1), 0), (number(1), 1), (number(2), 0)]);
    assert!(index.writer().gap_places(0, 5, 2).unwrap_err().to_string().contains("no passage 6"));
}

#[test]
fn replaced_patents_at_the_ends_of_a_gap_are_left_out() {
    let index = without_vectors(6);
    let mut writer = index.writer();
    add(&mut writer, 0..1);
    add(&mut writer, 3..4);
    add(&mut writer, 5..6);
    writer.commit().unwrap();
    assert_eq!(writer.gaps().unwrap(), [gap(0, PASSAGES, 4 * PASSAGES)]);
    let filling = writer.gaps().unwrap()[0];
    fill(&mut writer, filling);
    writer.commit().unwrap();
    let stats = index.reader().stats().unwrap();
    assert_eq!((stats.passages, stats.embedded), (12, 12));
    add(&mut writer, 0..6);
    writer.commit().unwrap();
    assert!(writer.gaps().unwrap().is_empty());
}

#[test]
fn patents_with_and_without_vectors_share_a_segment() {
    let index = TestIndex::new();
    let mut writer = index.writer();
    add(&mut writer, 0..2);
    writer.add(&patent(2), &places(), None).unwrap();
    add(&mut writer, 3..5);
    writer.commit().unwrap();
    assert_eq!(writer.gaps().unwrap(), [gap(0, 4, 2)]);
    assert_eq!(index.reader().stats().unwrap().segments[0].parts, 2);
}
