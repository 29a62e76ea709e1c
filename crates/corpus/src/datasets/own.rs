//! The plain format of our own: the JSON of a [`Patent`], one a line.

use super::fields::malformed;
use crate::fault::Fault;
use crate::number::PatentNumber;
use crate::patent::Patent;

/// Reads one line. The number may be written in any usual form, and need not be in the normal one.
pub(crate) fn parse(document: &[u8]) -> Result<Patent, Fault> {
    let text = String::from_utf8_lossy(document);
    let text = text.trim_start_matches('\u{feff}');
    let mut patent: Patent = serde_json::from_str(text).map_err(|error| malformed(text, &error))?;
    let printed = patent.number.to_string();
    if let Some(number) = PatentNumber::parse(&printed) {
        patent.number = number;
    }
    if patent.number.serial.is_empty() {
        return Err(Fault::new("has no publication number"));
    }
    Ok(patent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found =
            parse(text.as_bytes()).map_or_else(|fault| fault.message, |patent| patent.number.to_string());
        assert_eq!(found, expected);
    }

    #[test]
    fn a_number_is_enough() {
        check(r#"{"number": "US-8926509-B2", "title": "Pan"}"#, "US8926509B2");
        check(r#"{"number": "WOPCTUS113682", "title": "Pan"}"#, "WOPCTUS113682");
        check(r#"{"title": "Pan"}"#, "has no publication number");
        check(
            r#"{"number": 8926509}"#,
            "is not valid JSON: invalid type: integer `8926509`, expected a string",
        );
    }

    #[test]
    fn what_was_printed_is_read_again() {
        let json = r#"{"number":"EP1000000B1","type":"utility","title":"Pan","abstract":"A pan.",
            "claims":[{"number":1,"text":"A pan"},{"number":2,"text":"The pan of claim 1","depends_on":[1]}],
            "publication_date":"2000-01-02","cpc":[{"symbol":"A47J37/10","inventive":true,"first":true}],
            "translations":[{"language":"de","title":"Pfanne"}],"source":{"file":"f","record":3,"offset":4}}"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!(patent.claims[1].depends_on, [1]);
        let printed = serde_json::to_vec(&patent).unwrap();
        assert_eq!(parse(&printed).unwrap(), patent);
    }
}
