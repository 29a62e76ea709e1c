//! Running: a shard becomes a part.

use std::thread;

use crossbeam_channel::{Receiver, bounded};
use priorart_encoder::Encoder;
use priorart_indexer::{Control, stamp};

use crate::manifest::VERSION;
use crate::prepare::{Batch, Preparer};
use crate::writer::PartWriter;
use crate::{Contents, Embedded, Header, Manifest, Part, PartsError, Shard, Storage};

/// Batches that may wait for the encoder.
const WAITING: usize = 2;

/// A part that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// What it is called.
    pub name: String,
    /// What is in it.
    pub contents: Contents,
    /// Whether it was there before, whole, and nothing was done.
    pub was_there: bool,
}

/// Embeds the shard of a number and puts its part into `storage`, unless it is there.
///
/// # Errors
///
/// Fails where the encoder is not the plan's, the dump has changed since, or the part cannot be written; there is
/// no part then.
pub fn run(
    manifest: &Manifest,
    number: u32,
    encoder: &Encoder,
    storage: &Storage,
    control: Control<'_>,
) -> Result<Made, PartsError> {
    manifest.recipe.check(&stamp(encoder.info()))?;
    let shard = manifest.shard(number)?;
    let name = manifest.part_name(number);
    // One that is damaged is made again.
    let there = storage.get(&name)?.and_then(|bytes| Part::open(name.clone(), bytes).ok());
    if let Some(part) = there {
        return Ok(Made { name, contents: part.header().contents.clone(), was_there: true });
    }
    control.progress.set_total(shard.bytes);
    let (writer, contents) = embed(manifest, number, shard, encoder, control)?;
    let header = Header {
        version: VERSION,
        plan: manifest.id(),
        number,
        of: manifest.shards.len() as u32,
        recipe: manifest.recipe.clone(),
        shard: shard.clone(),
        contents,
    };
    storage.put(&name, writer.finish(&header)?)?;
    Ok(Made { name, contents: header.contents, was_there: false })
}

/// One thread reads, parses and tokenises, this one encodes and writes.
fn embed(
    manifest: &Manifest,
    number: u32,
    shard: &Shard,
    encoder: &Encoder,
    control: Control<'_>,
) -> Result<(PartWriter, Contents), PartsError> {
    thread::scope(|scope| {
        let (batches_out, batches_in) = bounded(WAITING);
        let preparer = Preparer::new(number, encoder, &manifest.recipe, control, batches_out);
        let preparing = scope.spawn(move || preparer.run(shard));
        let written = write(number, manifest.recipe.model.dimension, encoder, batches_in, control);
        // What was being encoded when reading failed is of no interest.
        let contents = preparing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((written?, contents?))
    })
}

fn write(
    number: u32,
    dimension: u32,
    encoder: &Encoder,
    batches: Receiver<Batch>,
    control: Control<'_>,
) -> Result<PartWriter, PartsError> {
    let mut writer = PartWriter::new(dimension)?;
    for batch in batches {
        let (bytes, tokens) = (batch.bytes, batch.tokens);
        let rows = encode(number, encoder, batch)?;
        rows.iter().try_for_each(|row| writer.add(row))?;
        let passages = rows.iter().map(|row| row.places.len()).sum();
        control.progress.add(rows.len(), passages, tokens);
        control.progress.set_done(bytes);
    }
    Ok(writer)
}

fn encode(number: u32, encoder: &Encoder, mut batch: Batch) -> Result<Vec<Embedded>, PartsError> {
    let ids: Vec<_> = batch.patents.iter_mut().flat_map(|patent| std::mem::take(&mut patent.ids)).collect();
    let mut vectors = encoder
        .encode_tokens(&ids)
        .map_err(|source| {
            let what =
                batch.patents.first().map_or_else(String::new, |first| first.patent.number.to_string());
            PartsError::Encoder { number, what, source }
        })?
        .into_iter();
    let rows = batch.patents.into_iter().map(|prepared| {
        let vectors = vectors.by_ref().take(prepared.places.len()).collect();
        Embedded { patent: prepared.patent, places: prepared.places, vectors }
    });
    Ok(rows.collect())
}
