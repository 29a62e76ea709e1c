//! The Harvard USPTO Patent Dataset: a JSON file for each application; and the like of it, applications and
//! grants made into JSON under other names.
//!
//! Source of the format: Suzgun et al., "The Harvard USPTO Patent Dataset", 2022, <https://patentdataset.org>.

use std::borrow::Cow;

use quick_xml::escape::unescape;

use super::fields::Fields;
use super::text::{block, claim_list, listed_claims, one_line, paragraphs};
use crate::codes;
use crate::fault::Fault;
use crate::number::PatentNumber;
use crate::patent::{Claim, Paragraph, Party, Patent};

/// Reads one application.
pub(crate) fn parse(document: &[u8]) -> Result<Patent, Fault> {
    let record = Fields::read(document)?;
    let number = number(&record).ok_or_else(|| Fault::new("has no publication number"))?;
    let filing_date = record.date(&["filingdate"]);
    Ok(Patent {
        patent_type: codes::patent_type(&number),
        number,
        title: one_line(&record.text_or_empty(&["title", "patenttitle"])),
        abstract_text: record
            .text(&["abstract"])
            .filter(|text| text != "NA")
            .map(|text| block(&text))
            .unwrap_or_default(),
        claims: claims(&record),
        description: description(&record),
        publication_date: record.date(&["datepublished"]),
        filing_date,
        priority_date: filing_date,
        application_number: record.text(&["applicationnumber"]),
        inventors: inventors(&record),
        examiners: examiner(&record).into_iter().collect(),
        cpc: codes::cpc(&labels(&record, "maincpclabel", "cpclabels")),
        ipc: codes::ipc(&labels(&record, "mainipcrlabel", "ipcrlabels")),
        uspc: uspc(&record).into_iter().collect(),
        ..Patent::default()
    })
}

/// "US20160161939A1-20160609": number, and the date of publication; where there is none, the name of the file
/// that the application was in, and the number alone.
fn number(record: &Fields) -> Option<PatentNumber> {
    let dated = record.text(&["publicationnumber"]).or_else(|| record.text(&["filename"]));
    let number = dated.as_deref().and_then(|text| PatentNumber::parse(text.split('-').next()?));
    number.or_else(|| PatentNumber::parse(&record.text(&["publicationnumber", "docnumber", "number"])?))
}

fn claims(record: &Fields) -> Vec<Claim> {
    match record.text(&["claims"]) {
        Some(text) => claim_list(&text),
        None if record.has("claimstext") => claim_list(&bracketed(record, "claimstext").replace(".,", ".\n")),
        None => listed_claims(&record.list("claims", "\n")),
    }
}

/// What stands between the brackets of a list that was written as a text, its characters' numbers read.
fn bracketed(record: &Fields, name: &str) -> String {
    let text = record.text_or_empty(&[name]);
    let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
    unescape(inner).map_or_else(|_| inner.to_owned(), Cow::into_owned)
}

/// `full_description` repeats background and summary.
fn description(record: &Fields) -> Vec<Paragraph> {
    let whole = record.text(&["fulldescription"]);
    let text = whole.unwrap_or_else(|| record.list("detaileddescription", "\n").join("\n"));
    paragraphs(&text, None)
}

/// A list of objects, or the names alone, "[Ada Pott,Jo Kettle]".
fn inventors(record: &Fields) -> Vec<Party> {
    let names = bracketed(record, "inventors");
    let parts = names.split(',').map(one_line).filter(|name| !name.is_empty());
    let alone = parts.map(|name| Party { name, ..Party::default() });
    record.objects("inventorlist").iter().filter_map(inventor).chain(alone).collect()
}

fn inventor(inventor: &Fields) -> Option<Party> {
    let parts = ["inventornamefirst", "inventornamelast"];
    let name = parts.iter().filter_map(|part| inventor.text(&[part])).collect::<Vec<_>>().join(" ");
    let [city, country] = ["inventorcity", "inventorcountry"].map(|part| inventor.text(&[part]));
    (!name.is_empty()).then_some(Party { name, city, country })
}

