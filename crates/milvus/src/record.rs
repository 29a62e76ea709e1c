//! A patent as rows, and rows as a patent.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use milvus::v2::prelude::FieldData;
use priorart_corpus::{PassageKind, Patent, Place};
use priorart_index::{PatentTerms, day_number};

use crate::client::{numbers, texts};
use crate::error::MilvusError;
use crate::schema::{
    APPLICATION, APPLICATIONS, ASSIGNEES, CITED, COUNTRY, CPC, Collection, DENSE, DIGEST, END, EXAMINERS,
    FAMILY, FILED, ID, INVENTORS, IPC, KIND, LONGEST, LONGEST_VALUE, MOST_VALUES, ORDINAL, OWNER, PART,
    PATENT, PLACE, PRIORITIES, PRIORITY_DATE, PUBLISHED, RECORD, SERIAL, START, STEMS, SUBCLASSES, TEXT,
    TITLE, USPC, YEAR, YEARS,
};
use crate::text::{names, stems};

/// A patent with its passages, each with its vector: what is pushed.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The patent.
    pub patent: Patent,
    /// Where its passages are, and their vectors, of length 1.
    pub passages: Vec<(Place, Vec<f32>)>,
}

impl Record {
    pub(crate) fn number(&self) -> String {
        self.patent.number.to_string()
    }

    /// The primary keys of its rows.
    pub(crate) fn ids(&self) -> Vec<String> {
        let number = self.number();
        (0..self.passages.len()).map(|ordinal| format!("{number}#{ordinal:04}")).collect()
    }

    /// Changes when the patent does, or how it is cut.
    pub(crate) fn digest(&self) -> i64 {
        let places = self.passages.iter().flat_map(|(place, _)| {
            [place.kind as u64, place.number.into(), place.start.into(), place.end.into()]
        });
        // The step of FNV-1a, a word at a time.
        places.fold(self.patent.digest(), |hash, word| (hash ^ word).wrapping_mul(0x0100_0000_01b3)) as i64
    }

    /// The patent in pieces, one a row at most, and whether that is all of it. What is longer is left out: the
    /// description and the translations, then all but what its rows say anyway.
    fn pieces(&self) -> (Vec<String>, bool) {
        let whole = pieces(&packed(&self.patent));
        if whole.len() <= self.passages.len() {
            return (whole, true);
        }
        let short = Patent { description: Vec::new(), translations: Vec::new(), ..self.patent.clone() };
        let short = pieces(&packed(&short));
        if short.len() <= self.passages.len() {
            return (short, false);
        }
        let Patent { number, title, publication_date, .. } = self.patent.clone();
        (pieces(&packed(&Patent { number, title, publication_date, ..Patent::default() })), false)
    }
}

/// Zstandard's usual level, which is quick.
const LEVEL: i32 = 3;

/// A patent's JSON, compressed, as text.
fn packed(patent: &Patent) -> String {
    let json = serde_json::to_vec(patent).expect("a patent has only string keys and finite numbers");
    let compressed = zstd::encode_all(json.as_slice(), LEVEL).expect("memory can be written to");
    BASE64_STANDARD_NO_PAD.encode(compressed)
}

/// What [`packed`] made.
fn unpacked(text: &str) -> Result<Patent, String> {
    let compressed = BASE64_STANDARD_NO_PAD.decode(text).map_err(|error| error.to_string())?;
    let json = zstd::decode_all(compressed.as_slice()).map_err(|error| error.to_string())?;
    serde_json::from_slice(&json).map_err(|error| error.to_string())
}

/// Rows as columns.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    texts: BTreeMap<&'static str, Vec<String>>,
    numbers: BTreeMap<&'static str, Vec<i64>>,
    lists: BTreeMap<&'static str, Vec<Vec<String>>>,
    vectors: Vec<Vec<f32>>,
    /// Patents of which something had to be left out, and what.
    pub(crate) shortened: Vec<String>,
}

impl Columns {
    pub(crate) fn len(&self) -> usize {
        self.vectors.len()
    }

    /// Adds the rows of a patent.
    pub(crate) fn add(&mut self, record: &Record) {
        let (number, terms) = (record.number(), PatentTerms::of(&record.patent));
        let (pieces, is_whole) = record.pieces();
        if !is_whole {
            self.shortened.push(format!("{number}: its text"));
        }
        let ids = record.ids();
        let digest = record.digest();
        for (ordinal, (id, (place, vector))) in ids.into_iter().zip(&record.passages).enumerate() {
            self.text(ID, &number, id);
            self.number(ORDINAL, ordinal as i64);
            self.number(DIGEST, digest);
            self.text(RECORD, &number, pieces.get(ordinal).cloned().unwrap_or_default());
            self.passage(&record.patent, place);
            self.bibliography(&record.patent, &number, &terms);
            self.vectors.push(vector.clone());
        }
    }

