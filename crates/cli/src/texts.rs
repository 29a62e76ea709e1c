//! Texts of a file as vectors.

use std::collections::HashMap;

use anyhow::Result;
use priorart_analysis::Vectors;
use priorart_encoder::Encoder;

use crate::progress::texts_bar;
use crate::settings::Settings;

/// Texts encoded in one call.
const TEXTS_PER_CALL: usize = 256;

/// The vectors of texts, each distinct text once, and the row of each.
pub(crate) fn embed<'t>(
    settings: &Settings,
    encoder: &Encoder,
    texts: impl Iterator<Item = &'t str>,
) -> Result<(Vectors, Vec<usize>)> {
    let (mut distinct, mut known) = (Vec::new(), HashMap::new());
    let rows = texts.map(|text| {
        *known.entry(text).or_insert_with(|| {
            distinct.push(text);
            distinct.len() - 1
        })
    });
    let rows = rows.collect();
    let bar = texts_bar(settings, "embedding");
    bar.set_length(distinct.len() as u64);
    let mut vectors = Vectors::new(encoder.info().dimension);
    for texts in distinct.chunks(TEXTS_PER_CALL) {
        for vector in encoder.encode(texts)? {
            vectors.push(&vector)?;
        }
        bar.inc(texts.len() as u64);
    }
    bar.finish_and_clear();
    Ok((vectors, rows))
}