fn examiner(record: &Fields) -> Option<Party> {
    let parts = ["examinernamefirst", "examinernamemiddle", "examinernamelast"];
    let name = parts.iter().filter_map(|part| record.text(&[part])).collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(Party { name, ..Party::default() })
}

/// The main label first.
fn labels(record: &Fields, main: &str, further: &str) -> Vec<String> {
    record.text(&[main]).into_iter().chain(record.list(further, ",")).chain(glued(record, main)).collect()
}

/// "B60B104FI": an IPC symbol with its position and value behind it.
fn glued(record: &Fields, main: &str) -> Option<String> {
    record.text(&["classification"]).filter(|_| main == "mainipcrlabel")
}

fn uspc(record: &Fields) -> Option<String> {
    let [class, subclass] = ["uspcclass", "uspcsubclass"].map(|name| record.text(&[name]));
    let trimmed = |text: &str| text.trim_start_matches('0').to_owned();
    Some(format!("{}/{}", trimmed(&class?), trimmed(&subclass?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_read() {
        let json = r#"{"application_number":"14555555","publication_number":"US20160161939A1-20160609",
            "title":"PAN","decision":"PENDING","date_published":"20160609","filing_date":"20141127",
            "main_cpc_label":"A47J3710","cpc_labels":["A47J3710","A47J2700"],"main_ipcr_label":"A47J3710",
            "uspc_class":"099","uspc_subclass":"422000","examiner_name_last":"Roe","examiner_name_first":"JANE",
            "inventor_list":[{"inventor_name_last":"Euler","inventor_name_first":"Leonhard","inventor_city":"Bern",
            "inventor_state":"","inventor_country":"CH"}],"abstract":"A pan.",
            "claims":"1. A pan. 2. The pan of claim 1.","full_description":"BACKGROUND\nPans stick."}"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!(patent.number.to_string(), "US20160161939A1");
        assert_eq!((patent.claims.len(), patent.claims[1].depends_on.as_slice()), (2, &[1][..]));
        assert_eq!((patent.cpc.len(), patent.cpc[0].symbol.as_str()), (1, "A47J"));
        assert_eq!(patent.uspc, ["99/422000"]);
        assert_eq!(
            (patent.inventors[0].name.as_str(), patent.examiners[0].name.as_str()),
            ("Leonhard Euler", "JANE Roe")
        );
        assert!(patent.description[0].heading && patent.description[1].text == "Pans stick.");
    }

    #[test]
    fn an_application_under_other_names() {
        let json = r#"{"title":"PAN","doc_number":"20240227432","filename":"US20240227432A9-20240711.XML",
            "abstract":"A pan.","detailed_description":["","Pans stick."],"claims":["1 . A pan.","2 . A pot."],
            "classification":"A47J3710FI"}"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!(patent.number.to_string(), "US20240227432A9");
        assert_eq!((patent.claims[1].text.as_str(), patent.description.len()), ("A pot.", 1));
        assert_eq!(patent.ipc, ["A47J"]);
    }

    #[test]
    fn a_grant_with_its_lists_as_text() {
        let json = r#"{"number": "US10361423","patent_title":"Pan","kind":"Utility","inventors":"[Ada Pott,Jo Kettle]",
            "claims_text":"[1. A pan at 45&#xb0; C, with:a lid.,2. The pan of claim 1.]","abstract":"NA"}"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!((patent.number.to_string().as_str(), patent.title.as_str()), ("US10361423", "Pan"));
        assert_eq!((patent.claims.len(), patent.inventors.len()), (2, 2));
        assert_eq!(patent.claims[0].text, "A pan at 45\u{b0} C, with:a lid.");
        assert_eq!((patent.claims[1].depends_on.as_slice(), patent.abstract_text.as_str()), (&[1][..], ""));
    }
}
