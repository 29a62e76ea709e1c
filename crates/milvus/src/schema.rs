//! The collection: a row a passage.

use milvus::v2::prelude::{
    CollectionDesc, CollectionSchema, CreateCollectionRequest, DataType, FieldSchema, Function, FunctionType,
    IndexParam, IndexType, LoadCollectionRequest, MetricType,
};
use priorart_index::ModelStamp;
use serde::{Deserialize, Serialize};

use crate::client::Server;
use crate::error::MilvusError;

/// What is written down with the collection, and must be read as it was written.
const FORMAT: u32 = 2;

/// The property that says what the description says, where a server keeps none.
const STAMP: &str = "priorart";

/// Bytes of a text that a row can hold; Milvus allows no more.
pub(crate) const LONGEST: usize = 65_535;
/// Values that a list of a row can hold; Milvus allows no more.
pub(crate) const MOST_VALUES: usize = 4096;
/// Bytes of a value of a list.
pub(crate) const LONGEST_VALUE: usize = 256;
/// Years that are partition keys of their own; earlier and later ones share the outermost, so that the years
/// of a cut-off can be listed, which is what Milvus prunes by.
pub(crate) const YEARS: std::ops::RangeInclusive<i64> = 1970..=2060;

/// Primary key: publication number, `#`, ordinal of the passage.
pub(crate) const ID: &str = "id";
/// Publication number.
pub(crate) const PATENT: &str = "patent";
/// The number without its kind.
pub(crate) const SERIAL: &str = "serial";
/// Which of its patent's passages a row is, from 0.
pub(crate) const ORDINAL: &str = "ordinal";
/// XXH3-64 of the patent and of its passages: what has not changed is not pushed again.
pub(crate) const DIGEST: &str = "digest";
/// The partition key.
pub(crate) const YEAR: &str = "year";
/// 0 abstract, 1 claim, 2 description.
pub(crate) const PART: &str = "part";
/// The passage's place in its patent.
pub(crate) const PLACE: &str = "place";
/// Byte range of the place.
pub(crate) const START: &str = "start_byte";
/// Its end.
pub(crate) const END: &str = "end_byte";
/// The patent's title.
pub(crate) const TITLE: &str = "title";
/// The passage's text.
pub(crate) const TEXT: &str = "text";
/// The stems of its words: what BM25 counts.
pub(crate) const STEMS: &str = "stems";
/// The BM25 function's output.
pub(crate) const SPARSE: &str = "sparse";
/// The passage's vector.
pub(crate) const DENSE: &str = "dense";
/// Country or office.
pub(crate) const COUNTRY: &str = "country";
/// Kind code.
pub(crate) const KIND: &str = "kind";
/// Dates as yyyymmdd, 0 where there is none.
pub(crate) const PUBLISHED: &str = "published";
/// The filing date.
pub(crate) const FILED: &str = "filed";
/// The earliest priority.
pub(crate) const PRIORITY_DATE: &str = "priority_date";
/// Names, in small letters, a blank around each word and a `|` around each name.
pub(crate) const ASSIGNEES: &str = "assignees";
/// Likewise.
pub(crate) const INVENTORS: &str = "inventors";
/// Likewise.
pub(crate) const EXAMINERS: &str = "examiners";
/// First assignee.
pub(crate) const OWNER: &str = "owner";
/// Simple family.
pub(crate) const FAMILY: &str = "family";
/// Its own application.
pub(crate) const APPLICATION: &str = "application";
/// Lists of terms, as the embedded index has them.
pub(crate) const CPC: &str = "cpc";
/// IPC.
pub(crate) const IPC: &str = "ipc";
/// USPC.
pub(crate) const USPC: &str = "uspc";
/// Subclasses.
pub(crate) const SUBCLASSES: &str = "subclasses";
/// Cited patents.
pub(crate) const CITED: &str = "cited";
/// Applications whose priority is claimed.
pub(crate) const PRIORITIES: &str = "priorities";
/// Those and its own.
pub(crate) const APPLICATIONS: &str = "applications";
/// A piece of the patent's JSON, compressed: the pieces of all rows make it whole.
pub(crate) const RECORD: &str = "record";

/// Fields that hold short texts, and the bytes that each may have.
const SHORT: [(&str, u32); 11] = [
    (SERIAL, 64),
    (TITLE, 8192),
    (COUNTRY, 8),
    (KIND, 8),
    (ASSIGNEES, 65_535),
    (INVENTORS, 65_535),
    (EXAMINERS, 65_535),
    (OWNER, 4096),
    (FAMILY, 8192),
    (APPLICATION, 64),
    (PATENT, 64),
];
const WHOLE: [&str; 8] = [ORDINAL, DIGEST, PLACE, START, END, PUBLISHED, FILED, PRIORITY_DATE];
const LISTS: [&str; 7] = [CPC, IPC, USPC, SUBCLASSES, CITED, PRIORITIES, APPLICATIONS];

