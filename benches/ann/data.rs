//! What `benches/peers/ann_data.py` wrote.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub(crate) const DIMENSION: usize = 768;

/// Passages of a patent.
pub(crate) const PASSAGES: usize = 5;

/// Neighbours that are looked for.
pub(crate) const HITS: usize = 10;

/// Points, queries and true neighbours.
pub(crate) struct Data {
    directory: PathBuf,
    points: u32,
    pub(crate) queries: Vec<Vec<f32>>,
}

impl Data {
    pub(crate) fn open(directory: &Path, points: u32) -> Result<Self> {
        let queries = numbers(&directory.join("queries.f32"), f32::from_le_bytes)?;
        let queries = queries.chunks(DIMENSION).map(<[f32]>::to_vec).collect();
        Ok(Self { directory: directory.to_owned(), points, queries })
    }

    /// The vectors of the passages of each patent, read as they are asked for.
    pub(crate) fn patents(&self) -> impl Iterator<Item = Result<Vec<Vec<f32>>>> {
        let file = File::open(self.directory.join("points.f32")).context("points.f32");
        let mut file = file.map(|file| BufReader::with_capacity(1 << 20, file));
        (0..self.points as usize / PASSAGES).map(move |_| {
            let file = file.as_mut().map_err(|error| anyhow::anyhow!("{error:#}"))?;
            let mut bytes = vec![0; 4 * PASSAGES * DIMENSION];
            file.read_exact(&mut bytes)?;
            let numbers = values(&bytes, f32::from_le_bytes);
            Ok(numbers.chunks(DIMENSION).map(<[f32]>::to_vec).collect())
        })
    }

    /// The patents that a filter lets through; `None` where it is all.
    pub(crate) fn filter(&self, selectivity: &str) -> Result<Option<Vec<u32>>> {
        let limit: f32 = selectivity.parse()?;
        if limit >= 1.0 {
            return Ok(None);
        }
        let luck = numbers(&self.directory.join("luck.f32"), f32::from_le_bytes)?;
        let patents = (0..self.points / PASSAGES as u32).zip(luck);
        Ok(Some(patents.filter(|(_, luck)| *luck < limit).map(|(patent, _)| patent).collect()))
    }

    /// The nearest points of each query that a filter lets through.
    pub(crate) fn truth(&self, selectivity: &str) -> Result<Vec<Vec<u32>>> {
        let name = format!("truth-{}-{selectivity}.u32", self.points);
        let rows = numbers(&self.directory.join(name), u32::from_le_bytes)?;
        let real = |row: &[u32]| row.iter().copied().filter(|&row| row != u32::MAX).collect();
        Ok(rows.chunks(HITS).map(real).collect())
    }
}

fn numbers<T>(path: &Path, from: fn([u8; 4]) -> T) -> Result<Vec<T>> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    Ok(values(&bytes, from))
}

fn values<T>(bytes: &[u8], from: fn([u8; 4]) -> T) -> Vec<T> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| from(*bytes)).collect()
}
