//! The rows of a part as Parquet's columns: a row a patent, with a list of its passages.

use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{
    ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType, Int32Type,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::RowGroupReader;
use parquet::file::writer::SerializedRowGroupWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{ColumnPath, TypePtr};
use priorart_corpus::{PassageKind, Patent, Place};

use crate::Embedded;

/// The schema: `record` is the patent's JSON, `vector` its f32s, little-endian.
pub(crate) fn schema(dimension: u32) -> Result<TypePtr> {
    let bytes = 4 * dimension;
    let message = format!(
        "message patent {{
            required binary number (UTF8);
            required binary record (JSON);
            required group passages (LIST) {{
                repeated group list {{
                    required group element {{
                        required binary kind (UTF8);
                        required int32 number (INTEGER(32,false));
                        required int32 start (INTEGER(32,false));
                        required int32 end (INTEGER(32,false));
                        required binary text (UTF8);
                        required fixed_len_byte_array({bytes}) vector;
                    }}
                }}
            }}
        }}"
    );
    parse_message_type(&message).map(Arc::new)
}

/// How it is written: texts compressed, vectors, which do not become smaller, as they are. Fixed, for the same
/// rows have to become the same bytes.
pub(crate) fn properties() -> Result<WriterProperties> {
    let column =
        |name: &str| ColumnPath::from(["passages", "list", "element", name].map(str::to_owned).to_vec());
    Ok(WriterProperties::builder()
        .set_created_by("priorart parts 1".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_column_compression(column("vector"), Compression::UNCOMPRESSED)
        .set_dictionary_enabled(false)
        .set_column_dictionary_enabled(column("kind"), true)
        .set_statistics_enabled(EnabledStatistics::None)
        .build())
}

/// Rows that make up a row group.
#[derive(Default)]
pub(crate) struct Columns {
    numbers: Vec<ByteArray>,
    records: Vec<ByteArray>,
    lists: Lists,
    kinds: Vec<ByteArray>,
    /// The claim's or paragraph's number, first byte, end.
    places: [Vec<i32>; 3],
    texts: Vec<ByteArray>,
    vectors: Vec<FixedLenByteArray>,
    bytes: usize,
}

/// Parquet's levels: which entries begin a list, and which stand for an empty one.
#[derive(Default, Clone, PartialEq)]
struct Lists {
    /// 1 for an element, 0 for an empty list.
    definition: Vec<i16>,
    /// 0 for the first of a list, 1 for those that follow.
    repetition: Vec<i16>,
}

impl Lists {
    fn push(&mut self, length: usize) {
        self.definition.extend(std::iter::repeat_n(i16::from(length > 0), length.max(1)));
        self.repetition.extend((0..length.max(1)).map(|at| i16::from(at > 0)));
    }

    fn lengths(&self) -> Vec<usize> {
        let mut lengths: Vec<usize> = Vec::new();
        for (&definition, &repetition) in self.definition.iter().zip(&self.repetition) {
            match lengths.last_mut() {
                Some(length) if repetition == 1 => *length += 1,
                _ => lengths.push(definition as usize),
            }
        }
        lengths
    }
}

impl Columns {
    pub(crate) fn push(&mut self, row: &Embedded) -> Result<()> {
        let record = serde_json::to_vec(&row.patent).map_err(external)?;
        self.bytes += record.len();
        self.numbers.push(row.patent.number.to_string().into_bytes().into());
        self.records.push(record.into());
        self.lists.push(row.places.len());
        for (place, vector) in row.places.iter().zip(&row.vectors) {
            self.push_passage(&row.patent, place, vector);
        }
        Ok(())
    }

    fn push_passage(&mut self, patent: &Patent, place: &Place, vector: &[f32]) {
        self.kinds.push(kind_name(place.kind).into());
        for (column, value) in self.places.iter_mut().zip([place.number, place.start, place.end]) {
            column.push(value.cast_signed());
        }
        self.texts.push(patent.passage_text(place).unwrap_or_default().into_bytes().into());
        let vector: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.bytes += vector.len();
        self.vectors.push(vector.into());
    }

    /// About how many bytes the rows are.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    pub(crate) fn write<W: std::io::Write + Send>(
        &self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<()> {
        write_column::<ByteArrayType, W>(group, &self.numbers, None)?;
        write_column::<ByteArrayType, W>(group, &self.records, None)?;
        let lists = Some(&self.lists);
        write_column::<ByteArrayType, W>(group, &self.kinds, lists)?;
        for column in &self.places {
            write_column::<Int32Type, W>(group, column, lists)?;
        }
        write_column::<ByteArrayType, W>(group, &self.texts, lists)?;
        write_column::<FixedLenByteArrayType, W>(group, &self.vectors, lists)
    }

    pub(crate) fn read(group: &dyn RowGroupReader) -> Result<Self> {
        let (numbers, _) = read_column::<ByteArrayType>(group, 0)?;
        let (records, _) = read_column::<ByteArrayType>(group, 1)?;
        let (kinds, lists) = read_column::<ByteArrayType>(group, 2)?;
        let place = |column| read_column::<Int32Type>(group, column).map(|(values, _)| values);
        let places = [place(3)?, place(4)?, place(5)?];
        let (vectors, _) = read_column::<FixedLenByteArrayType>(group, 7)?;
        Ok(Self { numbers, records, lists, kinds, places, texts: Vec::new(), vectors, bytes: 0 })
    }

    /// The rows, in their order.
    pub(crate) fn rows(&self) -> Result<Vec<Embedded>> {
        let mut first = 0;
        let row = |(record, length): (&ByteArray, usize)| {
            let passages = first..first + length;
            first += length;
            let patent = serde_json::from_slice(record.data()).map_err(external)?;
            let places = passages.clone().map(|at| self.place(at)).collect::<Result<_>>()?;
            Ok(Embedded { patent, places, vectors: passages.map(|at| self.vector(at)).collect() })
        };
        self.records.iter().zip(self.lists.lengths()).map(row).collect()
    }

    fn place(&self, at: usize) -> Result<Place> {
        let [number, start, end] = [0, 1, 2].map(|column: usize| self.places[column][at].cast_unsigned());
        Ok(Place { kind: kind_of(self.kinds[at].data())?, number, start, end })
    }

    fn vector(&self, at: usize) -> Vec<f32> {
        self.vectors[at]
            .data()
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect()
    }
}

fn write_column<T: DataType, W: std::io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    lists: Option<&Lists>,
) -> Result<()> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("the schema has too few columns".to_owned()));
    };
    let definition = lists.map(|lists| lists.definition.as_slice());
    let repetition = lists.map(|lists| lists.repetition.as_slice());
    column.typed::<T>().write_batch(values, definition, repetition)?;
    column.close()
}

