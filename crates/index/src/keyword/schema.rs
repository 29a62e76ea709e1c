//! The fields of the keyword index.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing, TextOptions,
};

use super::analyser::PATENT_TEXT;

/// Analyser of names: words, in lower case.
const NAMES: &str = "default";

/// The fields of the keyword index.
///
/// Nothing is stored in it: a document is the patent that its `id` leads to.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// The [`PatentId`](crate::PatentId) under which the patent was added, as u64: segment in the high half, ordinal
    /// in the low (fast). [`Ids`](crate::Ids) knows where merges have brought it since.
    pub id: Field,
    /// Publication number in its normal form, "US8926509B2", one term.
    pub number: Field,
    /// Country and serial without the kind, "US8926509", one term.
    pub serial: Field,
    /// Title; each word as its English stem and, marked, as it stands, with positions (see [`words`](crate::words)).
    pub title: Field,
    /// Abstract; as `title`.
    pub abstract_text: Field,
    /// Claims; as `title`.
    pub claims: Field,
    /// The independent claims once more; as `title`.
    pub independent: Field,
    /// Description; as `title`.
    pub description: Field,
    /// Names of assignees and applicants; lower-case words with positions, a gap between two names.
    pub assignee: Field,
    /// Names of inventors; as `assignee`.
    pub inventor: Field,
    /// Names of examiners; as `assignee`.
    pub examiner: Field,
    /// First assignee, else first applicant, as written (fast).
    pub owner: Field,
    /// Country or office of publication, "US", one term (fast).
    pub country: Field,
    /// Kind code, "B2", one term (fast).
    pub kind: Field,
    /// CPC: each symbol and its ancestors by form: "H", "H01", "H01M", "H01M4", "H01M4/13"; terms.
    pub cpc: Field,
    /// IPC; as `cpc`.
    pub ipc: Field,
    /// Subclasses of the CPC, or of the IPC where there is no CPC, "H01M" (fast).
    pub subclass: Field,
    /// USPC symbols, "403/396", and their classes, "403"; terms.
    pub uspc: Field,
    /// Patents it cites, each with its kind and without; terms.
    pub cited: Field,
    /// Simple family: the source's identifier, or the applications whose priority is claimed; one term (fast).
    pub family: Field,
    /// Its own application, "US12345678", one term.
    pub application: Field,
    /// Applications whose priority it claims, as `application`; terms.
    pub priority: Field,
    /// `application` and `priority` together: what ties an extended family; terms (fast).
    pub applications: Field,
    /// Publication date as yyyymmdd (indexed, fast).
    pub pub_date: Field,
    /// Filing date as yyyymmdd (indexed, fast).
    pub file_date: Field,
    /// Earliest priority date as yyyymmdd (indexed, fast).
    pub priority_date: Field,
}

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let (english, names) = (text(PATENT_TEXT), text(NAMES));
    let date = NumericOptions::default().set_indexed().set_fast();
    let fields = Fields {
        id: builder.add_u64_field("id", FAST),
        number: builder.add_text_field("number", STRING),
        serial: builder.add_text_field("serial", STRING),
        title: builder.add_text_field("title", english.clone()),
        abstract_text: builder.add_text_field("abstract", english.clone()),
        claims: builder.add_text_field("claims", english.clone()),
        independent: builder.add_text_field("independent", english.clone()),
        description: builder.add_text_field("description", english),
        assignee: builder.add_text_field("assignee", names.clone()),
        inventor: builder.add_text_field("inventor", names.clone()),
        examiner: builder.add_text_field("examiner", names),
        owner: builder.add_text_field("owner", STRING | FAST),
        country: builder.add_text_field("country", STRING | FAST),
        kind: builder.add_text_field("kind", STRING | FAST),
        cpc: builder.add_text_field("cpc", STRING),
        ipc: builder.add_text_field("ipc", STRING),
        subclass: builder.add_text_field("subclass", STRING | FAST),
        uspc: builder.add_text_field("uspc", STRING),
        cited: builder.add_text_field("cited", STRING),
        family: builder.add_text_field("family", STRING | FAST),
        application: builder.add_text_field("application", STRING),
        priority: builder.add_text_field("priority", STRING),
        applications: builder.add_text_field("applications", STRING | FAST),
        pub_date: builder.add_u64_field("pub_date", date.clone()),
        file_date: builder.add_u64_field("file_date", date.clone()),
        priority_date: builder.add_u64_field("priority_date", date),
    };
    (builder.build(), fields)
}

fn text(analyser: &str) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(analyser)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    TextOptions::default().set_indexing_options(indexing)
}
