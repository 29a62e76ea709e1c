//! Writes a part.

use std::sync::Arc;

use parquet::file::metadata::KeyValue;
use parquet::file::writer::SerializedFileWriter;

use crate::columns::{Columns, properties, schema};
use crate::part::{CHECKSUM_KEY, HEADER_KEY};
use crate::seal::{UNSEALED, seal};
use crate::{Embedded, Header, PartsError};

/// Bytes of a row group: what whoever reads the part has to hold.
const ROW_GROUP: usize = 16 << 20;

/// Collects the rows of a part, in memory.
pub(crate) struct PartWriter {
    out: SerializedFileWriter<Vec<u8>>,
    columns: Columns,
}

impl PartWriter {
    pub(crate) fn new(dimension: u32) -> Result<Self, PartsError> {
        let out = SerializedFileWriter::new(Vec::new(), schema(dimension)?, Arc::new(properties()?))?;
        Ok(Self { out, columns: Columns::default() })
    }

    pub(crate) fn add(&mut self, row: &Embedded) -> Result<(), PartsError> {
        self.columns.push(row)?;
        if self.columns.bytes() >= ROW_GROUP { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), PartsError> {
        if !self.columns.is_empty() {
            let mut group = self.out.next_row_group()?;
            std::mem::take(&mut self.columns).write(&mut group)?;
            group.close()?;
        }
        Ok(())
    }

    /// The bytes of the part.
    pub(crate) fn finish(mut self, header: &Header) -> Result<Vec<u8>, PartsError> {
        self.flush()?;
        let json = serde_json::to_string(header).map_err(std::io::Error::from)?;
        for (key, value) in [(HEADER_KEY, json), (CHECKSUM_KEY, UNSEALED.to_owned())] {
            self.out.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
        }
        let mut bytes = self.out.into_inner()?;
        assert!(seal(&mut bytes), "the metadata hold a place for the checksum");
        Ok(bytes)
    }
}