    fn passage(&mut self, patent: &Patent, place: &Place) {
        let number = patent.number.to_string();
        let text = patent.passage_text(place).unwrap_or_default();
        self.number(PART, place.kind as i64);
        self.number(PLACE, place.number.into());
        self.number(START, place.start.into());
        self.number(END, place.end.into());
        self.text(STEMS, &number, stems(&text).join(" "));
        self.text(TEXT, &number, text);
    }

    fn bibliography(&mut self, patent: &Patent, number: &str, terms: &PatentTerms) {
        let day = |date: Option<_>| date.map_or(0, |date| day_number(date) as i64);
        let published = day(patent.publication_date);
        self.number(YEAR, (published / 10_000).clamp(*YEARS.start(), *YEARS.end()));
        self.number(PUBLISHED, published);
        self.number(FILED, day(patent.filing_date));
        self.number(PRIORITY_DATE, day(patent.priority_date));
        let own = &patent.number;
        for (field, text) in [
            (PATENT, number.to_owned()),
            (SERIAL, terms.serial.clone()),
            (COUNTRY, own.country.clone()),
            (KIND, own.kind.clone()),
            (TITLE, patent.title.clone()),
            (OWNER, terms.owner.clone().unwrap_or_default()),
            (FAMILY, terms.family.clone().unwrap_or_default()),
            (APPLICATION, terms.application.clone().unwrap_or_default()),
            (ASSIGNEES, names(&terms.assignees)),
            (INVENTORS, names(&terms.inventors)),
            (EXAMINERS, names(&terms.examiners)),
        ] {
            self.text(field, number, text);
        }
        for (field, set) in [
            (CPC, &terms.cpc),
            (IPC, &terms.ipc),
            (USPC, &terms.uspc),
            (SUBCLASSES, &terms.subclasses),
            (PRIORITIES, &terms.priorities),
            (APPLICATIONS, &terms.applications),
        ] {
            self.list(field, number, set.iter().cloned().collect());
        }
        self.list(CITED, number, terms.cited.clone());
    }

    fn number(&mut self, field: &'static str, value: i64) {
        self.numbers.entry(field).or_default().push(value);
    }

    fn text(&mut self, field: &'static str, patent: &str, mut text: String) {
        let longest = if field == TITLE || field == FAMILY { 8192 } else { LONGEST };
        if text.len() > longest {
            text.truncate(text.floor_char_boundary(longest));
            self.shortened.push(format!("{patent}: {field} to {longest} bytes"));
        }
        self.texts.entry(field).or_default().push(text);
    }

    fn list(&mut self, field: &'static str, patent: &str, mut values: Vec<String>) {
        let all = values.len();
        values.retain(|value| value.len() <= LONGEST_VALUE);
        values.truncate(MOST_VALUES);
        if values.len() < all {
            self.shortened.push(format!("{patent}: {field} to {} of {all} values", values.len()));
        }
        self.lists.entry(field).or_default().push(values);
    }

    /// The columns that the collection has.
    pub(crate) fn into_fields(self, collection: &Collection) -> Vec<FieldData> {
        let is_wanted = |name: &str| collection.full_text || name != STEMS;
        let texts = self.texts.into_iter().filter(|(name, _)| is_wanted(name));
        let mut fields: Vec<FieldData> =
            texts.map(|(name, values)| FieldData::varchar(name, values)).collect();
        fields.extend(self.numbers.into_iter().map(|(name, values)| FieldData::int64(name, values)));
        fields.extend(self.lists.into_iter().map(|(name, values)| FieldData::array_varchar(name, values)));
        fields.push(if collection.half {
            let half =
                |vector: Vec<f32>| vector.into_iter().map(|x| half::f16::from_f32(x).to_bits()).collect();
            FieldData::float16_vector(DENSE, self.vectors.into_iter().map(half).collect())
        } else {
            FieldData::float_vector(DENSE, self.vectors)
        });
        fields
    }
}

/// A text in pieces that a row can hold.
fn pieces(text: &str) -> Vec<String> {
    let mut rest = text;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(LONGEST));
        pieces.push(piece.to_owned());
        rest = after;
    }
    pieces
}

/// What [`patent`] needs of each row.
pub(crate) const PATENT_FIELDS: [&str; 3] = [PATENT, ORDINAL, RECORD];
/// What [`passages`] needs of each row.
pub(crate) const PASSAGE_FIELDS: [&str; 7] = [PATENT, ORDINAL, PART, PLACE, START, END, DENSE];