/// What a server can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Features {
    /// What a version of Milvus can do.
    Milvus(u32, u32),
    /// What milvus-lite can do, which is another program.
    Lite,
}

impl Features {
    /// Of a version as the server tells it: "v2.3.5-lite" (which is no milvus-lite), "2.6.1-gpu",
    /// "milvus_lite-3.2.2".
    pub(crate) fn of(version: &str) -> Self {
        if version.starts_with("milvus_lite") {
            return Self::Lite;
        }
        let mut numbers = version.trim_start_matches('v').split('.').map_while(|one| one.parse::<u32>().ok());
        Self::Milvus(numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }

    /// BM25 over texts.
    pub(crate) fn full_text(self) -> bool {
        self.is_since(5)
    }

    /// Vectors of half floats.
    pub(crate) fn half(self) -> bool {
        self != Self::Lite && self.is_since(4)
    }

    /// `like` with what stands in the middle of a text.
    pub(crate) fn infix(self) -> bool {
        self.is_since(4)
    }

    /// Milvus from 2.`minor` on, and milvus-lite.
    fn is_since(self, minor: u32) -> bool {
        match self {
            Self::Milvus(major, own) => (major, own) >= (2, minor),
            Self::Lite => true,
        }
    }
}

/// How a new collection is laid out; a collection that exists keeps its layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Shards: how many writers share the load.
    pub shards: u32,
    /// Partitions over which the years of publication are spread.
    pub partitions: u32,
    /// Copies in memory: how many searchers share the load.
    pub replicas: u32,
    /// Milvus's name of the index over the vectors: HNSW, `DISKANN`, `IVF_RABITQ`, `AUTOINDEX`…
    pub index: String,
}

impl Default for Layout {
    fn default() -> Self {
        Self { shards: 1, partitions: 64, replicas: 1, index: "HNSW".into() }
    }
}

/// What a collection of ours holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Collection {
    pub(crate) model: ModelStamp,
    pub(crate) full_text: bool,
    pub(crate) half: bool,
}

#[derive(Serialize, Deserialize)]
struct Stamp {
    priorart: u32,
    model: ModelStamp,
}

/// Reads what was written down with a collection.
pub(crate) fn read(described: &CollectionDesc) -> Result<Collection, &'static str> {
    let schema = described.get_schema();
    let property = described.get_properties().get(STAMP).map(String::as_str);
    let stamp: Stamp = serde_json::from_str(property.unwrap_or(described.get_description()))
        .map_err(|_| "its description names no model")?;
    if stamp.priorart != FORMAT {
        return Err("another version made it");
    }
    let has = |name: &str| schema.get_fields().iter().find(|field| field.get_name() == name);
    let dense = has(DENSE).ok_or("it has no field of vectors")?;
    if dense.get_dimension() != stamp.model.dimension {
        return Err("its vectors are not as long as its model's");
    }
    let half = dense.get_data_type() == DataType::Float16Vector;
    Ok(Collection { model: stamp.model, full_text: has(SPARSE).is_some(), half })
}

/// Makes the collection and loads it, so that it can be searched from the first row on.
pub(crate) fn create(server: &Server, model: &ModelStamp, layout: &Layout) -> Result<(), MilvusError> {
    let index = index_type(&layout.index).ok_or_else(|| MilvusError::Server {
        at: server.address.to_string(),
        what: format!("{} is no index of Milvus that is known", layout.index),
    })?;
    let request = creation(server.address.collection(), server.features, model, layout, index)
        .map_err(|error| server.told(&error))?;
    server.ask(|client| async move { client.create_collection(request).await })?;
    load(server, layout)
}

fn creation(
    name: &str,
    features: Features,
    model: &ModelStamp,
    layout: &Layout,
    index: IndexType,
) -> Result<CreateCollectionRequest, Box<milvus::v2::error::Error>> {
    let mut indexes = vec![vector_index(index)];
    if features.full_text() {
        let sparse = IndexParam::new().field_name(SPARSE).index_type(IndexType::SparseInvertedIndex);
        indexes.push(sparse.metric_type(MetricType::Bm25));
    }
    let stamp = Stamp { priorart: FORMAT, model: model.clone() };
    let stamp = serde_json::to_string(&stamp).expect("a stamp has only strings and numbers");
    let mut request = CreateCollectionRequest::builder()
        .collection_name(name)
        .description(stamp.as_str())
        .schema(schema(features, model))
        .num_partitions(layout.partitions.into())
        .num_shards(layout.shards as i32)
        .index_params(indexes);
    if features == Features::Lite {
        // It keeps no description.
        request = request.properties([(STAMP.to_owned(), stamp)].into());
    }
    request.build().map_err(Box::new)
}

/// Loads the collection; nothing where it is loaded.
pub(crate) fn load(server: &Server, layout: &Layout) -> Result<(), MilvusError> {
    let load = LoadCollectionRequest::builder()
        .collection_name(server.address.collection())
        .replica_number(layout.replicas as i32);
    server.ask(|client| async move { client.load_collection(load.build()?).await })
}

