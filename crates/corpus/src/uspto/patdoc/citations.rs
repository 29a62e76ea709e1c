//! What the patent cites, `B561` and `B562`.

use super::front::Doc;
use super::value;
use crate::date::parse_date;
use crate::fault::Fault;
use crate::number::PatentNumber;
use crate::patent::{Citation, CitedBy};
use crate::xml::{Event, Tag, Xml, line_text};

/// Reads one citation.
pub(super) fn read<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Citation>, Fault> {
    let mut citation = Citation::default();
    let mut doc = Doc::default();
    while let Some(event) = xml.next(tag)? {
        let Event::Start(child) = event else { continue };
        match child.name() {
            "NCIT" => citation.text = line_text(xml, &child)?,
            "DNUM" => doc.number = value(xml, &child)?,
            "CTRY" => doc.country = value(xml, &child)?,
            "KIND" => doc.kind = value(xml, &child)?,
            "DATE" => citation.date = parse_date(&xml.value(&child)?),
            "NAM" if citation.name.is_none() => citation.name = Some(line_text(xml, &child)?),
            "PNC" | "PIC" | "REL" => xml.skip(&child)?,
            "CITED-BY-EXAMINER" => citation.by = Some(CitedBy::Examiner),
            "CITED-BY-OTHER" => citation.by = Some(CitedBy::Other),
            _ => {}
        }
    }
    if !doc.number.is_empty() {
        let country = if doc.country.is_empty() { "US" } else { &doc.country };
        let number = PatentNumber::new(country, &doc.number, &doc.kind);
        if number.serial.is_empty() {
            citation.text = doc.number.into_owned();
        } else {
            citation.number = Some(number);
        }
    }
    let is_blank = citation.number.is_none() && citation.text.is_empty();
    Ok((!is_blank).then_some(citation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(xml: &str, number: &str, text: &str, by: CitedBy) {
        let found = Xml::root(xml, read).unwrap().unwrap();
        let found_number = found.number.map(|number| number.to_string()).unwrap_or_default();
        assert_eq!((found_number.as_str(), found.text.as_str(), found.by), (number, text, Some(by)));
    }

    #[test]
    fn patents_and_literature_are_read() {
        check(
            "<B561><PCIT><DOC><DNUM><PDAT>D. 271298</PDAT></DNUM><DATE><PDAT>19831100</PDAT></DATE></DOC>\
             <PARTY-US><NAM><SNM><STEXT><PDAT>Doe</PDAT></STEXT></SNM></NAM></PARTY-US><PNC><PDAT>426 93</PDAT></PNC>\
             </PCIT><CITED-BY-EXAMINER/></B561>",
            "USD271298",
            "",
            CitedBy::Examiner,
        );
        check(
            "<B561><PCIT><DOC><DNUM><PDAT>96/25012</PDAT></DNUM><CTRY><PDAT>WO</PDAT></CTRY></DOC></PCIT>\
             <CITED-BY-OTHER/></B561>",
            "WO1996025012",
            "",
            CitedBy::Other,
        );
        check(
            "<B562><NCIT><STEXT><HIL><ITALIC><PDAT>On Pans, </PDAT></ITALIC></HIL><PDAT>1999.</PDAT></STEXT></NCIT>\
             <CITED-BY-OTHER/></B562>",
            "",
            "On Pans, 1999.",
            CitedBy::Other,
        );
    }
}