/// What is gathered of patents: by number, then by ordinal.
pub(crate) type Gathered<T> = BTreeMap<String, BTreeMap<i64, T>>;

/// Gathers something of each row.
fn gather<T>(gathered: &mut Gathered<T>, fields: &[FieldData], of: impl Fn(usize) -> Option<T>) {
    for (row, (patent, ordinal)) in texts(fields, PATENT).iter().zip(numbers(fields, ORDINAL)).enumerate() {
        if let Some(one) = of(row) {
            gathered.entry(patent.clone()).or_default().insert(*ordinal, one);
        }
    }
}

/// Gathers the pieces of patents out of rows.
pub(crate) fn records(gathered: &mut Gathered<String>, fields: &[FieldData]) {
    gather(gathered, fields, |row| texts(fields, RECORD).get(row).cloned());
}

/// A patent out of its pieces.
pub(crate) fn patent(at: &str, pieces: BTreeMap<i64, String>) -> Result<Patent, MilvusError> {
    let whole: String = pieces.into_values().collect();
    unpacked(&whole).map_err(|error| MilvusError::Server {
        at: at.to_owned(),
        what: format!("a patent cannot be read ({error}); push it again"),
    })
}

/// Gathers passages out of rows.
pub(crate) fn passages(gathered: &mut Gathered<(Place, Option<Vec<f32>>)>, fields: &[FieldData]) {
    let vectors = vectors(fields);
    let number = |name, row| Some(*numbers(fields, name).get(row)? as u32);
    gather(gathered, fields, |row| {
        let kind = match number(PART, row)? {
            0 => PassageKind::Abstract,
            1 => PassageKind::Claim,
            _ => PassageKind::Description,
        };
        let (start, end) = (number(START, row)?, number(END, row)?);
        Some((Place { kind, number: number(PLACE, row)?, start, end }, vectors.get(row).cloned()))
    });
}

fn vectors(fields: &[FieldData]) -> Vec<Vec<f32>> {
    let Some(field) = fields.iter().find(|field| field.name() == DENSE) else {
        return Vec::new();
    };
    let halves = |all: &[Vec<u16>]| {
        let vector = |row: &Vec<u16>| row.iter().map(|bits| half::f16::from_bits(*bits).to_f32()).collect();
        all.iter().map(vector).collect()
    };
    let whole = || field.as_float_vectors().map(<[Vec<f32>]>::to_vec);
    field.as_float16_vectors().map(halves).or_else(whole).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that cannot be compressed to less than its letters.
    fn noise(bytes: usize) -> String {
        let mut state = 1_u64;
        let mut letter = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'!' + (state >> 57) as u8 % 90)
        };
        (0..bytes).map(|_| letter()).collect()
    }

    #[track_caller]
    fn check(description: usize, claim: usize, passages: usize, is_all: bool, expected: [usize; 2]) {
        let paragraph =
            priorart_corpus::Paragraph { text: noise(description), ..priorart_corpus::Paragraph::default() };
        let claims = vec![priorart_corpus::Claim { number: 1, text: noise(claim), depends_on: Vec::new() }];
        let number = "US9000001B2".parse().expect("a number");
        let whole = Patent { number, claims, description: vec![paragraph], ..Patent::default() };
        let place = Place { kind: PassageKind::Claim, number: 1, start: 0, end: 1 };
        let record = Record { patent: whole.clone(), passages: vec![(place, vec![1.0]); passages] };
        let (pieces, is_whole) = record.pieces();
        assert!(pieces.len() <= passages && pieces.iter().all(|piece| piece.len() <= LONGEST));
        let read = patent("here", (0..).zip(pieces).collect()).expect("a patent");
        let found = [read.description.len(), read.claims.len()];
        assert_eq!((is_whole, found), (is_all, expected));
        assert_eq!(read == whole, is_all);
    }

    #[test]
    fn a_patent_comes_back_out_of_its_rows_as_whole_as_it_fits() {
        check(100, 100, 1, true, [1, 1]);
        check(150_000, 100, 4, true, [1, 1]);
        check(150_000, 100, 2, false, [0, 1]);
        check(150_000, 150_000, 2, false, [0, 0]);
    }

    #[test]
    fn a_damaged_record_is_told() {
        let error = patent("milvus://a:1/c", [(0, "AAAA".to_owned())].into()).expect_err("it is damaged");
        assert!(
            error.to_string().starts_with("milvus://a:1/c: Milvus says: a patent cannot be read"),
            "{error}"
        );
    }
}
