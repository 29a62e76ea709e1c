//! `priorart encode`: lines in, embeddings out.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use priorart_encoder::{Encoder, Pooling};
use serde_json::json;

use crate::args::{EmbeddingFormat, EncodeArgs, PoolingArg};
use crate::outcome::Outcome;
use crate::settings::Settings;
use crate::weights;

/// Lines encoded in one call.
const LINES_PER_CALL: usize = 256;

/// Encodes the lines of the input and writes an embedding for each, in their order.
pub(crate) fn run(settings: &Settings, args: &EncodeArgs) -> Result<Outcome> {
    let mut encoder = weights::encoder(settings, &weights::name(settings, None))?;
    if let Some(pooling) = args.pooling {
        encoder = encoder.with_pooling(pooling.into());
    }
    let lines = lines(&args.input)?;
    let output = output(args.output.as_deref())?;
    match args.format {
        EmbeddingFormat::Jsonl => write_jsonl(&encoder, lines, output)?,
        EmbeddingFormat::Npy => write_npy(&encoder, lines, output)?,
    }
    Ok(Outcome::Done)
}

impl From<PoolingArg> for Pooling {
    fn from(arg: PoolingArg) -> Self {
        match arg {
            PoolingArg::Cls => Self::Cls,
            PoolingArg::Mean => Self::Mean,
            PoolingArg::Max => Self::Max,
        }
    }
}

type Lines = std::io::Lines<Box<dyn BufRead>>;

fn lines(path: &Path) -> Result<Lines> {
    let reader: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(BufReader::new(fs_err::File::open(path)?))
    };
    Ok(reader.lines())
}

fn output(path: Option<&Path>) -> Result<Box<dyn Write>> {
    Ok(match path {
        Some(path) => Box::new(BufWriter::new(fs_err::File::create(path)?)),
        None => Box::new(BufWriter::new(std::io::stdout().lock())),
    })
}

/// Hands `each` the texts and their embeddings, a call's worth at a time.
fn encode_in_calls(
    encoder: &Encoder,
    mut lines: Lines,
    mut each: impl FnMut(&[String], Vec<Vec<f32>>) -> Result<()>,
) -> Result<()> {
    loop {
        let texts = lines
            .by_ref()
            .take(LINES_PER_CALL)
            .collect::<Result<Vec<_>, _>>()
            .context("the input cannot be read; it must be text in UTF-8")?;
        if texts.is_empty() {
            return Ok(());
        }
        let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
        let embeddings = encoder.encode(&borrowed)?;
        each(&texts, embeddings)?;
    }
}

fn write_jsonl(encoder: &Encoder, lines: Lines, mut output: Box<dyn Write>) -> Result<()> {
    encode_in_calls(encoder, lines, |texts, embeddings| {
        for (text, embedding) in texts.iter().zip(embeddings) {
            writeln!(output, "{}", json!({ "text": text, "embedding": embedding }))?;
        }
        Ok(())
    })?;
    Ok(output.flush()?)
}

/// The header holds the number of rows, so all embeddings are made before the first is written.
fn write_npy(encoder: &Encoder, lines: Lines, mut output: Box<dyn Write>) -> Result<()> {
    let mut rows = Vec::new();
    encode_in_calls(encoder, lines, |_, embeddings| {
        rows.extend(embeddings);
        Ok(())
    })?;
    output.write_all(&npy_header(rows.len(), encoder.info().dimension))?;
    for value in rows.iter().flatten() {
        output.write_all(&value.to_le_bytes())?;
    }
    Ok(output.flush()?)
}

/// Version 1.0 of NumPy's format for a C-ordered matrix of little-endian f32, padded to 64 bytes
/// (<https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>).
fn npy_header(rows: usize, columns: usize) -> Vec<u8> {
    const PREFIX: usize = 10;
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    let padding = 63 - (PREFIX + header.len()) % 64;
    header.extend(std::iter::repeat_n(' ', padding));
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.into_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_npy_header_is_padded_and_says_its_length() {
        for rows in [0, 1, 12, 123_456_789] {
            let header = npy_header(rows, 768);
            assert_eq!(header.len() % 64, 0);
            assert_eq!(usize::from(u16::from_le_bytes([header[8], header[9]])), header.len() - 10);
            assert_eq!(header.last(), Some(&b'\n'));
        }
    }
}
