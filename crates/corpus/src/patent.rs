//! A patent: one publication, with everything that a searcher uses.

use serde::{Deserialize, Serialize};

use crate::number::PatentNumber;

/// A day of the proleptic Gregorian calendar.
pub type Date = jiff::civil::Date;

/// One publication of one patent or application.
///
/// Its JSON leaves out what is empty; it is what the index stores and what `--json` prints.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Patent {
    /// The publication number.
    pub number: PatentNumber,
    /// What is protected, and how.
    #[serde(rename = "type")]
    pub patent_type: PatentType,
    /// The language that it was published in, "de", where the source says. Title, abstract, claims and
    /// description are in English where the source has them in English, else in this language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The title of the invention.
    pub title: String,
    /// The abstract; designs have none.
    #[serde(rename = "abstract", skip_serializing_if = "String::is_empty")]
    pub abstract_text: String,
    /// The claims, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// The sentence that introduces the claims ("What is claimed is:").
    #[serde(skip_serializing_if = "String::is_empty")]
    pub claim_statement: String,
    /// The description's paragraphs and headings, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub description: Vec<Paragraph>,
    /// The same texts in other languages, one entry a language; and further sets of claims, which some states
    /// have of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication_date: Option<Date>,
    /// When the application was filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filing_date: Option<Date>,
    /// The earliest of the filing date, the priority claims' and the parents' filing dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_date: Option<Date>,
    /// The application's number as the office writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_number: Option<String>,
    /// Who applied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub applicants: Vec<Party>,
    /// Who owns it on the day of publication.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<Party>,
    /// Who invented it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inventors: Vec<Party>,
    /// Who examined it, the primary examiner first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examiners: Vec<Party>,
    /// Cooperative Patent Classification.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cpc: Vec<CpcSymbol>,
    /// International Patent Classification, symbols as "A61K7/13".
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ipc: Vec<String>,
    /// United States Patent Classification, "403/396"; designs "D6/495".
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uspc: Vec<String>,
    /// Locarno classification of a design.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locarno: Option<String>,
    /// What it cites.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Foreign and international priority claims.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<Priority>,
    /// Related documents of the same office: parents, provisionals, earlier publications.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// The family's identifier, where the source has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The publications of the family, where the source lists them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub family_members: Vec<PatentNumber>,
    /// The international application that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pct: Option<Pct>,
    /// Where it was read.
    pub source: Source,
    /// Where a bibliographic record was read that gave the family, and what the text's record lacked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplement: Option<Source>,
}

impl Patent {
    /// A number that changes when anything in the patent does, but for where it was read: XXH3-64 of its
    /// JSON without `source` and `supplement`. It is the same on every machine.
    ///
    /// # Panics
    ///
    /// Never: a patent can always be written as JSON.
    pub fn digest(&self) -> u64 {
        let bare = Self { source: Source::default(), supplement: None, ..self.clone() };
        let json = serde_json::to_vec(&bare).expect("a patent has only string keys and finite numbers");
        xxhash_rust::xxh3::xxh3_64(&json)
    }

    /// The earliest date that the patent can claim: its own filing, its priorities, its parents, its PCT filing.
    pub(crate) fn earliest_date(&self) -> Option<Date> {
        let priorities = self.priorities.iter().filter_map(|priority| priority.date);
        let parents = self.related.iter().filter(|related| related.gives_priority()).filter_map(|it| it.date);
        let pct = self.pct.as_ref().and_then(|pct| pct.filing_date);
        priorities.chain(parents).chain(pct).chain(self.filing_date).min()
    }
}

/// What is protected, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PatentType {
    /// An invention.
    #[default]
    Utility,
    /// An ornamental design.
    Design,
    /// A plant variety.
    Plant,
    /// A patent issued again, corrected.
    Reissue,
    /// A statutory invention registration (United States, until 2013).
    Sir,
    /// Something else: a defensive publication, a correction.
    Other,
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Its number, from 1.
    pub number: u32,
    /// Its whole text, nested parts included, each part on a line of its own.
    pub text: String,
    /// The numbers of the claims it refers to; empty for an independent claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<u32>,
}

