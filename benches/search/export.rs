//! What peers need: the index's patents and vectors, and the queries' vectors.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Result;
use priorart_index::{PassageId, Reader};
use tantivy::query::AllQuery;

/// Writes `patents.jsonl`, and as rows of little-endian f32 `vectors.f32` and `queries.f32`.
pub(crate) fn write(reader: &Reader, queries: &[Vec<f32>], target: &Path) -> Result<()> {
    std::fs::create_dir_all(target)?;
    let create = |name: &str| File::create(target.join(name)).map(BufWriter::new);
    let (mut patents, mut vectors) = (create("patents.jsonl")?, create("vectors.f32")?);
    for id in reader.matching(&AllQuery)?.iter() {
        serde_json::to_writer(&mut patents, &reader.patent(id)?)?;
        patents.write_all(b"\n")?;
        for ordinal in reader.passages_of(id) {
            let passage = PassageId { segment: id.segment, ordinal };
            write_row(&mut vectors, &reader.vector(passage).unwrap_or_default())?;
        }
    }
    let mut asked = create("queries.f32")?;
    for query in queries {
        write_row(&mut asked, query)?;
    }
    for mut file in [patents, vectors, asked] {
        file.flush()?;
    }
    Ok(())
}

fn write_row(file: &mut impl Write, vector: &[f32]) -> std::io::Result<()> {
    vector.iter().try_for_each(|number| file.write_all(&number.to_le_bytes()))
}