fn vector_index(kind: IndexType) -> IndexParam {
    let param = IndexParam::new().field_name(DENSE).index_type(kind).metric_type(MetricType::Ip);
    match kind {
        // As the embedded index builds its graphs.
        IndexType::Hnsw => param
            .extra_params([("M", "16"), ("efConstruction", "200")].map(|(k, v)| (k.into(), v.into())).into()),
        IndexType::IvfFlat | IndexType::IvfRabitq => {
            param.extra_params([("nlist".to_owned(), "4096".to_owned())].into())
        }
        _ => param,
    }
}

fn index_type(name: &str) -> Option<IndexType> {
    Some(match name.to_ascii_uppercase().as_str() {
        "HNSW" => IndexType::Hnsw,
        "DISKANN" => IndexType::DiskAnn,
        "IVF_RABITQ" => IndexType::IvfRabitq,
        "IVF_FLAT" => IndexType::IvfFlat,
        "AUTOINDEX" => IndexType::AutoIndex,
        "FLAT" => IndexType::Flat,
        _ => return None,
    })
}

fn schema(features: Features, model: &ModelStamp) -> CollectionSchema {
    let text =
        |name: &str, bytes| FieldSchema::new().name(name).data_type(DataType::VarChar).max_length(bytes);
    let mut schema = CollectionSchema::new()
        .add_field(text(ID, 96).primary_key(true))
        .add_field(FieldSchema::new().name(YEAR).data_type(DataType::Int64).partition_key(true))
        .add_field(FieldSchema::new().name(PART).data_type(DataType::Int64))
        .add_field(text(TEXT, LONGEST as u32))
        .add_field(text(RECORD, LONGEST as u32));
    for name in WHOLE {
        schema = schema.add_field(FieldSchema::new().name(name).data_type(DataType::Int64));
    }
    for (name, bytes) in SHORT {
        schema = schema.add_field(text(name, bytes));
    }
    for name in LISTS {
        let list = FieldSchema::new().name(name).data_type(DataType::Array).element_type(DataType::VarChar);
        schema = schema.add_field(list.max_capacity(MOST_VALUES as u32).max_length(LONGEST_VALUE as u32));
    }
    let dense = if features.half() { DataType::Float16Vector } else { DataType::FloatVector };
    schema = schema.add_field(FieldSchema::new().name(DENSE).data_type(dense).dimension(model.dimension));
    if !features.full_text() {
        return schema;
    }
    let bm25 = Function::new().name("bm25").function_type(FunctionType::Bm25);
    let analyzer = serde_json::json!({"tokenizer": "standard"});
    let stems = text(STEMS, LONGEST as u32).enable_analyzer(true).enable_match(true);
    schema
        .add_field(stems.analyzer_params(analyzer))
        .add_field(FieldSchema::new().name(SPARSE).data_type(DataType::SparseFloatVector))
        .add_function(bm25.input_fields([STEMS]).output_fields([SPARSE]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(version: &str, expected: [bool; 3]) {
        let found = Features::of(version);
        assert_eq!([found.full_text(), found.half(), found.infix()], expected, "{version}");
    }

    fn model() -> ModelStamp {
        ModelStamp {
            name: "model".into(),
            sha256: "0".into(),
            dimension: 8,
            pooling: "mean".into(),
            max_tokens: 16,
        }
    }

    #[test]
    fn a_layout_is_passed_on() {
        let layout = Layout { shards: 3, partitions: 16, replicas: 2, index: "diskann".into() };
        let index = index_type(&layout.index).expect("an index of Milvus");
        let made = creation("patents", Features::of("v2.6.1"), &model(), &layout, index).expect("a request");
        assert_eq!((made.num_shards(), made.num_partitions()), (3, 16));
        assert_eq!(made.index_params().len(), 2, "vectors and words");
        assert_eq!(index_type("HNSV"), None);
    }

    /// Half floats where the server has them, and nothing that it does not know.
    #[test]
    fn a_schema_holds_what_the_server_can_do() {
        let model = model();
        for (version, vectors, has_words) in [
            ("v2.3.5", DataType::FloatVector, false),
            ("v2.4.0", DataType::Float16Vector, false),
            ("v2.6.1", DataType::Float16Vector, true),
            ("milvus_lite-3.2.2", DataType::FloatVector, true),
        ] {
            let schema = schema(Features::of(version), &model);
            let field = |name| schema.get_fields().iter().find(|field| field.get_name() == name);
            let dense = field(DENSE).expect("vectors");
            assert_eq!((dense.get_data_type(), dense.get_dimension()), (vectors, 8), "{version}");
            assert_eq!(field(SPARSE).is_some(), has_words, "{version}");
        }
    }

    #[test]
    fn a_version_tells_what_a_server_can_do() {
        check("v2.3.5-lite", [false, false, false]);
        check("2.4.0", [false, true, true]);
        check("v2.6.1-gpu", [true, true, true]);
        check("milvus_lite-3.2.2", [true, false, true]);
        check("", [false, false, false]);
    }
}
