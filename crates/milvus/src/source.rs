//! The patents of an index as records to push.

use priorart_index::{PassageId, PatentId, Reader};
use priorart_query::{Query, QueryError, Searcher};

use crate::error::MilvusError;
use crate::record::Record;

/// All patents of an index, and how many there are.
///
/// # Errors
/// Where the index cannot be read; each item, too, where its patent cannot, or has passages without vectors.
pub fn records(
    reader: &Reader,
) -> Result<(u64, impl Iterator<Item = Result<Record, MilvusError>> + Send + '_), QueryError> {
    let all = Searcher::new(reader).matching(&Query::default())?;
    let ids: Vec<PatentId> = all.iter().collect();
    Ok((ids.len() as u64, ids.into_iter().map(|id| record(reader, id))))
}

fn record(reader: &Reader, id: PatentId) -> Result<Record, MilvusError> {
    let patent = reader.patent(id)?;
    let (mut passages, mut missing) = (Vec::new(), 0);
    for ordinal in reader.passages_of(id) {
        let passage = PassageId { segment: id.segment, ordinal };
        match reader.vector(passage) {
            Some(vector) => passages.push((reader.passage(passage)?.1, vector)),
            None => missing += 1,
        }
    }
    if missing > 0 {
        return Err(MilvusError::NoVectors { number: patent.number.to_string(), missing });
    }
    Ok(Record { patent, passages })
}