impl Claim {
    /// Whether it refers to no other claim.
    pub fn is_independent(&self) -> bool {
        self.depends_on.is_empty()
    }
}

/// Texts of a patent beside those that were chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Translation {
    /// Two-letter code of the language (ISO 639-1), in small letters.
    pub language: String,
    /// The title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The abstract.
    #[serde(rename = "abstract", skip_serializing_if = "String::is_empty")]
    pub abstract_text: String,
    /// The claims, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// The description's paragraphs and headings, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub description: Vec<Paragraph>,
}

/// A paragraph or a heading of the description.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Paragraph {
    /// Its number as printed, "0042"; headings have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Whether it is a heading.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub heading: bool,
    /// The section it belongs to, where the source marks sections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<Section>,
    /// Its text.
    pub text: String,
}

/// A section of the description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// References to related applications and to federal sponsorship.
    Related,
    /// Technical field and background.
    Background,
    /// Summary of the invention.
    Summary,
    /// Brief description of the drawings.
    Drawings,
    /// Detailed description.
    Detail,
}

/// A person or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    /// "Ada Lovelace", or the organisation's name.
    pub name: String,
    /// City of the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Two-letter country of the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A CPC symbol as it was given to the patent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CpcSymbol {
    /// The symbol without blanks: "H01M4/13".
    pub symbol: String,
    /// Inventive (value I) rather than additional (value A); where JSON does not say, it is.
    #[serde(default = "inventive")]
    pub inventive: bool,
    /// The patent's first symbol.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}

fn inventive() -> bool {
    true
}

/// A document that a patent cites.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Citation {
    /// The patent cited; `None` for other literature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<PatentNumber>,
    /// The citation of other literature, or the number as printed where it is not understood.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Date of the cited document; day 00 is read as day 01.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// First named party of the cited document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who cited it, where the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<CitedBy>,
    /// The letters by which a search report says how near it comes: "X", "Y", "A", "XA" (WIPO ST.14).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// Who cited a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CitedBy {
    /// The examiner.
    Examiner,
    /// The applicant.
    Applicant,
    /// A third party.
    ThirdParty,
    /// Someone else.
    Other,
}

impl CitedBy {
    /// "cited by the examiner".
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Examiner => "cited by the examiner",
            Self::Applicant => "cited by the applicant",
            Self::ThirdParty => "cited by a third party",
            Self::Other => "cited",
        }
    }
}

/// A priority claim.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Priority {
    /// Two-letter country or office.
    pub country: String,
    /// The application's number as printed.
    pub number: String,
    /// When it was filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// A related document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Related {
    /// The relation by the source's own name: "continuation", "division", "us-provisional-application" …
    pub relation: String,
    /// Two-letter country or office.
    pub country: String,
    /// The number of the application or the publication, as printed.
    pub number: String,
    /// Kind code, where there is one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// When it was filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

impl Related {
    /// Whether its date is one that the patent can claim. An earlier publication of the same application is
    /// none, nor is what a correction or a re-examination refers to.
    pub(crate) fn gives_priority(&self) -> bool {
        matches!(
            self.relation.as_str(),
            "continuation"
                | "continuation-in-part"
                | "division"
                | "continuing-reissue"
                | "reissue"
                | "us-divisional-reissue"
                | "us-provisional-application"
                | "addition"
                | "substitution"
        )
    }
}

/// The international phase under the Patent Cooperation Treaty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pct {
    /// The international application's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// When it was filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filing_date: Option<Date>,
    /// The international publication's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication: Option<String>,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication_date: Option<Date>,
    /// When the national phase began (35 U.S.C. 371).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub national_date: Option<Date>,
}

/// Where a record was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    /// The file; an entry of an archive is written "archive.zip!entry.xml".
    pub file: String,
    /// The record's place in the file, from 1.
    pub record: u64,
    /// The byte at which the record begins, in the decompressed file.
    pub offset: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_publication_gives_no_priority() {
        let of = |relation: &str| Related { relation: relation.into(), ..Related::default() };
        assert!(of("continuation").gives_priority() && of("us-provisional-application").gives_priority());
        assert!(!of("related-publication").gives_priority() && !of("correction").gives_priority());
    }
}