fn read_column<T: DataType>(group: &dyn RowGroupReader, column: usize) -> Result<(Vec<T::T>, Lists)> {
    let mut reader = get_typed_column_reader::<T>(group.get_column_reader(column)?);
    let (mut values, mut lists) = (Vec::new(), Lists::default());
    reader.read_records(usize::MAX, Some(&mut lists.definition), Some(&mut lists.repetition), &mut values)?;
    Ok((values, lists))
}

fn kind_name(kind: PassageKind) -> &'static str {
    match kind {
        PassageKind::Abstract => "abstract",
        PassageKind::Claim => "claim",
        PassageKind::Description => "description",
    }
}

fn kind_of(name: &[u8]) -> Result<PassageKind> {
    let all = [PassageKind::Abstract, PassageKind::Claim, PassageKind::Description];
    let found = all.into_iter().find(|kind| kind_name(*kind).as_bytes() == name);
    found.ok_or_else(|| ParquetError::General(format!("no passage is {:?}", String::from_utf8_lossy(name))))
}

fn external(error: serde_json::Error) -> ParquetError {
    ParquetError::External(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_with_their_lengths() {
        let mut lists = Lists::default();
        for length in [2, 0, 0, 1, 3] {
            lists.push(length);
        }
        assert_eq!(lists.definition, [1, 1, 0, 0, 1, 1, 1, 1]);
        assert_eq!(lists.repetition, [0, 1, 0, 0, 0, 0, 1, 1]);
        assert_eq!(lists.lengths(), [2, 0, 0, 1, 3]);
    }
}
