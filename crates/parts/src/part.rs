//! Reads a part.

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;

use crate::columns::Columns;
use crate::manifest::VERSION;
use crate::seal::verify;
use crate::{Embedded, Header, PartsError};

/// The key of Parquet's metadata under which the header stands, as JSON.
pub(crate) const HEADER_KEY: &str = "priorart.part";
/// The key under which the checksum stands.
pub(crate) const CHECKSUM_KEY: &str = "priorart.checksum";

/// A part whose checksum is right.
pub struct Part {
    name: String,
    header: Header,
    file: SerializedFileReader<Bytes>,
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part").field("name", &self.name).field("header", &self.header).finish_non_exhaustive()
    }
}

impl Part {
    /// Opens the part that `bytes` are; `name` is what errors call it.
    ///
    /// # Errors
    /// [`PartsError::Damaged`] where it is no part, is cut short or changed.
    pub fn open(name: String, bytes: Bytes) -> Result<Self, PartsError> {
        let damaged = |reason: String| PartsError::Damaged { name: name.clone(), reason };
        verify(&bytes).map_err(|reason| damaged(reason.to_owned()))?;
        let file = SerializedFileReader::new(bytes).map_err(|error| damaged(error.to_string()))?;
        let header: Header = header(&file).map_err(damaged)?;
        if header.version != VERSION {
            return Err(damaged(format!("its form is {}, this program reads {VERSION}", header.version)));
        }
        Ok(Self { name, header, file })
    }

    /// What it says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Its patents, in the order of the dump.
    pub fn records(self) -> Records {
        Records { part: self, group: 0, rows: Vec::new().into_iter() }
    }
}

fn header(file: &SerializedFileReader<Bytes>) -> Result<Header, String> {
    let pairs = file.metadata().file_metadata().key_value_metadata();
    let pair = pairs.into_iter().flatten().find(|pair| pair.key == HEADER_KEY);
    let json = pair.and_then(|pair| pair.value.as_deref()).ok_or("it does not say what it was made of")?;
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// The patents of a part; ends with the first error.
#[derive(Debug)]
pub struct Records {
    part: Part,
    group: usize,
    rows: std::vec::IntoIter<Embedded>,
}

impl Records {
    fn next_group(&mut self) -> Result<(), ParquetError> {
        let group = self.part.file.get_row_group(self.group)?;
        self.group += 1;
        self.rows = Columns::read(&*group)?.rows()?.into_iter();
        Ok(())
    }
}

impl Iterator for Records {
    type Item = Result<Embedded, PartsError>;

    fn next(&mut self) -> Option<Self::Item> {
        let groups = self.part.file.num_row_groups();
        while self.rows.len() == 0 && self.group < groups {
            if let Err(error) = self.next_group() {
                self.group = groups;
                let name = self.part.name.clone();
                return Some(Err(PartsError::Damaged { name, reason: error.to_string() }));
            }
        }
        self.rows.next().map(Ok)
    }
}
