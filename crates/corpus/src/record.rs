//! What a dump consists of: documents, and what becomes of each.

use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::format::Format;
use crate::patent::{Patent, Source};
use crate::xml::Xml;
use crate::{datasets, epo, marec, uspto};

/// A document as it lies in the dump, not yet parsed.
#[derive(Debug, Clone)]
pub struct RawDocument {
    /// Where it lies.
    pub source: Source,
    /// What it is.
    pub format: Format,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of a document.
#[derive(Debug, Clone)]
pub enum Record {
    /// A patent.
    Patent(Box<Patent>),
    /// A document that should be a patent and cannot be parsed.
    Skipped(Skip),
    /// A sequence listing, which belongs to the patent before it and holds no text.
    SequenceListing(Source),
}

/// Where a document lies that was skipped, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// The file; an entry of an archive is written "archive.zip!entry.xml".
    pub file: String,
    /// The document's place in the file, from 1.
    pub record: u64,
    /// The byte where the document begins, in the decompressed file.
    pub offset: u64,
    /// What is wrong, with the byte in the file where it was noticed.
    pub reason: String,
}

impl std::fmt::Display for Skip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, record, offset, reason } = self;
        write!(f, "{file}: record {record} at byte {offset}: {reason}")
    }
}

/// Parses a document. A pure function: documents may be parsed on many threads.
pub fn parse(document: &RawDocument) -> Record {
    let parsed = match document.format {
        Format::SequenceListing => return Record::SequenceListing(document.source.clone()),
        Format::UsptoGrant | Format::UsptoApplication => Xml::document(&document.bytes, uspto::v4::read),
        Format::EpFullText => Xml::document(&document.bytes, epo::full_text::read),
        Format::Docdb => Xml::document(&document.bytes, epo::docdb::read),
        Format::Marec => Xml::document(&document.bytes, marec::read),
        Format::PatentsView => datasets::patentsview::parse(&document.bytes),
        Format::BigQuery => datasets::bigquery(&document.bytes),
        Format::Hupd => datasets::hupd(&document.bytes),
        Format::Lens => datasets::lens(&document.bytes),
        Format::PatentJson => datasets::own(&document.bytes),
        Format::Broken => Err(Fault::new(String::from_utf8_lossy(&document.bytes))),
        Format::UsptoAps => uspto::aps::read(&document.bytes),
        Format::UsptoPatdoc => uspto::patdoc::read(&document.bytes),
        Format::UsptoPap => Xml::document(&document.bytes, uspto::pap::read),
        Format::TooLarge => Err(Fault::too_large()),
        Format::Unknown => Err(Fault::unknown(&document.bytes)),
    };
    match parsed {
        Ok(patent) => Record::Patent(Box::new(Patent { source: document.source.clone(), ..patent })),
        Err(fault) => Record::Skipped(Skip {
            file: document.source.file.clone(),
            record: document.source.record,
            offset: document.source.offset,
            reason: format!("{} (byte {})", fault.message, document.source.offset + fault.offset),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRONT: &str = "<us-bibliographic-data-grant><publication-reference><document-id>\
        <country>US</country><doc-number>07000001</doc-number><kind>B2</kind></document-id>\
        </publication-reference><invention-title>Pan</invention-title></us-bibliographic-data-grant>";

    fn raw(bytes: &[u8]) -> RawDocument {
        let source = Source { file: "f.xml".into(), record: 7, offset: 1000 };
        RawDocument { source, format: Format::of(bytes), bytes: bytes.to_vec() }
    }

    fn grant(paragraph: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\r\n<!DOCTYPE us-patent-grant SYSTEM \"absent.dtd\" [ ]>\r\n<us-patent-grant>\
             {FRONT}<description><p num=\"0001\">{paragraph}</p></description></us-patent-grant>\r\n"
        )
    }

    #[track_caller]
    fn check(document: &[u8], expected: &str) {
        match parse(&raw(document)) {
            Record::Patent(patent) => assert_eq!(patent.description[0].text, expected),
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn check_skip(document: &str, reason: &str) {
        match parse(&raw(document.as_bytes())) {
            Record::Skipped(skip) => {
                let text = skip.to_string();
                assert!(text.starts_with("f.xml: record 7 at byte 1000: "), "{text}");
                assert!(text.contains(reason), "{text}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_files_do_to_a_parser() {
        check(grant("of a\r\npan").as_bytes(), "of a pan");
        check(format!("\u{feff}{}", grant("of a pan")).as_bytes(), "of a pan");
        check(format!("{}\0\u{1a}", grant("of a pan")).as_bytes(), "of a pan");
        check(grant("5&nbsp;&micro;m &foo; &#956; &amp;").as_bytes(), "5 µm &foo; μ &");
    }

    #[test]
    fn bytes_that_are_no_text_are_marked() {
        let latin = grant("of a p~n").replace('~', "\u{7f}").into_bytes();
        let latin: Vec<u8> = latin.iter().map(|&byte| if byte == 0x7f { 0xe4 } else { byte }).collect();
        check(&latin, "of a p\u{fffd}n");
    }

    #[test]
    fn broken_documents_are_reported() {
        let whole = grant("of a pan");
        check_skip(&whole[..whole.len() - 60], "is not well-formed XML");
        check_skip(&grant("of <b>a <i>pan</b></i>"), "is not well-formed XML");
        check_skip("<?xml version=\"1.0\"?><html><p/></html>", "its root element is <html>");
        check_skip("<?xml version=\"1.0\"?>", "is no XML: it begins");
        check_skip("<us-patent-grant><claims/></us-patent-grant>", "has no bibliographic data");
    }

    #[test]
    fn the_fault_is_placed_in_the_file() {
        let document = grant("of <b>a pan");
        let at = 1000 + document.find("</p>").unwrap();
        let Record::Skipped(skip) = parse(&raw(document.as_bytes())) else { panic!("it was read") };
        let noticed: usize =
            skip.reason.rsplit("(byte ").next().unwrap().trim_end_matches(')').parse().unwrap();
        assert!(noticed.abs_diff(at) <= 4, "{skip}, not at {at}");
    }

    #[test]
    fn entities_are_not_expanded() {
        let mut declarations = String::from("<!ENTITY l0 \"ha\">");
        for level in 1..10 {
            let inner = format!("&l{};", level - 1).repeat(10);
            declarations.extend(["<!ENTITY l", &level.to_string(), " \"", &inner, "\">"]);
        }
        let laughs = grant("&l9;").replace("[ ]", &format!("[{declarations}]"));
        check_skip(&laughs, "declares an entity of its own");
        let file = grant("&f;").replace("[ ]", "[<!ENTITY f SYSTEM \"/etc/hostname\">]");
        check(file.as_bytes(), "&f;");
    }

    #[test]
    fn deep_nesting_does_not_exhaust_the_stack() {
        let deep = |depth| grant(&format!("a{}b{}c", "<b>".repeat(depth), "</b>".repeat(depth)));
        check(deep(50).as_bytes(), "abc");
        check(deep(200_000).as_bytes(), "abc");
    }

    #[test]
    fn a_sequence_listing_is_no_skip() {
        let document = raw(b"<?xml version=\"1.0\"?><sequence-cwu/>");
        assert!(matches!(parse(&document), Record::SequenceListing(source) if source.record == 7));
    }
}
