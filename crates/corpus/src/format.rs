//! The formats that can be read, and the signs by which they are told.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::boundary::Boundary;
use crate::tables::is_table;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// USPTO Green Book text of 1976 to 2001, lines of three-letter codes from `PATN` on.
    UsptoAps,
    /// USPTO grant SGML v2.4 of 2001 and XML v2.5 of 2002 to 2004, `PATDOC`.
    UsptoPatdoc,
    /// USPTO grant XML v4.0 and later, `us-patent-grant`.
    UsptoGrant,
    /// USPTO application XML v1.5 and v1.6 of 2001 to 2004, `patent-application-publication`.
    UsptoPap,
    /// USPTO application XML v4.0 and later, `us-patent-application`.
    UsptoApplication,
    /// EP full text, `ep-patent-document`.
    EpFullText,
    /// DOCDB, `exchange-document`.
    Docdb,
    /// MAREC and Alexandria, `patent-document`.
    Marec,
    /// Tables of `PatentsView`, or records of its API.
    PatentsView,
    /// Rows of BigQuery's table `publications`.
    BigQuery,
    /// The Harvard USPTO Patent Dataset.
    Hupd,
    /// Records of The Lens.
    Lens,
    /// JSON lines of our own: the JSON of a [`Patent`](crate::Patent).
    PatentJson,
    /// A sequence listing between USPTO patents, `sequence-cwu`.
    SequenceListing,
    /// A document too large to be a patent, of which only the start is kept.
    TooLarge,
    /// A record that its table shows to be broken; its bytes say why.
    Broken,
    /// Anything else.
    Unknown,
}

/// The formats that are told by their root element.
const ROOTS: [(&[u8], Format); 9] = [
    (b"us-patent-grant", Format::UsptoGrant),
    (b"us-patent-application", Format::UsptoApplication),
    (b"PATDOC", Format::UsptoPatdoc),
    (b"patent-application-publication", Format::UsptoPap),
    (b"sequence-cwu", Format::SequenceListing),
    (b"ep-patent-document", Format::EpFullText),
    (b"patent-document", Format::Marec),
    (b"exchange-documents", Format::Docdb),
    (b"exchange-document", Format::Docdb),
];

/// A format as a user sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FormatInfo {
    /// The name by which it may be asked for.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What it is told by.
    pub sign: &'static str,
}

impl Format {
    /// The formats that hold patents.
    pub const READABLE: [Self; 13] = [
        Self::UsptoAps,
        Self::UsptoPatdoc,
        Self::UsptoGrant,
        Self::UsptoPap,
        Self::UsptoApplication,
        Self::EpFullText,
        Self::Docdb,
        Self::Marec,
        Self::PatentsView,
        Self::BigQuery,
        Self::Hupd,
        Self::Lens,
        Self::PatentJson,
    ];

    /// Tells a document by its root element, passing over declarations, DOCTYPE and comments; a text by its
    /// first line.
    pub fn of(document: &[u8]) -> Self {
        if is_aps(document) {
            return Self::UsptoAps;
        }
        let root = root_name(document).map(local);
        ROOTS.iter().find(|(name, _)| root == Some(name)).map_or(Self::Unknown, |(_, format)| *format)
    }

    /// Tells a dump by its start. Where its first document is none that is known, the next ones are asked.
    pub(crate) fn of_dump(start: &[u8]) -> Self {
        let is_root = |at: usize, name: &[u8]| start[at + 1..].starts_with(name);
        let later = || {
            let mut tags = memchr::memchr_iter(b'<', start);
            tags.find_map(|at| ROOTS.iter().find(|(name, _)| is_root(at, name)).map(|(_, format)| *format))
        };
        match Self::of(start) {
            Self::Unknown => later().unwrap_or(Self::Unknown),
            format => format,
        }
    }

    /// What its documents begin with.
    pub(crate) fn boundary(self) -> Boundary {
        match self {
            Self::UsptoAps => Boundary::Line(b"PATN"),
            _ => Boundary::Prolog,
        }
    }

    /// Tells a record by the names of its fields, which are in small letters and digits alone.
    pub(crate) fn of_fields(names: &[String]) -> Self {
        let has = |name: &str| names.iter().any(|known| known == name);
        if has("lensid") {
            Self::Lens
        } else if has("mainipcrlabel")
            || has("maincpclabel")
            || has("docnumber") && has("detaileddescription")
            || has("patenttitle") && has("claimstext")
        {
            Self::Hupd
        } else if has("publicationnumber") {
            Self::BigQuery
        } else if is_table(names) || has("patentnumber") && has("patenttitle") {
            Self::PatentsView
        } else if has("number") && ["title", "abstract", "claims", "description"].into_iter().any(has) {
            Self::PatentJson
        } else {
            Self::Unknown
        }
    }

