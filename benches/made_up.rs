//! Made-up patents: words of a made-up language, and vectors around centres. The same number gives the same.

use priorart_corpus::{Date, Paragraph, PassageKind, Patent, PatentNumber, Place};

/// Passages of each patent.
pub const PASSAGES: u32 = 2;

/// Numbers of a vector.
pub const DIMENSION: u32 = 768;

/// Centres that vectors lie around.
const CENTRES: u32 = 2_503;

/// The `i`-th patent under a number.
pub fn patent(i: u32, serial: u32) -> Patent {
    Patent {
        number: PatentNumber::new("US", &(7_000_000 + serial).to_string(), "B2"),
        title: words(i, 8),
        abstract_text: words(i ^ 1 << 30, 100),
        description: vec![Paragraph { text: words(i ^ 1 << 31, 200), ..Paragraph::default() }],
        publication_date: Some(Date::constant(2020, 1, 7)),
        ..Patent::default()
    }
}

/// The places of its passages.
pub fn places() -> [Place; PASSAGES as usize] {
    let place = |kind, end| Place { kind, number: 0, start: 0, end };
    [place(PassageKind::Abstract, 40), place(PassageKind::Description, 40)]
}

/// The vectors of the `i`-th patent.
pub fn vectors(i: u32) -> Vec<Vec<f32>> {
    (0..PASSAGES).map(|passage| vector(i * PASSAGES + passage)).collect()
}

/// The `seed`-th of a set of vectors around centres.
pub fn vector(seed: u32) -> Vec<f32> {
    let mut centre = noise(u64::from(seed.wrapping_mul(2_654_435_761) % CENTRES) + (1 << 33));
    let mut own = noise(u64::from(seed));
    (0..DIMENSION).map(|_| centre() + 0.8 * own()).collect()
}

/// Words of a made-up language, the first of it by far the most frequent.
pub fn words(seed: u32, count: usize) -> String {
    let mut noise = noise(u64::from(seed) + (1 << 40));
    let word = |_| format!("w{}", (f32::exp(4.6 * (noise() + 1.0)) - 1.0) as u32);
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

/// Random numbers from -1 to 1, the same for the same seed (Marsaglia's xorshift).
fn noise(seed: u64) -> impl FnMut() -> f32 {
    let mut state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }
}
