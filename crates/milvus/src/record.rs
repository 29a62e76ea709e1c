//! A patent as rows, and rows as a patent.

use std::collections::BTreeMap;

use milvus::v2::prelude::FieldData;
use priorart_corpus::{Claim, Paragraph, PassageKind, Patent, Place};
use priorart_index::{PatentTerms, day_number};

use crate::client::{numbers, texts};
use crate::error::MilvusError;
use crate::schema::{
    APPLICATION, APPLICATIONS, ASSIGNEES, CITED, COUNTRY, CPC, Collection, DENSE, DIGEST, END, EXAMINERS,
    FAMILY, FILED, ID, INVENTORS, IPC, KIND, LONGEST, LONGEST_VALUE, MOST_VALUES, ORDINAL, OWNER, PARAGRAPH,
    PART, PATENT, PLACE, PRIORITIES, PRIORITY_DATE, PUBLISHED, RECORD, SERIAL, START, STEMS, SUBCLASSES,
    TEXT, TITLE, USPC, YEAR, YEARS,
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

    /// The patent's JSON without the texts, which are rows of their own.
    fn bare(&self) -> String {
        let bare = Patent {
            title: String::new(),
            abstract_text: String::new(),
            claims: Vec::new(),
            claim_statement: String::new(),
            description: Vec::new(),
            translations: Vec::new(),
            ..self.patent.clone()
        };
        serde_json::to_string(&bare).expect("a patent has only string keys and finite numbers")
    }
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
        let mut pieces = pieces(&record.bare());
        if pieces.len() > record.passages.len() {
            self.shortened.push(format!("{number}: what is known of it beside its text"));
            pieces = vec!["{}".to_owned()];
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
        let rest = patent.description.get(place.number as usize..).unwrap_or_default();
        let is_description = place.kind == PassageKind::Description;
        let paragraph = rest.iter().filter(|_| is_description).find_map(|one| one.number.clone());
        self.text(PARAGRAPH, &number, paragraph.unwrap_or_default());
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

/// What [`assembled`] needs of each row.
pub(crate) const WHOLE_PATENT: [&str; 11] =
    [PATENT, ORDINAL, PART, PLACE, START, END, PARAGRAPH, TITLE, TEXT, RECORD, DENSE];

/// A patent and its passages, as one engine gives them to a search.
pub(crate) type Whole = (Patent, Vec<(Place, Option<Vec<f32>>)>);

/// Patents out of their rows, by number; the rows may be in any order.
pub(crate) fn assembled(at: &str, fields: &[FieldData]) -> Result<BTreeMap<String, Whole>, MilvusError> {
    let mut rows: BTreeMap<(&str, i64), usize> = BTreeMap::new();
    let ordinals = numbers(fields, ORDINAL);
    for (row, (patent, ordinal)) in texts(fields, PATENT).iter().zip(ordinals).enumerate() {
        rows.insert((patent, *ordinal), row);
    }
    let vectors = vectors(fields);
    let mut patents: BTreeMap<String, Parts> = BTreeMap::new();
    for ((patent, _), row) in rows {
        patents.entry(patent.to_owned()).or_default().add(fields, row, vectors.get(row).cloned());
    }
    patents.into_iter().map(|(number, parts)| Ok((number, parts.whole(at)?))).collect()
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

/// The rows of one patent as they come.
#[derive(Default)]
struct Parts {
    record: String,
    title: String,
    /// The sources of its passages, as far as there are passages of them.
    sources: BTreeMap<(PassageKind, u32), String>,
    paragraphs: BTreeMap<u32, String>,
    passages: Vec<(Place, Option<Vec<f32>>)>,
}

impl Parts {
    fn add(&mut self, fields: &[FieldData], row: usize, vector: Option<Vec<f32>>) {
        let text = |name| texts(fields, name).get(row).map(String::as_str).unwrap_or_default();
        let number = |name| numbers(fields, name).get(row).copied().unwrap_or_default() as u32;
        self.record.push_str(text(RECORD));
        text(TITLE).clone_into(&mut self.title);
        let kind = match number(PART) {
            0 => PassageKind::Abstract,
            1 => PassageKind::Claim,
            _ => PassageKind::Description,
        };
        let place = Place { kind, number: number(PLACE), start: number(START), end: number(END) };
        let source = self.sources.entry((kind, place.number)).or_default();
        // Between passages there may be blanks that are in none.
        let gap = (place.start as usize).saturating_sub(source.len());
        source.extend(std::iter::repeat_n(' ', gap));
        let known = source.len().saturating_sub(place.start as usize);
        source.push_str(text(TEXT).get(known..).unwrap_or_default());
        if kind == PassageKind::Description {
            self.paragraphs.insert(place.number, text(PARAGRAPH).to_owned());
        }
        self.passages.push((place, vector));
    }

    fn whole(self, at: &str) -> Result<Whole, MilvusError> {
        let unreadable = |error: serde_json::Error| MilvusError::Server {
            at: at.to_owned(),
            what: format!("a patent cannot be read ({error}); push it again"),
        };
        let mut patent: Patent = serde_json::from_str(&self.record).map_err(unreadable)?;
        for ((kind, number), source) in self.sources {
            match kind {
                PassageKind::Abstract => {
                    let text = source.strip_prefix(&self.title).and_then(|text| text.strip_prefix('\n'));
                    patent.abstract_text = text.unwrap_or_default().to_owned();
                }
                PassageKind::Claim => {
                    patent.claims.push(Claim { number, text: source, depends_on: Vec::new() });
                }
                PassageKind::Description => {
                    // Paragraphs keep their places: what lies between is not here.
                    let missing = Paragraph { heading: true, ..Paragraph::default() };
                    patent.description.resize(number as usize, missing);
                    let number = self.paragraphs.get(&number).filter(|number| !number.is_empty()).cloned();
                    patent.description.push(Paragraph { number, text: source, ..Paragraph::default() });
                }
            }
        }
        patent.title = self.title;
        Ok((patent, self.passages))
    }
}
