//! Made-up patents: all of one is told by its place in the series and its version.

use priorart_corpus::{Claim, Paragraph, PassageKind, Patent, PatentNumber, Place};
use priorart_index::ModelStamp;

/// Length of the vectors.
const DIMENSION: u32 = 8;

/// The patent that has enough passages for a graph.
pub(crate) const LONG: u32 = 77;
const LONG_PASSAGES: u32 = 5_000;

pub(crate) fn stamp() -> ModelStamp {
    ModelStamp {
        name: "toy".to_owned(),
        sha256: "0123456789abcdef".to_owned(),
        dimension: DIMENSION,
        pooling: "mean".to_owned(),
        max_tokens: 8,
    }
}

pub(crate) fn number(i: u32) -> PatentNumber {
    PatentNumber::new("US", &(7_000_000 + i).to_string(), "B2")
}

/// Which patent has a number.
pub(crate) fn index_of(number: &PatentNumber) -> u32 {
    number.serial.parse::<u32>().unwrap() - 7_000_000
}

/// Which version of itself a patent is.
pub(crate) fn version_of(patent: &Patent) -> u32 {
    patent.title.rsplit(' ').next().unwrap().parse().unwrap()
}

pub(crate) fn patent(i: u32, version: u32) -> Patent {
    let claim = format!("1. An apparatus comprising a scale and a chute{i}.");
    let embodiments = Noise::new(i.into()).take(20).map(|word| format!("{:x}", word >> 50));
    let text = embodiments.collect::<Vec<_>>().join(" ");
    Patent {
        number: number(i),
        title: format!("Sorting apparatus {i}, version {version}"),
        abstract_text: format!("An apparatus that sorts, edition{version}."),
        claims: vec![Claim { number: 1, text: claim, depends_on: Vec::new() }],
        description: vec![Paragraph { text, ..Paragraph::default() }],
        ..Patent::default()
    }
}

pub(crate) fn passages(i: u32) -> u32 {
    if i == LONG { LONG_PASSAGES } else { 1 + i % 3 }
}

pub(crate) fn places(i: u32) -> Vec<Place> {
    (0..passages(i)).map(|n| Place { kind: PassageKind::Claim, number: n, start: 0, end: 10 + i }).collect()
}

/// The vector of a passage of a patent.
pub(crate) fn vector(i: u32, version: u32, passage: u32) -> Vec<f32> {
    let seed = u64::from(passage) << 40 | u64::from(version) << 32 | u64::from(i);
    Noise::new(seed)
        .take(DIMENSION as usize)
        .map(|bits| (bits >> 40) as f32 / (1 << 23) as f32 - 1.0)
        .collect()
}

pub(crate) fn vectors(i: u32, version: u32) -> Vec<Vec<f32>> {
    (0..passages(i)).map(|passage| vector(i, version, passage)).collect()
}

/// Random numbers, the same for the same seed (S. Vigna's splitmix64).
#[derive(Debug)]
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next().map_or(0, |bits| bits % bound.max(1))
    }
}

impl Iterator for Noise {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        Some(bits ^ bits >> 31)
    }
}