    /// The format as a user sees it; `None` for what is no format of patents.
    pub fn info(self) -> Option<FormatInfo> {
        let (name, title, sign) = match self {
            Self::UsptoAps => ("uspto-aps", "USPTO grants, Green Book text 1976 to 2001", "lines PATN, WKU"),
            Self::UsptoPatdoc => {
                ("uspto-patdoc", "USPTO grants, SGML v2.4 and XML v2.5, 2001 to 2004", "<PATDOC>")
            }
            Self::UsptoPap => (
                "uspto-pap",
                "USPTO applications, XML v1.5 and v1.6, 2001 to 2004",
                "<patent-application-publication>",
            ),
            Self::UsptoGrant => ("uspto-grant", "USPTO grants, XML v4.0 to v4.7", "<us-patent-grant>"),
            Self::UsptoApplication => {
                ("uspto-application", "USPTO applications, XML v4.0 to v4.6", "<us-patent-application>")
            }
            Self::EpFullText => ("ep", "EPO full text, v1.0 to v1.5.1", "<ep-patent-document>"),
            Self::Docdb => ("docdb", "DOCDB exchange documents", "<exchange-document>"),
            Self::Marec => ("marec", "MAREC and Alexandria XML", "<patent-document>"),
            Self::PatentsView => (
                "patentsview",
                "PatentsView tables and records",
                "a column patent_id or pgpub_id; patent_number",
            ),
            Self::BigQuery => ("bigquery", "Google BigQuery publications, JSON or CSV", "publication_number"),
            Self::Hupd => ("hupd", "Harvard USPTO Patent Dataset, JSON", "main_ipcr_label or main_cpc_label"),
            Self::Lens => ("lens", "The Lens, JSON lines or CSV", "lensId, lens_id or Lens ID"),
            Self::PatentJson => {
                ("json", "patents as `priorart parse` prints them", "number, with title or text")
            }
            Self::SequenceListing | Self::TooLarge | Self::Broken | Self::Unknown => return None,
        };
        Some(FormatInfo { name, title, sign })
    }
}

/// A name that is no format's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no format; `priorart formats` lists them")]
pub struct UnknownFormatName(pub String);

impl FromStr for Format {
    type Err = UnknownFormatName;

    fn from_str(name: &str) -> Result<Self, UnknownFormatName> {
        let is_it = |format: &Self| format.info().is_some_and(|info| info.name == name);
        Self::READABLE.into_iter().find(is_it).ok_or_else(|| UnknownFormatName(name.to_owned()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.info().map_or("unknown", |info| info.name))
    }
}

/// The first line of a Green Book file is a header: "HHHHHT        APS1        ISSUE - 760106".
fn is_aps(document: &[u8]) -> bool {
    let start = document.trim_ascii_start();
    start.starts_with(b"HHHHH") || start.strip_prefix(b"PATN").is_some_and(is_line_end)
}

fn is_line_end(rest: &[u8]) -> bool {
    let line = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
    rest.len() > line.len() && line.trim_ascii().is_empty()
}

/// The name of the first element.
pub(crate) fn root_name(document: &[u8]) -> Option<&[u8]> {
    let start = memchr::memchr_iter(b'<', document)
        .find(|at| document.get(at + 1).is_some_and(u8::is_ascii_alphabetic))?
        + 1;
    let rest = &document[start..];
    let end = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_.:".contains(byte)))?;
    Some(&rest[..end])
}

/// A name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|&byte| byte == b':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(document: &str, expected: Format) {
        assert_eq!(Format::of(document.as_bytes()), expected);
    }

    #[test]
    fn the_root_element_decides() {
        check("<?xml version=\"1.0\"?>\n<!DOCTYPE x [ ]>\n<us-patent-grant lang=\"EN\">", Format::UsptoGrant);
        check("<us-patent-application>", Format::UsptoApplication);
        check("<?xml?><sequence-cwu id=\"a\">", Format::SequenceListing);
        check("<ep-patent-document id=\"a\">", Format::EpFullText);
        check("<patent-document ucid=\"EP-1-B1\">", Format::Marec);
        check("<exch:exchange-documents>", Format::Docdb);
        check("<exchange-document>", Format::Docdb);
        check(
            "<!DOCTYPE PATDOC PUBLIC \"x\" [\n<!ENTITY a SYSTEM \"a\">\n]>\n<PATDOC DTD=\"2.4\">",
            Format::UsptoPatdoc,
        );
        check("<patent-application-publication>", Format::UsptoPap);
        check("<html><body>", Format::Unknown);
        check("", Format::Unknown);
        check("no mark-up", Format::Unknown);
    }

    #[track_caller]
    fn check_fields(names: &[&str], expected: Format) {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(Format::of_fields(&names), expected);
    }

    #[test]
    fn the_names_of_the_fields_decide() {
        check_fields(&["lensid", "publicationnumber"], Format::Lens);
        check_fields(&["applicationnumber", "publicationnumber", "mainipcrlabel"], Format::Hupd);
        check_fields(&["publicationnumber", "abstracten"], Format::BigQuery);
        check_fields(&["patentid", "claimtext"], Format::PatentsView);
        check_fields(&["patentnumber", "patenttitle"], Format::PatentsView);
        check_fields(&["number", "type", "title"], Format::PatentJson);
        check_fields(&["number", "street"], Format::Unknown);
        check_fields(&[], Format::Unknown);
    }

    #[test]
    fn every_format_has_a_name_of_its_own() {
        for format in Format::READABLE {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        assert!("docx".parse::<Format>().is_err());
    }

    #[test]
    fn text_is_told_by_its_first_line() {
        check("PATN\r\nWKU  039305717\r\n", Format::UsptoAps);
        check("HHHHHT        APS1        ISSUE - 760106   \nPATN\n", Format::UsptoAps);
        check("PATN", Format::Unknown);
        check("PATNER\n", Format::Unknown);
    }

    #[test]
    fn a_dump_may_begin_with_something_else() {
        assert_eq!(Format::of_dump(b"<notes/><?xml v?><us-patent-grant>"), Format::UsptoGrant);
        assert_eq!(Format::of_dump(b"<notes/>"), Format::Unknown);
    }
}
